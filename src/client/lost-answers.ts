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

/** The object, if it is the one that was sent in one piece. Who may write need not be allowed to look. */
export async function findWritten(
  caller: Caller,
  { bucket, key }: ObjectTarget,
  sent: MeasuredBytes,
  signal: AbortSignal | undefined,
): Promise<PutObjectOutput | undefined> {
  const object = await objectAt(caller, { bucket, key }, signal);
  if (object?.sizeBytes !== sent.sizeBytes || object.crc64 !== sent.crc64) {
    return undefined;
  }
  const { etag, crc64, versionId } = object;
  return present({ etag, crc64, versionId });
}

/** The object, if it is the one that these parts make, and may be looked at. */
export async function findCompleted(
  caller: Caller,
  { bucket, key }: ObjectTarget,
  parts: readonly UploadedPart[],
  signal: AbortSignal | undefined,
): Promise<CompleteMultipartUploadOutput | undefined> {
  const metadata = await objectAt(caller, { bucket, key }, signal);
  if (metadata === undefined || !isMadeOf(metadata, parts, caller)) {
    return undefined;
  }
  const location = formatAddress(requestAddress(caller.endpoint, { bucket, key }, []));
  const { etag, crc64, versionId } = metadata;
  return present({ location, bucket, key, etag, crc64, versionId });
}

async function objectAt(
  caller: Caller,
  target: ObjectTarget,
  signal: AbortSignal | undefined,
): Promise<ObjectMetadata | undefined> {
  try {
    return (await call(caller, headObjectCall, target, { signal })).output;
  } catch (error) {
    if (error instanceof ServiceError && (error.status === 404 || error.status === 403)) {
      return undefined;
    }
    throw error;
  }
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
