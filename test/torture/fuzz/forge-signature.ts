// Requests whose signature cannot be valid: signed by somebody else, at another time, for something else, or changed
// afterwards in something that every version of the signature covers. Which things those are is written down here anew
// and not taken from the code that verifies.
import type { SeededRandom } from "../seeded-random.ts";
import { awkwardValue, type Draft, headerText, type Mutation, mutate, withHeaders } from "./draft.ts";
import { type Scheme, type Signer, schemes, signDraft } from "./sign-draft.ts";

const WAY_OFF_MS = 8 * 24 * 60 * 60 * 1000;

/** Signers that the server must not believe. */
const strangers: Readonly<Record<string, (signer: Signer) => Signer>> = {
  "a wrong secret": (signer) => withCredentials(signer, { accessKeySecret: "wrong" }),
  "an empty secret": (signer) => withCredentials(signer, { accessKeySecret: " " }),
  "an unknown key": (signer) => withCredentials(signer, { accessKeyId: "nobody" }),
  "a token that nobody gave": (signer) => withCredentials(signer, { securityToken: "a-token" }),
  "a time long ago": (signer) => ({ ...signer, time: new Date(signer.time.getTime() - WAY_OFF_MS) }),
};

/** Changes of a signed draft that every version of the signature covers. */
const coveredChanges: readonly Mutation[] = [
  {
    name: "forged: another method",
    apply: ({ method }, random) => ({
      method: random.pick(["GET", "HEAD", "PUT", "DELETE"].filter((other) => other !== method)),
    }),
  },
  {
    name: "forged: another key",
    apply: ({ resource: { bucket = "guarded-bucket", key = "" } }) => ({
      resource: { bucket, key: `${key}x` },
    }),
  },
  {
    name: "forged: a header of OSS",
    apply: (draft) => ({ headers: withHeaders(draft, { "x-oss-meta-forged": "yes" }) }),
  },
  {
    name: "forged: a type",
    apply: (draft) => ({ headers: withHeaders(draft, { "content-type": "text/forged" }) }),
  },
  {
    name: "forged: a digest",
    apply: (draft) => ({ headers: withHeaders(draft, { "content-md5": "AAAAAAAAAAAAAAAAAAAAAA==" }) }),
  },
  {
    // In front, for of a repeated parameter OSS reads the first, and V1 signs that one alone.
    name: "forged: one more mark",
    apply: ({ query }, random) => {
      const mark = random.pick(["acl", "uploads", "tagging", "versionId", "x-oss-new"]);
      return { query: [[mark, `forged${random.integer(0, 9)}`], ...query] };
    },
  },
];

/** Changes of the words that carry the signature. */
const brokenSignatures: readonly Mutation[] = [
  {
    name: "a signature with another character",
    apply: (draft, random) => changeSignature(draft, (text) => flip(text, random)),
  },
  {
    name: "a signature cut short",
    apply: (draft, random) =>
      changeSignature(draft, (text) => text.slice(0, random.integer(0, text.length - 1))),
  },
  { name: "a signature that goes on", apply: (draft) => changeSignature(draft, (text) => `${text}00`) },
  { name: "no signature in its place", apply: (draft) => changeSignature(draft, () => "") },
  {
    name: "an awkward signature",
    apply: (draft, random) => changeSignature(draft, () => `${headerText(awkwardValue(random))}!`),
  },
];

export async function forgedDraft(draft: Draft, signer: Signer, random: SeededRandom): Promise<Draft> {
  const scheme = random.pick(schemes);
  const kind = random.integer(0, 3);
  if (kind === 0) {
    const [name, change] = random.pick(Object.entries(strangers));
    const signed = await signDraft(draft, scheme, change(signer));
    return { ...signed, history: [...signed.history, name] };
  }
  const signed = await signDraft(draft, scheme, signer);
  if (kind === 1) {
    return mutate(signed, random.pick(coveredChanges), random);
  }
  if (kind === 2) {
    return mutate(signed, random.pick(brokenSignatures), random);
  }
  return mutate(signed, brokenWords(scheme), random);
}

/** The words around the signature: scope, algorithm, names and order, doubled and half of them. */
function brokenWords(scheme: Scheme): Mutation {
  return scheme.endsWith("header") ? brokenAuthorization : brokenParameters;
}

