// Forms that upload an object (PostObject): fields, a policy in Base64 and a file in one multipart/form-data. What is
// signed is the policy, so that is broken before it is signed, and the form around it in fields and in bytes.

import type { RequestMessage } from "../../../src/protocol/http-message.ts";
import type { SeededRandom } from "../seeded-random.ts";
import { awkwardNumbers, awkwardValue, type Draft, headerText } from "./draft.ts";
import { brokenPolicy, type Fields, forgedFields, policyOf, signedFields } from "./form-policy.ts";
import type { Trust } from "./fuzz-case.ts";
import type { Signer } from "./sign-draft.ts";

const BOUNDARY = "----fuzzed";

export interface FormContext {
  readonly signer: Signer;
  readonly random: SeededRandom;
  readonly trust: Trust;
}

/** `valid` as a form with the fields of `message`, entitled as `trust` says. */
export async function formDraft(
  valid: Draft,
  message: Pick<RequestMessage, "form">,
  { signer, random, trust }: FormContext,
): Promise<Draft> {
  const { bucket = "" } = valid.resource;
  const history = [...valid.history];
  let fields: Fields = (message.form?.fields ?? []).filter(([name]) => isUsual(name) || random.next() < 0.1);
  const isMutated = trust !== "forged" && random.next() < 0.7;
  if (isMutated) {
    const [name, change] = random.pick(Object.entries(fieldChanges));
    fields = change(fields, random);
    history.push(`a form: ${name}`);
  }
  if (trust !== "unsigned") {
    const isPolicyMutated = isMutated && random.next() < 0.4;
    const policy = policyOf({
      bucket,
      fields,
      signer,
      isForged: trust === "forged" ? random.integer(0, 5) : -1,
    });
    const text = isPolicyMutated ? brokenPolicy(policy, random) : policy;
    const signed = await signedFields(text, signer, random);
    fields = [...fields, ...(trust === "forged" ? forgedFields(signed, policy, random) : signed)];
    history.push(isPolicyMutated ? "another policy" : "a policy");
  }
  const whole = multipart(fields, valid.body, random);
  const body = isMutated && random.next() < 0.5 ? brokenForm(whole, random, history) : whole;
  return {
    ...valid,
    headers: { "content-type": contentType(isMutated, random) },
    body,
    history: [...history, trust],
  };
}

function isUsual(name: string): boolean {
  return !/^(?:callback|x:|x-oss-server-side|x-oss-forbid|success_action_redirect)/.test(name);
}

const fieldChanges: Readonly<Record<string, (fields: Fields, random: SeededRandom) => Fields>> = {
  "an awkward value": (fields, random) =>
    replaceOne(fields, random, ([name]) => [name, awkwardValue(random)]),
  "an awkward name": (fields, random) =>
    replaceOne(fields, random, ([, value]) => [awkwardValue(random), value]),
  "a field less": (fields, random) => fields.toSpliced(random.integer(0, fields.length), 1),
  "a field twice": (fields, random) => (fields.length === 0 ? fields : [...fields, random.pick(fields)]),
  "one more field": (fields, random) => [
    ...fields,
    [
      random.pick([
        ..."acl Content-Type content-md5 success_action_status success_action_redirect callback".split(" "),
        ..."x:var x-oss-object-acl x-oss-tagging x-oss-meta-a x-oss-traffic-limit x-oss-forbid-overwrite".split(
          " ",
        ),
        ..."x-oss-server-side-encryption x-oss-storage-class x-oss-security-token file policy".split(" "),
      ]),
      random.next() < 0.5 ? awkwardValue(random) : random.pick(awkwardNumbers),
    ],
  ],
  "a name with the file's": (fields) =>
    fields.map(([name, value]) => [name, name === "key" ? `${value}\u0024{filename}` : value]),
  "1,200 fields": (fields) => [
    ...fields,
    ...Array.from({ length: 1_200 }, (_, index) => [`f${index}`, "v"] as const),
  ],
  "a long name": (fields) => [...fields, ["n".repeat(9_000), "v"]],
  "a long value": (fields) => [...fields, ["x-oss-meta-long", "v".repeat(300_000)]],
};

