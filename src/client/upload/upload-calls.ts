// What an upload needs of a bucket. Bucket has it; a test or a smaller client may have less.
import type { ObjectAcl } from "../../protocol/fields/access-control.ts";
import type { ByteRange } from "../../protocol/fields/byte-range.ts";
import type { Conditions } from "../../protocol/fields/conditions.ts";
import type { ObjectHeaders } from "../../protocol/fields/object-headers.ts";
import type { Tags } from "../../protocol/fields/tagging.ts";
import type { HeadObjectOutput } from "../../protocol/operations/head-object.ts";
import type { RequestBody } from "../request-body.ts";
import type { MeasuredBytes, SendOptions } from "../write-object.ts";
import type { ListingCalls } from "./list-open-uploads.ts";
import type { UploadedPart } from "./part-info.ts";
import type { SourceBody } from "./source-body.ts";

interface Waiting {
  readonly signal?: AbortSignal | undefined;
}

interface WriteOptions {
  readonly objectHeaders?: ObjectHeaders;
  readonly tags?: Tags;
  readonly forbidOverwrite?: boolean;
}

/** A version of an object that was made; `versionId` where the bucket keeps versions. */
interface MadeObject {
  readonly etag: string;
  readonly versionId?: string;
}

export interface UploadCalls extends ListingCalls {
  readonly name: string;
  initMultipartUpload(key: string, options: Waiting & WriteOptions): Promise<{ readonly uploadId: string }>;
  uploadPart(
    key: string,
    uploadId: string,
    partNumber: number,
    body: SourceBody,
    options: SendOptions,
  ): Promise<{ readonly etag: string } & MeasuredBytes>;
  completeMultipartUpload(
    key: string,
    uploadId: string,
    parts: readonly UploadedPart[],
    options: Waiting & { readonly forbidOverwrite?: boolean; readonly objectAcl?: ObjectAcl },
  ): Promise<MadeObject & { readonly crc64?: bigint }>;
  abortMultipartUpload(key: string, uploadId: string, options: Waiting): Promise<void>;
  putObject(
    key: string,
    body: RequestBody,
    options: SendOptions & WriteOptions & { readonly objectAcl?: ObjectAcl },
  ): Promise<MadeObject & MeasuredBytes>;
  headObject(key: string, options: Waiting): Promise<HeadObjectOutput>;
  /** Only to read back what was written. */
  getObject?(
    key: string,
    options: Waiting & {
      readonly range?: ByteRange;
      readonly versionId?: string;
      readonly conditions?: Conditions;
    },
  ): Promise<{ readonly body: AsyncIterable<Uint8Array>; readonly contentLength: number; discard(): void }>;
}
