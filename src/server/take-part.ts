// A part becomes the upload's: of any upload, or as the next one of a sequential upload, whose parts carry on a digest
// of the whole object.

import { present } from "../protocol/fields/present.ts";
import type { PartRecord, UploadRecord } from "../storage/records.ts";
import { StorageError } from "../storage/storage-error.ts";
import { assertStillAllowed } from "./assert-still-allowed.ts";
import type { ReceivedBlob } from "./receive-object.ts";
import { finishMd5, type RunningMd5, resumeMd5, startMd5 } from "./running-md5.ts";
import type { RequestContext, ServiceContext } from "./service-context.ts";

export interface TakenPart extends ReceivedBlob {
  readonly createdAtMs: number;
}

/**
 * Receives a part's bytes and publishes them as the part of that number.
 *
 * @param receive  receives the bytes, and shows them to the digest where there is one
 * @throws {ServiceError} AccessDenied, InvalidAccessKeyId when what allowed the writing is gone since it began
 * @throws {StorageError} part-not-sequential, as a rule before a byte is received; upload-missing
 */
export async function takePart(
  upload: UploadRecord,
  partNumber: number,
  receive: (digest: RunningMd5 | undefined) => Promise<ReceivedBlob>,
  context: Pick<RequestContext, "authorizeAgain" | "now" | "store">,
): Promise<TakenPart> {
  const { store, now } = context;
  const before = upload.isSequential ? await partBefore(upload, partNumber, store) : undefined;
  const digest = upload.isSequential ? await digestAfter(before) : undefined;
  const received = await receive(digest);
  await assertStillAllowed(received, context);
  const { blobId, sizeBytes, md5, crc64 } = received;
  const createdAtMs = now();
  await store.metadata.putPart(
    upload,
    present({ partNumber, blobId, sizeBytes, md5, crc64, createdAtMs, digestState: digest?.save() }),
    before?.blobId,
  );
  return { ...received, createdAtMs };
}

/**
 * The MD5 of the object that these parts of a sequential upload make, in lower-case hex.
 *
 * @param parts  as the client named them; the store checks whether they are there with these MD5s
 * @returns undefined for other uploads, where parts were left out, and where the digest was lost on the way
 */
export async function md5OfParts(
  upload: UploadRecord,
  parts: readonly { readonly partNumber: number; readonly md5: string }[],
  { store }: ServiceContext,
): Promise<string | undefined> {
  const isWithoutGap = parts.every(({ partNumber }, index) => partNumber === index + 1);
  if (!upload.isSequential || !isWithoutGap) {
    return undefined;
  }
  const page = await store.metadata.listParts(upload, { afterPartNumber: parts.length - 1, limit: 1 });
  const [last] = page.parts;
  // Only the last part of all can have been replaced, so with its own MD5 all before it are those that were digested.
  const isNamed = last?.partNumber === parts.length && last.md5 === parts.at(-1)?.md5;
  return isNamed ? finishMd5(last.digestState) : undefined;
}

/** Of part 1 undefined. @throws {StorageError} part-not-sequential */
async function partBefore(
  upload: UploadRecord,
  partNumber: number,
  { metadata }: ServiceContext["store"],
): Promise<PartRecord | undefined> {
  // The part before, this one, and one behind it, if they are there.
  const page = await metadata.listParts(upload, { afterPartNumber: Math.max(0, partNumber - 2), limit: 3 });
  const before = page.parts.find((part) => part.partNumber === partNumber - 1);
  const isBehindAll = page.parts.every((part) => part.partNumber <= partNumber);
  if (!isBehindAll || (partNumber > 1 && before === undefined)) {
    throw new StorageError(
      "part-not-sequential",
      `part ${partNumber} of upload ${upload.uploadId} is neither the next nor the last`,
    );
  }
  return before;
}

function digestAfter(before: PartRecord | undefined): Promise<RunningMd5 | undefined> {
  return before === undefined ? startMd5() : resumeMd5(before.digestState);
}
