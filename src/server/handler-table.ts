// Which handler serves which operation. An operation without a row here is answered with NotImplemented.
import type { AnyOperation } from "../protocol/operation.ts";
import { abortMultipartUpload } from "../protocol/operations/abort-multipart-upload.ts";
import { appendObject } from "../protocol/operations/append-object.ts";
import { completeMultipartUpload } from "../protocol/operations/complete-multipart-upload.ts";
import { copyObject } from "../protocol/operations/copy-object.ts";
import { deleteBucket } from "../protocol/operations/delete-bucket.ts";
import { deleteBucketCors } from "../protocol/operations/delete-bucket-cors.ts";
import { deleteBucketEncryption } from "../protocol/operations/delete-bucket-encryption.ts";
import { deleteBucketLifecycle } from "../protocol/operations/delete-bucket-lifecycle.ts";
import { deleteBucketPolicy } from "../protocol/operations/delete-bucket-policy.ts";
import { deleteBucketPublicAccessBlock } from "../protocol/operations/delete-bucket-public-access-block.ts";
import { deleteBucketTags } from "../protocol/operations/delete-bucket-tags.ts";
import { deleteMultipleObjects } from "../protocol/operations/delete-multiple-objects.ts";
import { deleteObject } from "../protocol/operations/delete-object.ts";
import { deleteObjectTagging } from "../protocol/operations/delete-object-tagging.ts";
import { getBucketAcl } from "../protocol/operations/get-bucket-acl.ts";
import { getBucketCors } from "../protocol/operations/get-bucket-cors.ts";
import { getBucketEncryption } from "../protocol/operations/get-bucket-encryption.ts";
import { getBucketInfo } from "../protocol/operations/get-bucket-info.ts";
import { getBucketLifecycle } from "../protocol/operations/get-bucket-lifecycle.ts";
import { getBucketLocation } from "../protocol/operations/get-bucket-location.ts";
import { getBucketPolicy } from "../protocol/operations/get-bucket-policy.ts";
import { getBucketPolicyStatus } from "../protocol/operations/get-bucket-policy-status.ts";
import { getBucketPublicAccessBlock } from "../protocol/operations/get-bucket-public-access-block.ts";
import { getBucketReferer } from "../protocol/operations/get-bucket-referer.ts";
import { getBucketRequestPayment } from "../protocol/operations/get-bucket-request-payment.ts";
import { getBucketStat } from "../protocol/operations/get-bucket-stat.ts";
import { getBucketTags } from "../protocol/operations/get-bucket-tags.ts";
import { getBucketVersioning } from "../protocol/operations/get-bucket-versioning.ts";
import { getObject } from "../protocol/operations/get-object.ts";
import { getObjectAcl } from "../protocol/operations/get-object-acl.ts";
import { getObjectMeta } from "../protocol/operations/get-object-meta.ts";
import { getObjectTagging } from "../protocol/operations/get-object-tagging.ts";
import { getSymlink } from "../protocol/operations/get-symlink.ts";
import { headObject } from "../protocol/operations/head-object.ts";
import { initiateMultipartUpload } from "../protocol/operations/initiate-multipart-upload.ts";
import { listBuckets } from "../protocol/operations/list-buckets.ts";
import { listLiveChannel } from "../protocol/operations/list-live-channel.ts";
import { listMultipartUploads } from "../protocol/operations/list-multipart-uploads.ts";
import { listObjectVersions } from "../protocol/operations/list-object-versions.ts";
import { listObjects } from "../protocol/operations/list-objects.ts";
import { listObjectsV2 } from "../protocol/operations/list-objects-v2.ts";
import { listParts } from "../protocol/operations/list-parts.ts";
import { postObject } from "../protocol/operations/post-object.ts";
import { putBucket } from "../protocol/operations/put-bucket.ts";
import { putBucketAcl } from "../protocol/operations/put-bucket-acl.ts";
import { putBucketCors } from "../protocol/operations/put-bucket-cors.ts";
import { putBucketEncryption } from "../protocol/operations/put-bucket-encryption.ts";
import { putBucketLifecycle } from "../protocol/operations/put-bucket-lifecycle.ts";
import { putBucketPolicy } from "../protocol/operations/put-bucket-policy.ts";
import { putBucketPublicAccessBlock } from "../protocol/operations/put-bucket-public-access-block.ts";
import { putBucketReferer } from "../protocol/operations/put-bucket-referer.ts";
import { putBucketRequestPayment } from "../protocol/operations/put-bucket-request-payment.ts";
import { putBucketTags } from "../protocol/operations/put-bucket-tags.ts";
import { putBucketVersioning } from "../protocol/operations/put-bucket-versioning.ts";
import { putObject } from "../protocol/operations/put-object.ts";
import { putObjectAcl } from "../protocol/operations/put-object-acl.ts";
import { putObjectTagging } from "../protocol/operations/put-object-tagging.ts";
import { putSymlink } from "../protocol/operations/put-symlink.ts";
import { restoreObject } from "../protocol/operations/restore-object.ts";
import { uploadPart } from "../protocol/operations/upload-part.ts";
import { uploadPartCopy } from "../protocol/operations/upload-part-copy.ts";
import type { Handler } from "./handler.ts";
import { handleAbortMultipartUpload } from "./handlers/abort-multipart-upload.ts";
import { handleAppendObject } from "./handlers/append-object.ts";
import { handleCompleteMultipartUpload } from "./handlers/complete-multipart-upload.ts";
import { handleCopyObject } from "./handlers/copy-object.ts";
import { handleDeleteBucket } from "./handlers/delete-bucket.ts";
import { handleDeleteBucketCors } from "./handlers/delete-bucket-cors.ts";
import { handleDeleteBucketEncryption } from "./handlers/delete-bucket-encryption.ts";
import { handleDeleteBucketLifecycle } from "./handlers/delete-bucket-lifecycle.ts";
import { handleDeleteBucketPolicy } from "./handlers/delete-bucket-policy.ts";
import { handleDeleteBucketPublicAccessBlock } from "./handlers/delete-bucket-public-access-block.ts";
import { handleDeleteBucketTags } from "./handlers/delete-bucket-tags.ts";
import { handleDeleteMultipleObjects } from "./handlers/delete-multiple-objects.ts";
import { handleDeleteObject } from "./handlers/delete-object.ts";
import { handleDeleteObjectTagging } from "./handlers/delete-object-tagging.ts";
import { handleGetBucketAcl } from "./handlers/get-bucket-acl.ts";
import { handleGetBucketCors } from "./handlers/get-bucket-cors.ts";
import { handleGetBucketEncryption } from "./handlers/get-bucket-encryption.ts";
import { handleGetBucketInfo } from "./handlers/get-bucket-info.ts";
import { handleGetBucketLifecycle } from "./handlers/get-bucket-lifecycle.ts";
import { handleGetBucketLocation } from "./handlers/get-bucket-location.ts";
import { handleGetBucketPolicy } from "./handlers/get-bucket-policy.ts";
import { handleGetBucketPolicyStatus } from "./handlers/get-bucket-policy-status.ts";
import { handleGetBucketPublicAccessBlock } from "./handlers/get-bucket-public-access-block.ts";
import { handleGetBucketReferer } from "./handlers/get-bucket-referer.ts";
import { handleGetBucketRequestPayment } from "./handlers/get-bucket-request-payment.ts";
import { handleGetBucketStat } from "./handlers/get-bucket-stat.ts";
import { handleGetBucketTags } from "./handlers/get-bucket-tags.ts";
import { handleGetBucketVersioning } from "./handlers/get-bucket-versioning.ts";
import { handleGetObject } from "./handlers/get-object.ts";
import { handleGetObjectAcl } from "./handlers/get-object-acl.ts";
import { handleGetObjectMeta } from "./handlers/get-object-meta.ts";
import { handleGetObjectTagging } from "./handlers/get-object-tagging.ts";
import { handleGetSymlink } from "./handlers/get-symlink.ts";
import { handleHeadObject } from "./handlers/head-object.ts";
import { handleInitiateMultipartUpload } from "./handlers/initiate-multipart-upload.ts";
import { handleListBuckets } from "./handlers/list-buckets.ts";
import { handleListLiveChannel } from "./handlers/list-live-channel.ts";
import { handleListMultipartUploads } from "./handlers/list-multipart-uploads.ts";
import { handleListObjectVersions } from "./handlers/list-object-versions.ts";
import { handleListObjects } from "./handlers/list-objects.ts";
import { handleListObjectsV2 } from "./handlers/list-objects-v2.ts";
import { handleListParts } from "./handlers/list-parts.ts";
import { handlePostObject } from "./handlers/post-object.ts";
import { handlePutBucket } from "./handlers/put-bucket.ts";
import { handlePutBucketAcl } from "./handlers/put-bucket-acl.ts";
import { handlePutBucketCors } from "./handlers/put-bucket-cors.ts";
import { handlePutBucketEncryption } from "./handlers/put-bucket-encryption.ts";
import { handlePutBucketLifecycle } from "./handlers/put-bucket-lifecycle.ts";
import { handlePutBucketPolicy } from "./handlers/put-bucket-policy.ts";
import { handlePutBucketPublicAccessBlock } from "./handlers/put-bucket-public-access-block.ts";
import { handlePutBucketReferer } from "./handlers/put-bucket-referer.ts";
import { handlePutBucketRequestPayment } from "./handlers/put-bucket-request-payment.ts";
import { handlePutBucketTags } from "./handlers/put-bucket-tags.ts";
import { handlePutBucketVersioning } from "./handlers/put-bucket-versioning.ts";
import { handlePutObject } from "./handlers/put-object.ts";
import { handlePutObjectAcl } from "./handlers/put-object-acl.ts";
import { handlePutObjectTagging } from "./handlers/put-object-tagging.ts";
import { handlePutSymlink } from "./handlers/put-symlink.ts";
import { handleRestoreObject } from "./handlers/restore-object.ts";
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
  serves(listObjectVersions, handleListObjectVersions),
  serves(listParts, handleListParts),
  serves(postObject, handlePostObject),
  serves(putBucket, handlePutBucket),
  serves(putObject, handlePutObject),
  serves(uploadPart, handleUploadPart),
  serves(uploadPartCopy, handleUploadPartCopy),
  serves(putBucketAcl, handlePutBucketAcl),
  serves(putObjectAcl, handlePutObjectAcl),
  serves(getBucketStat, handleGetBucketStat),
  serves(listLiveChannel, handleListLiveChannel),
  serves(putBucketPolicy, handlePutBucketPolicy),
  serves(getBucketPolicy, handleGetBucketPolicy),
  serves(deleteBucketPolicy, handleDeleteBucketPolicy),
  serves(getBucketPolicyStatus, handleGetBucketPolicyStatus),
  serves(putBucketPublicAccessBlock, handlePutBucketPublicAccessBlock),
  serves(getBucketPublicAccessBlock, handleGetBucketPublicAccessBlock),
  serves(deleteBucketPublicAccessBlock, handleDeleteBucketPublicAccessBlock),
  serves(putBucketReferer, handlePutBucketReferer),
  serves(getBucketReferer, handleGetBucketReferer),
  serves(putBucketRequestPayment, handlePutBucketRequestPayment),
  serves(getBucketRequestPayment, handleGetBucketRequestPayment),
  serves(putBucketEncryption, handlePutBucketEncryption),
  serves(getBucketEncryption, handleGetBucketEncryption),
  serves(deleteBucketEncryption, handleDeleteBucketEncryption),
  serves(putBucketTags, handlePutBucketTags),
  serves(getBucketTags, handleGetBucketTags),
  serves(deleteBucketTags, handleDeleteBucketTags),
  serves(putBucketVersioning, handlePutBucketVersioning),
  serves(getBucketVersioning, handleGetBucketVersioning),
  serves(appendObject, handleAppendObject),
  serves(deleteObjectTagging, handleDeleteObjectTagging),
  serves(getObjectTagging, handleGetObjectTagging),
  serves(getSymlink, handleGetSymlink),
  serves(putObjectTagging, handlePutObjectTagging),
  serves(putSymlink, handlePutSymlink),
  serves(restoreObject, handleRestoreObject),
] as const;

/** By the operation's name. */
export const handlers: ReadonlyMap<string, Handler<AnyOperation>> = new Map(rows);

function serves<O extends AnyOperation>(
  operation: O,
  handler: Handler<O>,
): readonly [name: string, handler: Handler<AnyOperation>] {
  return [operation.name, handler];
}
