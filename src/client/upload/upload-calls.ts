// What an upload needs of a bucket. Bucket has it; a test may have less.
import type { ObjectHeaders } from "../../protocol/fields/object-headers.ts";
import type { RequestBody } from "../request-body.ts";
import type { SendOptions } from "../write-object.ts";
import type { UploadedPart } from "./part-info.ts";

interface Waiting {
  readonly signal?: AbortSignal | undefined;
}

interface WriteOptions {
  readonly objectHeaders?: ObjectHeaders;
  readonly forbidOverwrite?: boolean;
}

export interface UploadCalls {
  readonly name: string;
  initMultipartUpload(key: string, options: Waiting & WriteOptions): Promise<{ readonly uploadId: string }>;
  uploadPart(
    key: string,
    uploadId: string,
    partNumber: number,
    body: RequestBody,
    options: SendOptions,
  ): Promise<{ readonly etag: string; readonly crc64: bigint; readonly sizeBytes: number }>;
  completeMultipartUpload(
    key: string,
    uploadId: string,
    parts: readonly UploadedPart[],
    options: Waiting & { readonly forbidOverwrite?: boolean },
  ): Promise<{ readonly etag: string }>;
  abortMultipartUpload(key: string, uploadId: string, options: Waiting): Promise<void>;
  putObject(
    key: string,
    body: RequestBody,
    options: SendOptions & WriteOptions,
  ): Promise<{ readonly etag: string; readonly crc64: bigint }>;
}
