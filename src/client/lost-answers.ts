// An answer was lost, and the request that was sent again is refused, perhaps because the first one had its effect: the
// object itself tells.
import { formatAddress, requestAddress } from "../protocol/addressing/endpoint.ts";
import { ServiceError } from "../protocol/errors/service-error.ts";
import { isSameEtag, multipartEtag } from "../protocol/etag.ts";
import type { ObjectMetadata } from "../protocol/fields/object-metadata.ts";
import { present } from "../protocol/fields/present.ts";
import type { CompleteMultipartUploadOutput } from "../protocol/operations/complete-multipart-upload.ts";
import { headObjectCall } from "../protocol/operations/head-object.ts";
import type { PutObjectOutput } from "../protocol/operations/put-object.ts";
import { encodeHex } from "../protocol/signing/hex.ts";
import { type Caller, call, type ObjectTarget } from "./call.ts";
import type { UploadedPart } from "./upload/part-info.ts";
import { wholeOf } from "./upload/whole-of-parts.ts";
import type { MeasuredBytes } from "./write-object.ts";

/** The object, if it is the one that was sent in one piece. */
export async function findWritten(
  caller: Caller,
  { bucket, key }: ObjectTarget,
  sent: MeasuredBytes,
  signal: AbortSignal | undefined,
): Promise<PutObjectOutput | undefined> {
  const { output } = await call(caller, headObjectCall, { bucket, key }, { signal });
  const { etag, crc64, versionId, sizeBytes } = output;
  const isOurs = sizeBytes === sent.sizeBytes && crc64 === sent.crc64;
  return isOurs ? present({ etag, crc64, versionId }) : undefined;
}

/** The object, if it is the one that these parts make. */
export async function findCompleted(
  caller: Caller,
  { bucket, key }: ObjectTarget,
  parts: readonly UploadedPart[],
  signal: AbortSignal | undefined,
): Promise<CompleteMultipartUploadOutput | undefined> {
  let metadata: ObjectMetadata;
  try {
    metadata = (await call(caller, headObjectCall, { bucket, key }, { signal })).output;
  } catch (error) {
    if (error instanceof ServiceError && error.status === 404) {
      return undefined;
    }
    throw error;
  }
  if (!isMadeOf(metadata, parts, caller)) {
    return undefined;
  }
  const location = formatAddress(requestAddress(caller.endpoint, { bucket, key }, []));
  const { etag, crc64, versionId } = metadata;
  return present({ location, bucket, key, etag, crc64, versionId });
}

function isMadeOf(
  metadata: ObjectMetadata,
  parts: readonly UploadedPart[],
  { dialect, md5 }: Caller,
): boolean {
  const whole = wholeOf(parts);
  if (whole !== undefined && metadata.crc64 !== undefined) {
    return whole.sizeBytes === metadata.sizeBytes && whole.crc64 === metadata.crc64;
  }
  if (md5 === undefined || parts.length === 0) {
    return false;
  }
  const etags = parts.map(({ etag }) => etag);
  const expected = multipartEtag(etags, dialect, (bytes) => encodeHex(md5(bytes)));
  return isSameEtag(metadata.etag, expected);
}
