// Which handler serves which operation. An operation without a row here is answered with NotImplemented.
import type { AnyOperation } from "../protocol/operation.ts";
import { abortMultipartUpload } from "../protocol/operations/abort-multipart-upload.ts";
import { completeMultipartUpload } from "../protocol/operations/complete-multipart-upload.ts";
import { copyObject } from "../protocol/operations/copy-object.ts";
import { deleteBucket } from "../protocol/operations/delete-bucket.ts";
import { deleteBucketCors } from "../protocol/operations/delete-bucket-cors.ts";
import { deleteBucketLifecycle } from "../protocol/operations/delete-bucket-lifecycle.ts";
import { deleteMultipleObjects } from "../protocol/operations/delete-multiple-objects.ts";
import { deleteObject } from "../protocol/operations/delete-object.ts";
import { getBucketAcl } from "../protocol/operations/get-bucket-acl.ts";
import { getBucketCors } from "../protocol/operations/get-bucket-cors.ts";
import { getBucketInfo } from "../protocol/operations/get-bucket-info.ts";
import { getBucketLifecycle } from "../protocol/operations/get-bucket-lifecycle.ts";
import { getBucketLocation } from "../protocol/operations/get-bucket-location.ts";
import { getObject } from "../protocol/operations/get-object.ts";
import { getObjectAcl } from "../protocol/operations/get-object-acl.ts";
import { getObjectMeta } from "../protocol/operations/get-object-meta.ts";
import { headObject } from "../protocol/operations/head-object.ts";
import { initiateMultipartUpload } from "../protocol/operations/initiate-multipart-upload.ts";
import { listBuckets } from "../protocol/operations/list-buckets.ts";
import { listMultipartUploads } from "../protocol/operations/list-multipart-uploads.ts";
import { listObjects } from "../protocol/operations/list-objects.ts";
import { listObjectsV2 } from "../protocol/operations/list-objects-v2.ts";
import { listParts } from "../protocol/operations/list-parts.ts";
import { putBucket } from "../protocol/operations/put-bucket.ts";
import { putBucketCors } from "../protocol/operations/put-bucket-cors.ts";
import { putBucketLifecycle } from "../protocol/operations/put-bucket-lifecycle.ts";
import { putObject } from "../protocol/operations/put-object.ts";
import { uploadPart } from "../protocol/operations/upload-part.ts";
import { uploadPartCopy } from "../protocol/operations/upload-part-copy.ts";
import type { Handler } from "./handler.ts";
import { handleAbortMultipartUpload } from "./handlers/abort-multipart-upload.ts";
import { handleCompleteMultipartUpload } from "./handlers/complete-multipart-upload.ts";
import { handleCopyObject } from "./handlers/copy-object.ts";
import { handleDeleteBucket } from "./handlers/delete-bucket.ts";
import { handleDeleteBucketCors } from "./handlers/delete-bucket-cors.ts";
import { handleDeleteBucketLifecycle } from "./handlers/delete-bucket-lifecycle.ts";
import { handleDeleteMultipleObjects } from "./handlers/delete-multiple-objects.ts";
import { handleDeleteObject } from "./handlers/delete-object.ts";
import { handleGetBucketAcl } from "./handlers/get-bucket-acl.ts";
import { handleGetBucketCors } from "./handlers/get-bucket-cors.ts";
import { handleGetBucketInfo } from "./handlers/get-bucket-info.ts";
import { handleGetBucketLifecycle } from "./handlers/get-bucket-lifecycle.ts";
import { handleGetBucketLocation } from "./handlers/get-bucket-location.ts";
import { handleGetObject } from "./handlers/get-object.ts";
import { handleGetObjectAcl } from "./handlers/get-object-acl.ts";
import { handleGetObjectMeta } from "./handlers/get-object-meta.ts";
import { handleHeadObject } from "./handlers/head-object.ts";
import { handleInitiateMultipartUpload } from "./handlers/initiate-multipart-upload.ts";
import { handleListBuckets } from "./handlers/list-buckets.ts";
import { handleListMultipartUploads } from "./handlers/list-multipart-uploads.ts";
import { handleListObjects } from "./handlers/list-objects.ts";
import { handleListObjectsV2 } from "./handlers/list-objects-v2.ts";
import { handleListParts } from "./handlers/list-parts.ts";
import { handlePutBucket } from "./handlers/put-bucket.ts";
import { handlePutBucketCors } from "./handlers/put-bucket-cors.ts";
import { handlePutBucketLifecycle } from "./handlers/put-bucket-lifecycle.ts";
import { handlePutObject } from "./handlers/put-object.ts";
import { handleUploadPart } from "./handlers/upload-part.ts";
import { handleUploadPartCopy } from "./handlers/upload-part-copy.ts";

const rows = [
  serves(abortMultipartUpload, handleAbortMultipartUpload),
  serves(completeMultipartUpload, handleCompleteMultipartUpload),
  serves(copyObject, handleCopyObject),
  serves(deleteBucket, handleDeleteBucket),
  serves(putBucketLifecycle, handlePutBucketLifecycle),
  serves(getBucketLifecycle, handleGetBucketLifecycle),
  serves(deleteBucketLifecycle, handleDeleteBucketLifecycle),
  serves(putBucketCors, handlePutBucketCors),
  serves(getBucketCors, handleGetBucketCors),
  serves(deleteBucketCors, handleDeleteBucketCors),
  serves(deleteMultipleObjects, handleDeleteMultipleObjects),
  serves(deleteObject, handleDeleteObject),
  serves(getBucketAcl, handleGetBucketAcl),
  serves(getObjectAcl, handleGetObjectAcl),
  serves(getBucketInfo, handleGetBucketInfo),
  serves(getBucketLocation, handleGetBucketLocation),
  serves(getObject, handleGetObject),
  serves(getObjectMeta, handleGetObjectMeta),
  serves(headObject, handleHeadObject),
  serves(initiateMultipartUpload, handleInitiateMultipartUpload),
  serves(listBuckets, handleListBuckets),
  serves(listMultipartUploads, handleListMultipartUploads),
  serves(listObjects, handleListObjects),
  serves(listObjectsV2, handleListObjectsV2),
  serves(listParts, handleListParts),
  serves(putBucket, handlePutBucket),
  serves(putObject, handlePutObject),
  serves(uploadPart, handleUploadPart),
  serves(uploadPartCopy, handleUploadPartCopy),
] as const;

/** By the operation's name. */
export const handlers: ReadonlyMap<string, Handler<AnyOperation>> = new Map(rows);

function serves<O extends AnyOperation>(
  operation: O,
  handler: Handler<O>,
): readonly [name: string, handler: Handler<AnyOperation>] {
  return [operation.name, handler];
}
