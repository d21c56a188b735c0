// Symbolic links: whoever reads one gets the bytes of the object that it points to, but is told what is stored with the
// link. Source: OSS API, GetObject and HeadObject.
import { createHash } from "node:crypto";
import { serviceError } from "../protocol/errors/known-error.ts";
import { contentEtag } from "../protocol/etag.ts";
import type { NewObject, WantedBytes } from "../storage/metadata-store.ts";
import type { ObjectRecord, VersionRecord } from "../storage/records.ts";
import type { OpenedObject } from "./require-resources.ts";
import type { RequestContext, ServiceContext } from "./service-context.ts";

/** What a reader of an object sees. */
export interface SeenObject extends OpenedObject {
  /** Whose bytes they are: the object itself, or the one that a link points to. */
  readonly origin: ObjectRecord;
}

/**
 * The object, or what is seen through it when it is a link. A link points to the current version of its target.
 *
 * @throws {ServiceError} SymlinkTargetNotExist; InvalidTargetType when the target is a link too
 */
export async function seeThroughLink(
  opened: OpenedObject,
  wanted: WantedBytes | undefined,
  { store, assertReadAllowed }: RequestContext,
): Promise<SeenObject> {
  const { object } = opened;
  if (object.type !== "Symlink") {
    return { ...opened, origin: object };
  }
  const id = { bucket: object.bucket, key: symlinkTargetOf(object) };
  const target = await store.metadata.openObject(id, wanted);
  const origin = requireOrigin(target?.version, object);
  assertReadAllowed(origin);
  const { extents = [], skippedBytes = 0 } = target ?? {};
  return { object: linkTo(origin, object), extents, skippedBytes, origin };
}

/**
 * The same without the places of the bytes, of which an object may have ten thousand.
 *
 * @throws {ServiceError} SymlinkTargetNotExist, InvalidTargetType
 */
export async function describeThroughLink(
  object: ObjectRecord,
  { store, assertReadAllowed }: RequestContext,
): Promise<ObjectRecord> {
  if (object.type !== "Symlink") {
    return object;
  }
  const target = await store.metadata.getObject({ bucket: object.bucket, key: symlinkTargetOf(object) });
  const origin = requireOrigin(target, object);
  assertReadAllowed(origin);
  return linkTo(origin, object);
}

/** The key that a link points to. */
export function symlinkTargetOf({ attributes }: ObjectRecord): string {
  return attributes.standard.symlinkTarget ?? "";
}

/** What the store keeps of a link beside its name: no bytes, and the MD5 of the target's key. */
export function symlinkContent(
  target: string,
  { dialect }: ServiceContext,
): Pick<NewObject, "crc64" | "etag" | "extents" | "md5" | "type"> {
  const md5 = createHash("md5").update(target, "utf8").digest("hex");
  return { type: "Symlink", extents: [], crc64: 0n, md5, etag: contentEtag(md5, dialect) };
}

function requireOrigin(target: VersionRecord | undefined, link: ObjectRecord): ObjectRecord {
  if (target === undefined || target.type === "DeleteMarker") {
    throw serviceError("SymlinkTargetNotExist", { fields: { Key: link.key } });
  }
  if (target.type === "Symlink") {
    throw serviceError("InvalidTargetType", { fields: { Key: link.key } });
  }
  return target;
}

function linkTo(origin: ObjectRecord, link: ObjectRecord): ObjectRecord {
  const { md5: _md5OfTargetKey, ...facts } = link;
  const { sizeBytes, etag, md5, crc64 } = origin;
  const modifiedAtMs = Math.max(origin.modifiedAtMs, link.modifiedAtMs);
  return { ...facts, sizeBytes, etag, crc64, modifiedAtMs, ...(md5 === undefined ? {} : { md5 }) };
}
