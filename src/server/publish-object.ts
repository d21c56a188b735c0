// Gives a received blob to an object, or makes a link.
import type { NewObject } from "../storage/metadata-store.ts";
import type { ObjectRecord } from "../storage/records.ts";
import { assertStillAllowed, whileAllowed } from "./assert-still-allowed.ts";
import type { ReceivedBlob } from "./receive-object.ts";
import type { RequestContext } from "./service-context.ts";
import { symlinkContent } from "./symlink.ts";

/**
 * @throws {ServiceError} AccessDenied, InvalidAccessKeyId when what allowed the writing is gone since it began; ServiceUnavailable when
 *   it changes at this very moment
 * @throws {StorageError} bucket-missing, object-exists; the blob is garbage then
 */
export async function publishObject(
  object: Pick<NewObject, "attributes" | "bucket" | "etag" | "forbidOverwrite" | "key">,
  { blobId, sizeBytes, md5, crc64 }: ReceivedBlob,
  context: Pick<RequestContext, "authorizeAgain" | "now" | "store">,
): Promise<ObjectRecord> {
  const { store, now } = context;
  const rights = await assertStillAllowed({ blobId }, context);
  const extents = [{ blobId, sizeBytes }];
  const facts = { ...object, md5, crc64, extents, type: "Normal" as const, modifiedAtMs: now() };
  return whileAllowed(rights, context, (onlyWhile) => store.metadata.putObject({ ...facts, ...onlyWhile }));
}

/**
 * A link has no bytes: nothing was waited for.
 *
 * @throws as `publishObject`
 */
export async function publishLink(
  object: Pick<NewObject, "attributes" | "bucket" | "forbidOverwrite" | "key">,
  target: string,
  context: RequestContext,
): Promise<ObjectRecord> {
  const { store, now } = context;
  const facts = { ...object, ...symlinkContent(target, context), modifiedAtMs: now() };
  const rights = await context.authorizeAgain();
  return whileAllowed(rights, context, (onlyWhile) => store.metadata.putObject({ ...facts, ...onlyWhile }));
}
