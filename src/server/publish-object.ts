// Gives a received blob to an object.
import type { NewObject } from "../storage/metadata-store.ts";
import type { ObjectRecord } from "../storage/records.ts";
import type { ReceivedBlob } from "./receive-object.ts";
import type { ServiceContext } from "./service-context.ts";

/** @throws {StorageError} bucket-missing, object-exists; the blob is garbage then */
export function publishObject(
  object: Pick<NewObject, "attributes" | "bucket" | "etag" | "forbidOverwrite" | "key">,
  { blobId, sizeBytes, md5, crc64 }: ReceivedBlob,
  { store, now }: ServiceContext,
): Promise<ObjectRecord> {
  const extents = [{ blobId, sizeBytes }];
  return store.metadata.putObject({ ...object, md5, crc64, extents, type: "Normal", modifiedAtMs: now() });
}
