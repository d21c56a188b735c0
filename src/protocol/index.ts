// partwise/protocol: the wire of OSS. Messages in and out for every operation, its errors, its limits, its checksums.

export { percentDecode, percentEncode, percentEncodePath } from "./addressing/percent-encoding.ts";
export { decodeBase64, encodeBase64 } from "./base64.ts";
export { combineCrc64 } from "./crc64/combine-crc64.ts";
export { crc64 } from "./crc64/crc64.ts";
export type { Dialect } from "./dialects/dialect.ts";
export { oss } from "./dialects/oss.ts";
export { decodeError, type ErrorContext, encodeError } from "./errors/error-document.ts";
export { type ErrorCode, type ErrorDefinition, errorDefinitions } from "./errors/error-table.ts";
export { serviceError } from "./errors/known-error.ts";
export { invalidArgument, ServiceError, type ServiceErrorOptions } from "./errors/service-error.ts";
export { contentEtag, isSameEtag, multipartEtag, quoteEtag, unquoteEtag } from "./etag.ts";
export type { BucketAcl, ObjectAcl } from "./fields/access-control.ts";
export type { AccessControlPolicy } from "./fields/access-control-policy.ts";
export type { BucketSummary } from "./fields/bucket-summary.ts";
export {
  type ByteRange,
  type ContentRange,
  formatByteRange,
  formatContentRange,
  parseByteRange,
  parseContentRange,
  type ResolvedByteRange,
  resolveByteRange,
} from "./fields/byte-range.ts";
export {
  type Checked,
  type Conditions,
  type ConditionsVerdict,
  checkConditions,
} from "./fields/conditions.ts";
export type { CopySource } from "./fields/copy-source.ts";
export type { CorsConfiguration, CorsMethod, CorsRule } from "./fields/cors-rule.ts";
export { parseCrc64 } from "./fields/crc64-text.ts";
export type { DeletedObject } from "./fields/deleted-object.ts";
export type { EmptyOutput } from "./fields/empty-output.ts";
export type { EncryptionRule } from "./fields/encryption-rule.ts";
export type {
  DeleteMarkerExpiration,
  LifecycleDue,
  LifecycleFilter,
  LifecycleRule,
  LifecycleTag,
  LifecycleTransition,
  NoncurrentDue,
  NoncurrentTransition,
  StorageClassChange,
} from "./fields/lifecycle-rule.ts";
export type { EncodingType } from "./fields/listing-encoding.ts";
export type { ObjectHeaders, StandardObjectHeaders } from "./fields/object-headers.ts";
export type { ObjectMetadata } from "./fields/object-metadata.ts";
export type { ObjectSummary } from "./fields/object-summary.ts";
export type { Owner } from "./fields/owner.ts";
export { isPartNumber } from "./fields/part-number.ts";
export type { PublicAccessBlock } from "./fields/public-access-block.ts";
export type { RefererConfiguration } from "./fields/referer-configuration.ts";
export type { RequestPayment } from "./fields/request-payment.ts";
export type { RestoreStatus } from "./fields/restore-status.ts";
export type { Tags } from "./fields/tagging.ts";
export type { VersionOnly } from "./fields/version-only.ts";
export type {
  DeleteMarkerSummary,
  ObjectVersionSummary,
  VersionSummary,
} from "./fields/version-summary.ts";
export type { Versioning, VersioningStatus } from "./fields/versioning.ts";
export {
  type Form,
  formValue,
  type Headers,
  type Method,
  type Query,
  queryValue,
  type RequestMessage,
  type Resource,
  type ResponseMessage,
} from "./http-message.ts";
export {
  APPENDABLE_SIZE_MAX_BYTES,
  BUCKET_NAME_LENGTH_MAX,
  BUCKET_NAME_LENGTH_MIN,
  BUCKET_POLICY_SIZE_MAX_BYTES,
  BUCKET_TAG_COUNT_MAX,
  BUCKET_TAG_KEY_SIZE_MAX_BYTES,
  BUCKET_TAG_VALUE_SIZE_MAX_BYTES,
  CLOCK_SKEW_MAX_MS,
  DELETE_KEY_COUNT_MAX,
  FORM_FIELD_COUNT_MAX,
  FORM_FIELD_NAME_SIZE_MAX_BYTES,
  FORM_FIELD_VALUE_SIZE_MAX_BYTES,
  FORM_FIELDS_SIZE_MAX_BYTES,
  FORM_V4_AGE_MAX_MS,
  KEY_SIZE_MAX_BYTES,
  LIST_OBJECTS_PAGE_SIZE_DEFAULT,
  LIST_PARTS_PAGE_SIZE_DEFAULT,
  OBJECT_SIZE_MAX_BYTES,
  OBJECT_TAG_COUNT_MAX,
  PAGE_SIZE_MAX,
  PART_COUNT_MAX,
  PART_NUMBER_MAX,
  PART_SIZE_MAX_BYTES,
  PART_SIZE_MIN_BYTES,
  PRESIGNED_V4_EXPIRES_MAX_SECONDS,
  PUT_OBJECT_SIZE_MAX_BYTES,
  RESTORE_ARCHIVE_DAYS_MAX,
  RESTORE_DAYS_MAX,
  TAG_KEY_LENGTH_MAX,
  TAG_VALUE_LENGTH_MAX,
  TEMPORARY_KEY_LIFE_MAX_SECONDS,
  USER_METADATA_SIZE_MAX_BYTES,
  XML_BODY_SIZE_MAX_BYTES,
} from "./limits.ts";
export { assertBucketName, assertObjectKey, isBucketName, isObjectKey } from "./names.ts";
export type { AnyOperation, BodyKind, InputOf, Marks, Operation, OutputOf } from "./operation.ts";
export {
  type AbortMultipartUploadInput,
  abortMultipartUpload,
} from "./operations/abort-multipart-upload.ts";
export { type AppendObjectInput, type AppendObjectOutput, appendObject } from "./operations/append-object.ts";
export {
  type CompletedPart,
  type CompleteMultipartUploadInput,
  type CompleteMultipartUploadOutput,
  completeMultipartUpload,
} from "./operations/complete-multipart-upload.ts";
export {
  type CopyDirective,
  type CopyObjectInput,
  type CopyObjectOutput,
  copyObject,
} from "./operations/copy-object.ts";
export { type DeleteBucketInput, deleteBucket } from "./operations/delete-bucket.ts";
export { type DeleteBucketCorsInput, deleteBucketCors } from "./operations/delete-bucket-cors.ts";
export {
  type DeleteBucketEncryptionInput,
  deleteBucketEncryption,
} from "./operations/delete-bucket-encryption.ts";
export {
  type DeleteBucketLifecycleInput,
  deleteBucketLifecycle,
} from "./operations/delete-bucket-lifecycle.ts";
export { type DeleteBucketPolicyInput, deleteBucketPolicy } from "./operations/delete-bucket-policy.ts";
export {
  type DeleteBucketPublicAccessBlockInput,
  deleteBucketPublicAccessBlock,
} from "./operations/delete-bucket-public-access-block.ts";
export { type DeleteBucketTagsInput, deleteBucketTags } from "./operations/delete-bucket-tags.ts";
export {
  type DeleteMultipleObjectsInput,
  type DeleteMultipleObjectsOutput,
  deleteMultipleObjects,
  type ObjectToDelete,
} from "./operations/delete-multiple-objects.ts";
export { type DeleteObjectInput, type DeleteObjectOutput, deleteObject } from "./operations/delete-object.ts";
export { type DeleteObjectTaggingInput, deleteObjectTagging } from "./operations/delete-object-tagging.ts";
export { type GetBucketAclInput, getBucketAcl } from "./operations/get-bucket-acl.ts";
export {
  type GetBucketCorsInput,
  type GetBucketCorsOutput,
  getBucketCors,
} from "./operations/get-bucket-cors.ts";
export { type GetBucketEncryptionInput, getBucketEncryption } from "./operations/get-bucket-encryption.ts";
export {
  type GetBucketInfoInput,
  type GetBucketInfoOutput,
  getBucketInfo,
} from "./operations/get-bucket-info.ts";
export {
  type GetBucketLifecycleInput,
  type GetBucketLifecycleOutput,
  getBucketLifecycle,
} from "./operations/get-bucket-lifecycle.ts";
export {
  type GetBucketLocationInput,
  type GetBucketLocationOutput,
  getBucketLocation,
} from "./operations/get-bucket-location.ts";
export {
  type GetBucketPolicyInput,
  type GetBucketPolicyOutput,
  getBucketPolicy,
} from "./operations/get-bucket-policy.ts";
export {
  type GetBucketPolicyStatusInput,
  type GetBucketPolicyStatusOutput,
  getBucketPolicyStatus,
} from "./operations/get-bucket-policy-status.ts";
export {
  type GetBucketPublicAccessBlockInput,
  getBucketPublicAccessBlock,
} from "./operations/get-bucket-public-access-block.ts";
export { type GetBucketRefererInput, getBucketReferer } from "./operations/get-bucket-referer.ts";
export {
  type GetBucketRequestPaymentInput,
  getBucketRequestPayment,
} from "./operations/get-bucket-request-payment.ts";
export {
  type GetBucketStatInput,
  type GetBucketStatOutput,
  getBucketStat,
  type StatStorageClass,
  type StorageUse,
} from "./operations/get-bucket-stat.ts";
export {
  type GetBucketTagsInput,
  type GetBucketTagsOutput,
  getBucketTags,
} from "./operations/get-bucket-tags.ts";
export { type GetBucketVersioningInput, getBucketVersioning } from "./operations/get-bucket-versioning.ts";
export { type GetObjectInput, type GetObjectOutput, getObject } from "./operations/get-object.ts";
export {
  type GetObjectAclInput,
  type GetObjectAclOutput,
  getObjectAcl,
} from "./operations/get-object-acl.ts";
export {
  type GetObjectMetaInput,
  type GetObjectMetaOutput,
  getObjectMeta,
} from "./operations/get-object-meta.ts";
export {
  type GetObjectTaggingInput,
  type GetObjectTaggingOutput,
  getObjectTagging,
} from "./operations/get-object-tagging.ts";
export { type GetSymlinkInput, type GetSymlinkOutput, getSymlink } from "./operations/get-symlink.ts";
export { type HeadObjectInput, type HeadObjectOutput, headObject } from "./operations/head-object.ts";
export {
  type InitiateMultipartUploadInput,
  type InitiateMultipartUploadOutput,
  initiateMultipartUpload,
} from "./operations/initiate-multipart-upload.ts";
export { type ListBucketsInput, type ListBucketsOutput, listBuckets } from "./operations/list-buckets.ts";
export {
  type ListLiveChannelInput,
  type ListLiveChannelOutput,
  listLiveChannel,
} from "./operations/list-live-channel.ts";
export {
  type ListedUpload,
  type ListMultipartUploadsInput,
  type ListMultipartUploadsOutput,
  listMultipartUploads,
} from "./operations/list-multipart-uploads.ts";
export {
  type ListObjectVersionsInput,
  type ListObjectVersionsOutput,
  listObjectVersions,
} from "./operations/list-object-versions.ts";
export { type ListObjectsInput, type ListObjectsOutput, listObjects } from "./operations/list-objects.ts";
export {
  type ListObjectsV2Input,
  type ListObjectsV2Output,
  listObjectsV2,
} from "./operations/list-objects-v2.ts";
export {
  type ListedPart,
  type ListPartsInput,
  type ListPartsOutput,
  listParts,
} from "./operations/list-parts.ts";
export {
  type PostObjectAnswer,
  type PostObjectInput,
  type PostObjectOutput,
  postObject,
} from "./operations/post-object.ts";
export { type PutBucketInput, type PutBucketOutput, putBucket } from "./operations/put-bucket.ts";
export { type PutBucketAclInput, putBucketAcl } from "./operations/put-bucket-acl.ts";
export { type PutBucketCorsInput, putBucketCors } from "./operations/put-bucket-cors.ts";
export { type PutBucketEncryptionInput, putBucketEncryption } from "./operations/put-bucket-encryption.ts";
export { type PutBucketLifecycleInput, putBucketLifecycle } from "./operations/put-bucket-lifecycle.ts";
export { type PutBucketPolicyInput, putBucketPolicy } from "./operations/put-bucket-policy.ts";
export {
  type PutBucketPublicAccessBlockInput,
  putBucketPublicAccessBlock,
} from "./operations/put-bucket-public-access-block.ts";
export { type PutBucketRefererInput, putBucketReferer } from "./operations/put-bucket-referer.ts";
export {
  type PutBucketRequestPaymentInput,
  putBucketRequestPayment,
} from "./operations/put-bucket-request-payment.ts";
export { type PutBucketTagsInput, putBucketTags } from "./operations/put-bucket-tags.ts";
export { type PutBucketVersioningInput, putBucketVersioning } from "./operations/put-bucket-versioning.ts";
export { type PutObjectInput, type PutObjectOutput, putObject } from "./operations/put-object.ts";
export {
  type PutObjectAclInput,
  type PutObjectAclOutput,
  putObjectAcl,
} from "./operations/put-object-acl.ts";
export { type PutObjectTaggingInput, putObjectTagging } from "./operations/put-object-tagging.ts";
export { type PutSymlinkInput, type PutSymlinkOutput, putSymlink } from "./operations/put-symlink.ts";
export {
  type RestoreObjectInput,
  type RestoreObjectOutput,
  type RestoreTier,
  restoreObject,
} from "./operations/restore-object.ts";
export { type UploadPartInput, type UploadPartOutput, uploadPart } from "./operations/upload-part.ts";
export {
  type UploadPartCopyInput,
  type UploadPartCopyOutput,
  uploadPartCopy,
} from "./operations/upload-part-copy.ts";
export { operations } from "./routing/operation-table.ts";
export { route } from "./routing/route.ts";
export { isSignedSubResource, signedSubResources } from "./routing/sub-resources.ts";
export { parseBasicIso8601, parseTime, toBasicIso8601, toHttpDate, toIso8601 } from "./times.ts";
