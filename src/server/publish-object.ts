// Gives a received blob to an object.
import type { NewObject } from "../storage/metadata-store.ts";
import type { ObjectRecord } from "../storage/records.ts";
import { assertStillAllowed } from "./assert-still-allowed.ts";
import type { ReceivedBlob } from "./receive-object.ts";
import type { RequestContext } from "./service-context.ts";

/**
 * @throws {ServiceError} AccessDenied, InvalidAccessKeyId when what allowed the writing is gone since it began
 * @throws {StorageError} bucket-missing, object-exists; the blob is garbage then
 */
export async function publishObject(
  object: Pick<NewObject, "attributes" | "bucket" | "etag" | "forbidOverwrite" | "key">,
  { blobId, sizeBytes, md5, crc64 }: ReceivedBlob,
  context: Pick<RequestContext, "authorizeAgain" | "now" | "store">,
): Promise<ObjectRecord> {
  await assertStillAllowed({ blobId }, context);
  const { store, now } = context;
  const extents = [{ blobId, sizeBytes }];
  return store.metadata.putObject({ ...object, md5, crc64, extents, type: "Normal", modifiedAtMs: now() });
}
