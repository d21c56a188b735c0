// Whether bytes can be appended, before they are read: refusing early costs the client nothing. The store decides
// again, and finally, in its transaction.
import type { BucketRecord, ObjectId } from "../storage/records.ts";
import { StorageError } from "../storage/storage-error.ts";
import { requireBucket } from "./require-resources.ts";
import type { ServiceContext } from "./service-context.ts";

/** @throws {StorageError} bucket-missing, object-not-appendable, position-mismatch */
export async function requireAppendable(
  { bucket, key, positionBytes }: ObjectId & { readonly positionBytes: number },
  context: ServiceContext,
): Promise<BucketRecord> {
  const record = await requireBucket(bucket, context);
  const version = await context.store.metadata.getObject({ bucket, key });
  const current = version?.type === "DeleteMarker" ? undefined : version;
  if (current !== undefined && current.type !== "Appendable") {
    throw new StorageError("object-not-appendable", `${bucket}/${key} was not begun by an append`);
  }
  const sizeBytes = current?.sizeBytes ?? 0;
  if (sizeBytes !== positionBytes) {
    throw new StorageError(
      "position-mismatch",
      `${bucket}/${key} ends at ${sizeBytes}, not at ${positionBytes}`,
      {
        fields: { sizeBytes },
      },
    );
  }
  return record;
}
