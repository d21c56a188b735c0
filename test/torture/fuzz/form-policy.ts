// Policies of forms: the text that a form's owner signs, right, broken and forged.
import { createHmac } from "node:crypto";
import { v1Signature } from "../../../src/protocol/signing/v1-signature.ts";
import { toBasicIso8601 } from "../../../src/protocol/times.ts";
import { nodeSigningCrypto } from "../../../src/server/node-signing-crypto.ts";
import type { SeededRandom } from "../seeded-random.ts";
import type { Signer } from "./sign-draft.ts";

export type Fields = readonly (readonly [name: string, value: string])[];

const LIFE_MS = 600_000;

/** What a policy is made of. */
export interface PolicyFacts {
  readonly bucket: string;
  readonly fields: Fields;
  readonly signer: Signer;
  /** Which of the forgeries that stand in the policy itself; any other number is none. */
  readonly isForged: number;
}

/** A policy that the form meets. */
export function policyOf({ bucket, fields, signer, isForged }: PolicyFacts): string {
  const age = isForged === 0 ? -LIFE_MS : LIFE_MS;
  const conditions: unknown[] = [
    { bucket: isForged === 1 ? "another-bucket" : bucket },
    ["starts-with", "$key", isForged === 2 ? "nowhere/" : ""],
    ["content-length-range", 0, 1_000_000],
    ...(fields.length > 500
      ? []
      : fields.filter(([name]) => name !== "key").map(([name]) => ["starts-with", `$${name}`, ""])),
    ["starts-with", "$x-oss-signature-version", ""],
    ["starts-with", "$x-oss-credential", ""],
    ["starts-with", "$x-oss-date", ""],
  ];
  return JSON.stringify({ expiration: new Date(signer.time.getTime() + age).toISOString(), conditions });
}

const POLICIES: readonly string[] = [
  "",
  "{}",
  "[]",
  "null",
  '"',
  '{"expiration":1,"conditions":[]}',
  '{"expiration":"2999-01-01T00:00:00.000Z"}',
  '{"expiration":"2999-01-01T00:00:00.000Z","conditions":{}}',
  '{"expiration":"2999-01-01T00:00:00.000Z","conditions":[[]]}',
  '{"expiration":"2999-01-01T00:00:00.000Z","conditions":[["eq","$__proto__",""],["in","$key",1]]}',
  '{"expiration":"2999-01-01T00:00:00.000Z","conditions":[["content-length-range",-1,1e999]]}',
  '{"expiration":"2999-01-01T00:00:00.000Z","conditions":[["content-length-range","0x","1"]]}',
  '{"expiration":"2999-01-01T00:00:00.000Z","conditions":[{"__proto__":{}}]}',
  '{"expiration":"99999-99-99T99:99:99Z","conditions":[]}',
  `{"expiration":"2999-01-01T00:00:00.000Z","conditions":${"[".repeat(20_000)}`,
  `{"expiration":"2999-01-01T00:00:00.000Z","conditions":[${'["eq","$key",""],'.repeat(3_000)}[]]}`,
];

/** A policy that is none, or another one; it is signed all the same. */
export function brokenPolicy(policy: string, random: SeededRandom): string {
  const share = random.next();
  if (share < 0.4) {
    return random.pick(POLICIES);
  }
  if (share < 0.7) {
    return policy.slice(0, random.integer(0, policy.length));
  }
  const index = random.integer(0, policy.length - 1);
  return policy.slice(0, index) + String.fromCharCode(random.integer(0, 300)) + policy.slice(index + 1);
}

/** The fields that carry the policy and its signature, of version 1 or 4. */
export async function signedFields(
  policy: string,
  { credentials, time, region }: Signer,
  random: SeededRandom,
): Promise<Fields> {
  const encoded = Buffer.from(policy, "utf8").toString("base64");
  const { accessKeyId, accessKeySecret } = credentials;
  if (random.next() < 0.5) {
    return [
      ["OSSAccessKeyId", accessKeyId],
      ["policy", encoded],
      ["Signature", await v1Signature(encoded, accessKeySecret, nodeSigningCrypto)],
    ];
  }
  const date = toBasicIso8601(time);
  const day = date.slice(0, 8);
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const words = [region, "oss", "aliyun_v4_request"];
  const key = words.reduce<Buffer>(hmac, hmac(`aliyun_v4${accessKeySecret}`, day));
  return [
    ["x-oss-signature-version", "OSS4-HMAC-SHA256"],
    ["x-oss-credential", [accessKeyId, day, ...words].join("/")],
    ["x-oss-date", date],
    ["policy", encoded],
    ["x-oss-signature", hmac(key, encoded).toString("hex")],
  ];
}

/** Where the policy itself is right, its signature, its key or the text that was signed is not. */
export function forgedFields(signed: Fields, policy: string, random: SeededRandom): Fields {
  const change = random.pick([
    ["signature", (value: string) => `x${value.slice(1)}`],
    ["signature", () => ""],
    ["signature", (value: string) => value.slice(0, 10)],
    ["credential", (value: string) => `x${value}`],
    ["policy", () => Buffer.from(`${policy} `).toString("base64")],
    ["policy", () => "!!!"],
  ] as const);
  const [what, apply] = change;
  const isMeant = (name: string) =>
    what === "credential"
      ? /^(?:OSSAccessKeyId|x-oss-credential)$/.test(name)
      : name.toLowerCase().endsWith(what);
  return signed.map(([name, value]) => [name, isMeant(name) ? apply(value) : value]);
}