const AUTHORIZATION_CHANGES: readonly ((text: string, random: SeededRandom) => string)[] = [
  (text) => text.replace(/^\S+/, "Basic"),
  (text) => text.replace(/^\S+/, "OSS2"),
  (text) => text.replace(/^\S+ /, ""),
  (text) => text.replace(/^\S+/, "OSS4-HMAC-SHA1"),
  (text) => text.replace(/:|Credential=/, ""),
  (text) => text.replace(/Signature=|:[^:]*$/, ""),
  (text) => text.replace(/(Credential=|OSS )[^/:]+/, "$1"),
  (text) => text.replace(/(Credential=|OSS )/, "$1x"),
  (text) => text.replace(/\/\d{8}\/|:/, "/20000101/"),
  (text) => text.replace(/cn-[a-z]+|:/, "xx"),
  (text) => text.replace(/\/oss\/|:/, "/s3/"),
  (text) => text.replace(/aliyun_v4_request|:/, "aws4_request"),
  (text) => text.replace(/,Signature|:/, ",AdditionalHeaders=host;range,Signature"),
  (text) => text.replace(/,Signature|:/, ",AdditionalHeaders=,Signature"),
  (text) => `${text},${text}`,
  (text) => text.slice(0, text.length / 2),
  () => "",
  () => "OSS",
  () => "OSS :",
  () => `OSS ${"x".repeat(10_000)}:y`,
  () => `OSS4-HMAC-SHA256 ${"Credential=/,".repeat(500)}`,
  (_text, random) =>
    `OSS4-HMAC-SHA256 Credential=${headerText(awkwardValue(random))},Signature=${"0".repeat(64)}`,
  (_text, random) => headerText(awkwardValue(random)),
];

const brokenAuthorization: Mutation = {
  name: "another Authorization",
  apply(draft, random) {
    const text = draft.headers.authorization ?? "";
    const changed = random.pick(AUTHORIZATION_CHANGES)(text, random);
    // Not every change finds its word in every version's header.
    return { headers: withHeaders(draft, { authorization: changed === text ? `${text}x` : changed }) };
  },
};

const CREDENTIAL_PARAMETERS =
  "OSSAccessKeyId Expires Signature x-oss-access-key-id x-oss-credential x-oss-date x-oss-expires x-oss-signature-version x-oss-signature".split(
    " ",
  );

const brokenParameters: Mutation = {
  name: "another parameter of the signature",
  apply({ query }, random) {
    const names = query.map(([name]) => name).filter((name) => CREDENTIAL_PARAMETERS.includes(name));
    const chosen = random.pick(names);
    const isDropped = random.next() < 0.3;
    const changed = query.map(
      ([name, value]) => [name, name === chosen ? otherValue(value, random) : value] as const,
    );
    return { query: isDropped ? query.filter(([name]) => name !== chosen) : changed };
  },
};

function otherValue(value: string, random: SeededRandom): string {
  const other = random.next() < 0.5 ? `${value}1` : awkwardValue(random);
  return other === value ? `${value}x` : other;
}

function changeSignature(draft: Draft, change: (text: string) => string): Partial<Draft> {
  const { authorization } = draft.headers;
  if (authorization !== undefined) {
    const changed = authorization.replace(
      /(Signature=|:)([^:=,]+=?)$/,
      (_all, name, text) => name + change(text),
    );
    return { headers: withHeaders(draft, { authorization: changed }) };
  }
  return {
    query: draft.query.map(([name, value]) =>
      /^(?:x-oss-signature|Signature)$/.test(name)
        ? ([name, change(value)] as const)
        : ([name, value] as const),
    ),
  };
}

/** Another digit in the middle, where every bit counts. */
function flip(text: string, random: SeededRandom): string {
  const index = random.integer(0, Math.max(0, text.length - 4));
  return text.slice(0, index) + (text[index] === "a" ? "b" : "a") + text.slice(index + 1);
}

function withCredentials(signer: Signer, changed: Partial<Signer["credentials"]>): Signer {
  return { ...signer, credentials: { ...signer.credentials, ...changed } };
}
