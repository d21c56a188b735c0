// All operations, once. The router matches requests against it, and the laws are tested over it.
import type { AnyOperation } from "../operation.ts";
import { abortMultipartUpload } from "../operations/abort-multipart-upload.ts";
import { completeMultipartUpload } from "../operations/complete-multipart-upload.ts";
import { copyObject } from "../operations/copy-object.ts";
import { deleteBucket } from "../operations/delete-bucket.ts";
import { deleteBucketCors } from "../operations/delete-bucket-cors.ts";
import { deleteBucketLifecycle } from "../operations/delete-bucket-lifecycle.ts";
import { deleteMultipleObjects } from "../operations/delete-multiple-objects.ts";
import { deleteObject } from "../operations/delete-object.ts";
import { getBucketAcl } from "../operations/get-bucket-acl.ts";
import { getBucketCors } from "../operations/get-bucket-cors.ts";
import { getBucketInfo } from "../operations/get-bucket-info.ts";
import { getBucketLifecycle } from "../operations/get-bucket-lifecycle.ts";
import { getBucketLocation } from "../operations/get-bucket-location.ts";
import { getObject } from "../operations/get-object.ts";
import { getObjectAcl } from "../operations/get-object-acl.ts";
import { getObjectMeta } from "../operations/get-object-meta.ts";
import { headObject } from "../operations/head-object.ts";
import { initiateMultipartUpload } from "../operations/initiate-multipart-upload.ts";
import { listBuckets } from "../operations/list-buckets.ts";
import { listMultipartUploads } from "../operations/list-multipart-uploads.ts";
import { listObjects } from "../operations/list-objects.ts";
import { listObjectsV2 } from "../operations/list-objects-v2.ts";
import { listParts } from "../operations/list-parts.ts";
import { putBucket } from "../operations/put-bucket.ts";
import { putBucketCors } from "../operations/put-bucket-cors.ts";
import { putBucketLifecycle } from "../operations/put-bucket-lifecycle.ts";
import { putObject } from "../operations/put-object.ts";
import { uploadPart } from "../operations/upload-part.ts";
import { uploadPartCopy } from "../operations/upload-part-copy.ts";

/** Every operation of the wire, by level. No request matches two of them. */
export const operations: readonly AnyOperation[] = [
  listBuckets,
  putBucket,
  getBucketInfo,
  getBucketAcl,
  getBucketLocation,
  deleteBucket,
  putBucketLifecycle,
  getBucketLifecycle,
  deleteBucketLifecycle,
  putBucketCors,
  getBucketCors,
  deleteBucketCors,
  listObjects,
  listObjectsV2,
  deleteMultipleObjects,
  listMultipartUploads,
  putObject,
  copyObject,
  getObject,
  headObject,
  getObjectMeta,
  getObjectAcl,
  deleteObject,
  initiateMultipartUpload,
  uploadPart,
  uploadPartCopy,
  completeMultipartUpload,
  abortMultipartUpload,
  listParts,
];
