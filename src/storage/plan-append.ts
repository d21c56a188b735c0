// The decision at an append: what the object is afterwards. Pure, so that every adapter decides alike.
import { combineCrc64 } from "../protocol/crc64/combine-crc64.ts";
import { changedAttributes } from "./apply-changes.ts";
import type { Append } from "./metadata-store.ts";
import type { ObjectRecord, VersionRecord } from "./records.ts";
import { objectNotAppendable, positionMismatch } from "./refusals.ts";

/** All but what the store gives itself. */
export type UnpublishedObject = Omit<ObjectRecord, "generation" | "versionId">;

export type AppendPlan =
  | { readonly type: "begin"; readonly object: UnpublishedObject }
  | { readonly type: "grow"; readonly object: Omit<ObjectRecord, "generation"> };

/**
 * @param current  the key's current version; a delete marker is as nothing
 * @throws {StorageError} object-not-appendable, position-mismatch
 */
export function planAppend(current: VersionRecord | undefined, append: Append): AppendPlan {
  const there = current?.type === "DeleteMarker" ? undefined : current;
  const { bucket, key, etag, attributes, modifiedAtMs } = append;
  if (there !== undefined && there.type !== "Appendable") {
    throw objectNotAppendable(bucket, key);
  }
  const sizeBeforeBytes = there?.sizeBytes ?? 0;
  if (append.positionBytes !== sizeBeforeBytes) {
    throw positionMismatch(append, sizeBeforeBytes);
  }
  const appendedBytes = append.extent?.sizeBytes ?? 0;
  if (there === undefined) {
    const { crc64 } = append;
    return {
      type: "begin",
      object: {
        bucket,
        key,
        etag,
        attributes,
        modifiedAtMs,
        crc64,
        type: "Appendable",
        sizeBytes: appendedBytes,
      },
    };
  }
  const { generation: _, md5: __, ...facts } = there;
  const sizeBytes = sizeBeforeBytes + appendedBytes;
  const crc64 = combineCrc64(there.crc64, append.crc64, appendedBytes);
  const { acl } = append;
  const kept = acl === undefined ? there.attributes : changedAttributes(there.attributes, { acl });
  return { type: "grow", object: { ...facts, etag, attributes: kept, modifiedAtMs, sizeBytes, crc64 } };
}
