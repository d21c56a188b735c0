// The parts of a request that several calls have, out of what the model knows.
import { createHash } from "node:crypto";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import type { Conditions } from "../../src/protocol/fields/conditions.ts";
import type { CopySource } from "../../src/protocol/fields/copy-source.ts";
import { present } from "../../src/protocol/fields/present.ts";
import type { ServiceContext } from "./call-context.ts";
import { resolveRange, resolveVersion } from "./call-values.ts";
import type { ModelObject } from "./model-records.ts";
import type { Condition, Damage, NamedVersion, Range } from "./service-calls.ts";

/** Of listings and of keys in answers: keys have characters that XML has not. */
export const encodingType = "url";
/** Of no part and no object. */
export const absentEtag: string = "0".repeat(32);

export function namedVersion(named: NamedVersion, { bucket, model }: ServiceContext): CopySource {
  const { key, version } = named;
  return present({ bucket, key, versionId: resolveVersion(key, version, model) });
}

export function readingOf(condition: Condition | null, object: ModelObject | undefined) {
  return condition === null ? {} : { conditions: conditionOf(condition, object) };
}

function conditionOf({ name, offset }: Condition, object: ModelObject | undefined): Conditions {
  if (name === "ifMatch" || name === "ifNoneMatch") {
    return { [name]: offset === 0 ? (object?.etag ?? absentEtag) : absentEtag };
  }
  return { [name]: new Date((object?.modifiedAtMs ?? 0) + offset * 1_000) };
}

export function rangeInput(name: "range" | "sourceRange", range: Range, object: ModelObject | undefined) {
  const resolved = resolveRange(range, object?.bytes.length ?? 0);
  return resolved.start === undefined && resolved.end === undefined ? {} : { [name]: resolved };
}

export function damageOf(damage: Damage, bytes: Uint8Array) {
  if (damage === "none") {
    return {};
  }
  return damage === "crc64"
    ? { crc64: crc64(bytes) ^ 1n }
    : { contentMd5: createHash("md5").update(bytes).update("more").digest("base64") };
}

export function headersOf(note: string) {
  return { userMetadata: { note } };
}
