// Every number of the wire, once, with its source.

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

/** Part numbers run from 1 to this; so do the parts of one upload. Source: OSS, CompleteMultipartUpload. */
export const PART_NUMBER_MAX = 10_000;

/** The most parts of one upload. Source: OSS, Limits. */
export const PART_COUNT_MAX = 10_000;

/** Every part but the last has at least this, checked when the upload is completed. Source: OSS, UploadPart. */
export const PART_SIZE_MIN_BYTES: number = 100 * KIB;

/** Source: OSS, UploadPart. */
export const PART_SIZE_MAX_BYTES: number = 5 * GIB;

/** 48.8 TB: 10,000 parts of 5 GiB. Source: OSS, Limits. */
export const OBJECT_SIZE_MAX_BYTES: number = PART_COUNT_MAX * PART_SIZE_MAX_BYTES;

/** What one PutObject may carry. Source: OSS, PutObject. */
export const PUT_OBJECT_SIZE_MAX_BYTES: number = 5 * GIB;

/** What all AppendObject calls of one object may add up to. Source: OSS, AppendObject. */
export const APPENDABLE_SIZE_MAX_BYTES: number = 5 * GIB;

/** UTF-8 bytes of an object's key, from 1 to this. Source: OSS, object naming. */
export const KEY_SIZE_MAX_BYTES = 1023;

/** Source: OSS, bucket naming. */
export const BUCKET_NAME_LENGTH_MIN = 3;
export const BUCKET_NAME_LENGTH_MAX = 63;

/** The most entries of one page, of every listing. Source: OSS, GetBucket, ListParts, ListMultipartUploads. */
export const PAGE_SIZE_MAX = 1000;

/** ListObjects and ListBuckets without max-keys. Source: OSS, GetBucket. */
export const LIST_OBJECTS_PAGE_SIZE_DEFAULT = 100;

/** ListParts and ListMultipartUploads without a maximum. Source: OSS, ListParts. */
export const LIST_PARTS_PAGE_SIZE_DEFAULT = 1000;

/** Keys of one DeleteMultipleObjects. Source: OSS, DeleteMultipleObjects. */
export const DELETE_KEY_COUNT_MAX = 1000;

/** Names and values of all x-oss-meta-* headers together. Source: OSS, PutObject. */
export const USER_METADATA_SIZE_MAX_BYTES: number = 8 * KIB;

/** Tags of one object. Source: OSS, PutObjectTagging. */
export const OBJECT_TAG_COUNT_MAX = 10;

/** Characters of an object's tag: its key has at least one, its value may be empty. Source: OSS, PutObjectTagging. */
export const TAG_KEY_LENGTH_MAX = 128;
export const TAG_VALUE_LENGTH_MAX = 256;

/** Tags of one bucket, and bytes of their keys and values. Source: OSS API, PutBucketTags. */
export const BUCKET_TAG_COUNT_MAX = 20;
export const BUCKET_TAG_KEY_SIZE_MAX_BYTES = 64;
export const BUCKET_TAG_VALUE_SIZE_MAX_BYTES = 128;

/** Source: OSS API, PutBucketPolicy. */
export const BUCKET_POLICY_SIZE_MAX_BYTES: number = 16 * KIB;
/** How long a restored object may stay readable. Source: OSS, RestoreObject. */
export const RESTORE_DAYS_MAX = 365;

/** The same, of the storage class Archive. Source: OSS, RestoreObject. */
export const RESTORE_ARCHIVE_DAYS_MAX = 7;

/** UTF-8 bytes of the name of a form's field. Source: OSS, PostObject. */
export const FORM_FIELD_NAME_SIZE_MAX_BYTES: number = 8 * KIB;

/** Bytes of the value of a form's field. Source: OSS, PostObject. */
export const FORM_FIELD_VALUE_SIZE_MAX_BYTES: number = 2 * MIB;

/** All fields of a form before its file, and all that stands behind it. The service publishes no number. */
export const FORM_FIELDS_SIZE_MAX_BYTES: number = 8 * MIB;

/** The service publishes no number. */
export const FORM_FIELD_COUNT_MAX = 1000;

/** How old the `x-oss-date` of a V4 form may be. Source: OSS, V4 signatures of PostObject. */
export const FORM_V4_AGE_MAX_MS: number = 7 * 24 * 60 * 60 * 1000;

/** How far the clocks of client and server may differ. Source: OSS, RequestTimeTooSkewed. */
export const CLOCK_SKEW_MAX_MS: number = 15 * 60 * 1000;

/** The range of x-oss-traffic-limit. Source: the OSS SDK for Go v2; the documentation of 2021 began at 819,200. */
export const TRAFFIC_LIMIT_MIN_BITS_PER_SECOND = 245_760;
export const TRAFFIC_LIMIT_MAX_BITS_PER_SECOND = 838_860_800;

/** Each of the two parameters of a callback, as Base64. Source: OSS API, Callback. */
export const CALLBACK_SIZE_MAX_BYTES: number = 5 * KIB;

/** The addresses of one callback, tried in turn. Source: OSS API, Callback. */
export const CALLBACK_URL_COUNT_MAX = 5;

/** Seven days: the longest life of a V4 presigned URL. Source: the OSS SDK for Go v2, client_presign.go. */
export const PRESIGNED_V4_EXPIRES_MAX_SECONDS: number = 7 * 24 * 60 * 60;

/**
 * The largest XML body a server reads. 10,000 parts with escaped quotes, indented, need about 1.3 MiB; the
 * service publishes no number, so this one is ours.
 */
export const XML_BODY_SIZE_MAX_BYTES: number = 4 * MIB;

/** Source: OSS, PutBucketLifecycle. */
export const LIFECYCLE_RULE_COUNT_MAX = 1000;

/** UTF-8 bytes of the ID of a lifecycle rule. Source: OSS, PutBucketLifecycle. */
export const LIFECYCLE_ID_SIZE_MAX_BYTES = 255;

/** What an SDK's 32-bit integer holds; the service publishes no number. Source: the OSS SDK for Go v2. */
export const LIFECYCLE_DAYS_MAX: number = 2 ** 31 - 1;

/** As an object may have, so that a rule with more would match none. Source: OSS, PutObjectTagging. */
export const LIFECYCLE_TAG_COUNT_MAX = 10;

/** Rules of one CORS configuration. Source: OSS, Configure CORS; older pages say 10. */
export const CORS_RULE_COUNT_MAX = 20;

/** UTF-8 bytes of the document of a CORS configuration. Source: OSS, PutBucketCors. */
export const CORS_DOCUMENT_SIZE_MAX_BYTES: number = 16 * KIB;

/** Source: OSS, PutBucketCors. */
export const CORS_MAX_AGE_MAX_SECONDS = 999_999_999;

/** How long a temporary key may live: as long as a role session. Source: STS, AssumeRole. */
export const TEMPORARY_KEY_LIFE_MAX_SECONDS: number = 12 * 60 * 60;
