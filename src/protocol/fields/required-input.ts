// What every decodeRequest may rely on once the router has matched: the bucket, the key, the mark's value.
import { serviceError } from "../errors/known-error.ts";
import { queryValue, type RequestMessage } from "../http-message.ts";
import { assertBucketName, assertObjectKey } from "../names.ts";

/** @throws {ServiceError} InvalidBucketName */
export function requiredBucket(request: RequestMessage): string {
  const bucket = request.resource.bucket ?? "";
  assertBucketName(bucket);
  return bucket;
}

/** @throws {ServiceError} InvalidBucketName, InvalidObjectName */
export function requiredObject(request: RequestMessage): { readonly bucket: string; readonly key: string } {
  const bucket = requiredBucket(request);
  const key = request.resource.key ?? "";
  assertObjectKey(key);
  return { bucket, key };
}

/** @throws {ServiceError} NoSuchUpload with EC 0017-00000244 when the id is empty */
export function requiredUploadId(request: RequestMessage): string {
  const uploadId = queryValue(request.query, "uploadId") ?? "";
  if (uploadId === "") {
    throw serviceError("NoSuchUpload", { fields: { UploadId: uploadId }, ec: "0017-00000244" });
  }
  return uploadId;
}
