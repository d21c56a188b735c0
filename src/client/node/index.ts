// The package's entry for Node: the client and everything that its signatures name.
export {
  type ErrorCircumstances,
  type ErrorDescription,
  PartwiseError,
} from "../../protocol/errors/partwise-error.ts";
export { ServiceError } from "../../protocol/errors/service-error.ts";
export type { ObjectHeaders } from "../../protocol/fields/object-headers.ts";
export type { VersionSummary } from "../../protocol/fields/version-summary.ts";
export type { CompleteMultipartUploadOutput } from "../../protocol/operations/complete-multipart-upload.ts";
export type { CopyObjectOutput } from "../../protocol/operations/copy-object.ts";
export type {
  DeleteMultipleObjectsOutput,
  ObjectToDelete,
} from "../../protocol/operations/delete-multiple-objects.ts";
export type { DeleteObjectOutput } from "../../protocol/operations/delete-object.ts";
export type { GetBucketInfoOutput } from "../../protocol/operations/get-bucket-info.ts";
export type { GetBucketLocationOutput } from "../../protocol/operations/get-bucket-location.ts";
export type { GetObjectMetaOutput } from "../../protocol/operations/get-object-meta.ts";
export type { HeadObjectOutput } from "../../protocol/operations/head-object.ts";
export type { InitiateMultipartUploadOutput } from "../../protocol/operations/initiate-multipart-upload.ts";
export type { ListBucketsOutput } from "../../protocol/operations/list-buckets.ts";
export type { ListMultipartUploadsOutput } from "../../protocol/operations/list-multipart-uploads.ts";
export type { ListObjectVersionsOutput } from "../../protocol/operations/list-object-versions.ts";
export type { ListObjectsOutput } from "../../protocol/operations/list-objects.ts";
export type { ListObjectsV2Output } from "../../protocol/operations/list-objects-v2.ts";
export type { ListPartsOutput } from "../../protocol/operations/list-parts.ts";
export type { PutBucketOutput } from "../../protocol/operations/put-bucket.ts";
export type { PutObjectOutput } from "../../protocol/operations/put-object.ts";
export type { UploadPartOutput } from "../../protocol/operations/upload-part.ts";
export type { UploadPartCopyOutput } from "../../protocol/operations/upload-part-copy.ts";
export type { Credentials } from "../../protocol/signing/credentials.ts";
export type { BucketCopySource } from "../bucket-options.ts";
export type { Retry } from "../call.ts";
export { ClientError, type ClientErrorCode } from "../client-error.ts";
export type { ClientOptions } from "../client-options.ts";
export { copiedObjectNamed } from "../copy/copied-source.ts";
export type { CopyOptions, CopyResult } from "../copy/copy-object.ts";
export type { Auth, TemporaryCredentials } from "../credentials-source.ts";
export type { DownloadOptions, DownloadProgress, DownloadResult } from "../download/download-object.ts";
export type { ArrivedRange, DownloadTarget, ObjectIdentity } from "../download/download-target.ts";
export type { DownloadedObject } from "../downloaded-object.ts";
export type { ConcurrencyBounds, TransferConcurrency } from "../flow/transfer-window.ts";
export type { BodySource, RequestBody } from "../request-body.ts";
export type { RetryBudget } from "../retry-budget.ts";
export { SharedTraffic } from "../shared-traffic.ts";
export type { SignUrlOptions } from "../sign-url.ts";
export type { Transport, TransportRequest, TransportResponse } from "../transport.ts";
export { TransportError, type TransportErrorCode } from "../transport-error.ts";
export type { ByteSource, ImmediateReads } from "../upload/byte-source.ts";
export type { ByteStream } from "../upload/byte-stream.ts";
export { determinePartSize } from "../upload/determine-part-size.ts";
export { PartInfo, type UploadedPart } from "../upload/part-info.ts";
export { PART_SIZE_DEFAULT_BYTES, type PlannedPart, planParts } from "../upload/part-plan.ts";
export type { Recut } from "../upload/recut.ts";
export type { CancelOptions } from "../upload/upload-control.ts";
export type { UploadEvent, UploadWarningCode } from "../upload/upload-event.ts";
export type { UploadHandle } from "../upload/upload-handle.ts";
export type {
  JournaledPart,
  JournaledUpload,
  JournalHeader,
  JournalTarget,
  UploadJournal,
  UploadJournals,
} from "../upload/upload-journal.ts";
export type { UploadOptions } from "../upload/upload-options.ts";
export type { ProgressListener, UploadProgress, UploadProgressPhase } from "../upload/upload-progress.ts";
export type { ResumedFrom, UploadResult, UploadStatistics, Verification } from "../upload/upload-result.ts";
export { type UploadWishes, wishesIn } from "../upload/upload-wishes.ts";
export type { SendOptions } from "../write-object.ts";
export { Bucket, Service } from "./bucket.ts";
export { type EcsRamRoleOptions, ecsRamRole } from "./ecs-ram-role.ts";
export { FileJournals, type FileJournalsOptions, type KeptUpload } from "./file-journals.ts";
export { createNodeTransport, type NodeTransportOptions } from "./node-transport.ts";
export type { UploadSource } from "./open-source.ts";
export { openFile, SeekableFile, SizedFileAdapter } from "./sized-file-adapter.ts";
export { userJournalFolder } from "./user-journal-folder.ts";