function contentType(isMutated: boolean, random: SeededRandom): string {
  const right = `multipart/form-data; boundary=${BOUNDARY}`;
  return isMutated && random.next() < 0.2
    ? random.pick([
        "multipart/form-data",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary="',
        `multipart/form-data; boundary=${"b".repeat(300)}`,
        "multipart/form-data; boundary=other",
        "multipart/mixed; boundary=x",
        `${right}; charset=utf-16`,
        `MULTIPART/FORM-DATA;Boundary="${BOUNDARY}"`,
        headerText(`multipart/form-data; boundary=${awkwardValue(random)}`),
      ])
    : right;
}

function multipart(fields: Fields, file: Uint8Array, random: SeededRandom): Buffer {
  const parts = fields.map(
    ([name, value]) =>
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name.replaceAll('"', "%22")}"\r\n\r\n${value}\r\n`,
  );
  const fileName = random.next() < 0.2 ? awkwardValue(random).replaceAll('"', "") : "f.txt";
  const disposition = `Content-Disposition: form-data; name="file"; filename="${fileName}"\r\nContent-Type: text/plain`;
  return Buffer.concat([
    Buffer.from(`${parts.join("")}--${BOUNDARY}\r\n${disposition}\r\n\r\n`),
    file,
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);
}

const formChanges: Readonly<Record<string, (form: Buffer, random: SeededRandom) => Buffer>> = {
  "cut short": (form, random) => form.subarray(0, random.integer(0, form.length)),
  "no end": (form) => form.subarray(0, form.lastIndexOf(`--${BOUNDARY}`)),
  "two files": (form) => replaceText(form, 'name="key"', 'name="file"; filename="a"'),
  "no file": (form) => replaceText(form, 'name="file"', 'name="other"'),
  "no names": (form) => Buffer.from(form.toString("latin1").replaceAll(/; name="[^"]*"/g, ""), "latin1"),
  "no empty lines": (form) => Buffer.from(form.toString("latin1").replaceAll("\r\n\r\n", "\r\n"), "latin1"),
  "bare line feeds": (form) => Buffer.from(form.toString("latin1").replaceAll("\r\n", "\n"), "latin1"),
  "part headers without an end": (form) =>
    replaceText(form, "form-data; name", `form-data; ${"a".repeat(40_000)}; name`),
  "many part headers": (form) => replaceText(form, "\r\n\r\n", `\r\n${"a: b\r\n".repeat(3_000)}\r\n`),
  "a transfer encoding": (form) =>
    replaceText(form, "\r\n\r\n", "\r\nContent-Transfer-Encoding: base64\r\n\r\n"),
  "an awkward disposition": (form) =>
    replaceText(form, 'form-data; name="', "form-data; name*=UTF-8''%FF; x=\"\\"),
  "a text in front": (form) => Buffer.concat([Buffer.from("preamble\r\n".repeat(500)), form]),
  "a text behind": (form) => Buffer.concat([form, Buffer.from("epilogue\r\n".repeat(500))]),
  nothing: () => Buffer.alloc(0),
  "not UTF-8": (form) => replaceText(form, 'name="', 'name="\u00ff\u00fe'),
  "bytes changed": (form, random) => {
    const changed = Buffer.from(form);
    for (let count = random.integer(1, 6); count > 0; count -= 1) {
      changed[random.integer(0, changed.length - 1)] = random.integer(0, 255);
    }
    return changed;
  },
};

function brokenForm(form: Buffer, random: SeededRandom, history: string[]): Buffer {
  const [name, change] = random.pick(Object.entries(formChanges));
  history.push(`a form's bytes: ${name}`);
  return change(form, random);
}

function replaceText(form: Buffer, text: string, replacement: string): Buffer {
  return Buffer.from(
    form.toString("latin1").replace(text, () => replacement),
    "latin1",
  );
}

function replaceOne(
  fields: Fields,
  random: SeededRandom,
  change: (field: readonly [string, string]) => readonly [string, string],
): Fields {
  const chosen = random.integer(0, Math.max(0, fields.length - 1));
  return fields.map((field, index) => (index === chosen ? change(field) : field));
}
