// All operations, once. The router matches requests against it, and the laws are tested over it.
import type { AnyOperation } from "../operation.ts";
import { abortMultipartUpload } from "../operations/abort-multipart-upload.ts";
import { appendObject } from "../operations/append-object.ts";
import { completeMultipartUpload } from "../operations/complete-multipart-upload.ts";
import { copyObject } from "../operations/copy-object.ts";
import { deleteBucket } from "../operations/delete-bucket.ts";
import { deleteBucketCors } from "../operations/delete-bucket-cors.ts";
import { deleteBucketEncryption } from "../operations/delete-bucket-encryption.ts";
import { deleteBucketLifecycle } from "../operations/delete-bucket-lifecycle.ts";
import { deleteBucketPolicy } from "../operations/delete-bucket-policy.ts";
import { deleteBucketPublicAccessBlock } from "../operations/delete-bucket-public-access-block.ts";
import { deleteBucketTags } from "../operations/delete-bucket-tags.ts";
import { deleteMultipleObjects } from "../operations/delete-multiple-objects.ts";
import { deleteObject } from "../operations/delete-object.ts";
import { deleteObjectTagging } from "../operations/delete-object-tagging.ts";
import { getBucketAcl } from "../operations/get-bucket-acl.ts";
import { getBucketCors } from "../operations/get-bucket-cors.ts";
import { getBucketEncryption } from "../operations/get-bucket-encryption.ts";
import { getBucketInfo } from "../operations/get-bucket-info.ts";
import { getBucketLifecycle } from "../operations/get-bucket-lifecycle.ts";
import { getBucketLocation } from "../operations/get-bucket-location.ts";
import { getBucketPolicy } from "../operations/get-bucket-policy.ts";
import { getBucketPolicyStatus } from "../operations/get-bucket-policy-status.ts";
import { getBucketPublicAccessBlock } from "../operations/get-bucket-public-access-block.ts";
import { getBucketReferer } from "../operations/get-bucket-referer.ts";
import { getBucketRequestPayment } from "../operations/get-bucket-request-payment.ts";
import { getBucketStat } from "../operations/get-bucket-stat.ts";
import { getBucketTags } from "../operations/get-bucket-tags.ts";
import { getBucketVersioning } from "../operations/get-bucket-versioning.ts";
import { getObject } from "../operations/get-object.ts";
import { getObjectAcl } from "../operations/get-object-acl.ts";
import { getObjectMeta } from "../operations/get-object-meta.ts";
import { getObjectTagging } from "../operations/get-object-tagging.ts";
import { getSymlink } from "../operations/get-symlink.ts";
import { headObject } from "../operations/head-object.ts";
import { initiateMultipartUpload } from "../operations/initiate-multipart-upload.ts";
import { listBuckets } from "../operations/list-buckets.ts";
import { listLiveChannel } from "../operations/list-live-channel.ts";
import { listMultipartUploads } from "../operations/list-multipart-uploads.ts";
import { listObjectVersions } from "../operations/list-object-versions.ts";
import { listObjects } from "../operations/list-objects.ts";
import { listObjectsV2 } from "../operations/list-objects-v2.ts";
import { listParts } from "../operations/list-parts.ts";
import { postObject } from "../operations/post-object.ts";
import { putBucket } from "../operations/put-bucket.ts";
import { putBucketAcl } from "../operations/put-bucket-acl.ts";
import { putBucketCors } from "../operations/put-bucket-cors.ts";
import { putBucketEncryption } from "../operations/put-bucket-encryption.ts";
import { putBucketLifecycle } from "../operations/put-bucket-lifecycle.ts";
import { putBucketPolicy } from "../operations/put-bucket-policy.ts";
import { putBucketPublicAccessBlock } from "../operations/put-bucket-public-access-block.ts";
import { putBucketReferer } from "../operations/put-bucket-referer.ts";
import { putBucketRequestPayment } from "../operations/put-bucket-request-payment.ts";
import { putBucketTags } from "../operations/put-bucket-tags.ts";
import { putBucketVersioning } from "../operations/put-bucket-versioning.ts";
import { putObject } from "../operations/put-object.ts";
import { putObjectAcl } from "../operations/put-object-acl.ts";
import { putObjectTagging } from "../operations/put-object-tagging.ts";
import { putSymlink } from "../operations/put-symlink.ts";
import { restoreObject } from "../operations/restore-object.ts";
import { uploadPart } from "../operations/upload-part.ts";
import { uploadPartCopy } from "../operations/upload-part-copy.ts";

/** Every operation of the wire, by level. No request matches two of them. */
export const operations: readonly AnyOperation[] = [
  listBuckets,
  putBucket,
  getBucketInfo,
  getBucketAcl,
  getBucketLocation,
  putBucketAcl,
  getBucketStat,
  listLiveChannel,
  putBucketPolicy,
  getBucketPolicy,
  deleteBucketPolicy,
  getBucketPolicyStatus,
  putBucketPublicAccessBlock,
  getBucketPublicAccessBlock,
  deleteBucketPublicAccessBlock,
  putBucketReferer,
  getBucketReferer,
  putBucketRequestPayment,
  getBucketRequestPayment,
  putBucketEncryption,
  getBucketEncryption,
  deleteBucketEncryption,
  putBucketTags,
  getBucketTags,
  deleteBucketTags,
  putBucketVersioning,
  getBucketVersioning,
  deleteBucket,
  putBucketLifecycle,
  getBucketLifecycle,
  deleteBucketLifecycle,
  putBucketCors,
  getBucketCors,
  deleteBucketCors,
  listObjects,
  listObjectsV2,
  listObjectVersions,
  deleteMultipleObjects,
  listMultipartUploads,
  postObject,
  putObject,
  copyObject,
  getObject,
  headObject,
  getObjectMeta,
  getObjectAcl,
  putObjectAcl,
  deleteObject,
  appendObject,
  putSymlink,
  getSymlink,
  putObjectTagging,
  getObjectTagging,
  deleteObjectTagging,
  restoreObject,
  initiateMultipartUpload,
  uploadPart,
  uploadPartCopy,
  completeMultipartUpload,
  abortMultipartUpload,
  listParts,
];
