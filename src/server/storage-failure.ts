// Errors of the store as errors of the wire: mapped here, once.

import { serviceError } from "../protocol/errors/known-error.ts";
import { ServiceError } from "../protocol/errors/service-error.ts";
import { StorageError } from "../storage/storage-error.ts";

export interface FailureSubject {
  readonly bucket?: string;
  readonly key?: string;
  readonly uploadId?: string;
  readonly operationName: string | undefined;
}

/** The EC of NoSuchUpload depends on the call. Source: answers recorded by the SDKs' tests. */
const NO_SUCH_UPLOAD_EC: ReadonlyMap<string | undefined, string> = new Map([
  ["UploadPart", "0042-00000104"],
  ["UploadPartCopy", "0042-00000311"],
  ["AbortMultipartUpload", "0042-00000002"],
  ["ListParts", "0042-00000002"],
]);

/** What the client is told about `failure`. What the client could not have caused stays inside: InternalError. */
export function serviceErrorOf(failure: unknown, subject: FailureSubject): ServiceError {
  if (failure instanceof ServiceError) {
    return failure;
  }
  if (!(failure instanceof StorageError)) {
    return serviceError("InternalError", { cause: failure });
  }
  switch (failure.code) {
    case "bucket-missing":
      return serviceError("NoSuchBucket", { fields: { BucketName: subject.bucket ?? "" } });
    case "bucket-not-empty":
      return serviceError("BucketNotEmpty", { fields: { BucketName: subject.bucket ?? "" } });
    case "bucket-conflict":
      return serviceError("BucketAlreadyExists", {
        message: "Cannot modify existing bucket's storage class.",
        fields: { BucketName: subject.bucket ?? "" },
      });
    case "rights-changed":
      // The permission may hold all the same: whoever comes again is told.
      return serviceError("ServiceUnavailable", {
        message: "Who may write here has changed while this was written. Please try again.",
      });
    case "object-exists":
      return fileAlreadyExists(subject);
    case "upload-missing":
      return noSuchUpload(subject);
    case "too-many-uploads":
      return serviceError("TooManyMultipartUploads", {
        message: "You have as many multipart uploads open as you may: complete some, or abort them.",
        fields: { MaxOpenUploads: String(failure.fields.openCountMax ?? "") },
      });
    case "part-not-sequential":
      return serviceError("PartNotSequential", { fields: { UploadId: subject.uploadId ?? "" } });
    case "object-not-appendable":
      return serviceError("ObjectNotAppendable");
    case "position-mismatch":
      return serviceError("PositionNotEqualToLength", {
        // oss2 reads the header for every error of this code.
        headers: { "x-oss-next-append-position": String(failure.fields.sizeBytes ?? "") },
      });
    case "part-too-small":
      return serviceError("EntityTooSmall", {
        fields: {
          MinSizeAllowed: String(failure.fields.minSizeBytes ?? ""),
          ProposedSize: String(failure.fields.sizeBytes ?? ""),
          PartNumber: String(failure.fields.partNumber ?? ""),
          UploadId: subject.uploadId ?? "",
        },
        ec: "0042-00000213",
      });
    case "no-space":
      return serviceError("InternalError", {
        status: 507,
        message:
          "The server's disk is full. Nothing that was acknowledged is lost; free space and try again.",
        cause: failure,
      });
    default:
      return serviceError("InternalError", { cause: failure });
  }
}

/** For PutObject and CopyObject two ECs are published that say the same, so these have none here. */
function fileAlreadyExists({ operationName }: FailureSubject): ServiceError {
  const isCompletion = operationName === "CompleteMultipartUpload";
  return serviceError("FileAlreadyExists", isCompletion ? { ec: "0042-00000214" } : {});
}

function noSuchUpload({ operationName, uploadId = "" }: FailureSubject): ServiceError {
  const ec = NO_SUCH_UPLOAD_EC.get(operationName);
  return serviceError("NoSuchUpload", {
    fields: { UploadId: uploadId },
    ...(ec === undefined ? {} : { ec }),
  });
}
