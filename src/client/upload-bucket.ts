// A bucket with the calls that uploads are made of, and `upload` above them: all that a page needs, and small enough for
// one. Bucket adds the rest of the service. The methods check their arguments, name the operation and its input, and
// leave the rest to call.ts.

import { formatEndpoint } from "../protocol/addressing/endpoint.ts";
import type { ObjectHeaders } from "../protocol/fields/object-headers.ts";
import { present } from "../protocol/fields/present.ts";
import { isBucketName, isObjectKey } from "../protocol/names.ts";
import type { OperationCall } from "../protocol/operation.ts";
import type {
  CompleteMultipartUploadInput,
  CompleteMultipartUploadOutput,
} from "../protocol/operations/complete-multipart-upload.ts";
import type { HeadObjectInput, HeadObjectOutput } from "../protocol/operations/head-object.ts";
import {
  type InitiateMultipartUploadInput,
  type InitiateMultipartUploadOutput,
  initiateMultipartUploadCall,
} from "../protocol/operations/initiate-multipart-upload.ts";
import type {
  ListMultipartUploadsInput,
  ListMultipartUploadsOutput,
} from "../protocol/operations/list-multipart-uploads.ts";
import type { ListPartsInput, ListPartsOutput } from "../protocol/operations/list-parts.ts";
import type { PutObjectInput, PutObjectOutput } from "../protocol/operations/put-object.ts";
import type { UploadPartInput, UploadPartOutput } from "../protocol/operations/upload-part.ts";
import type { Options, Waiting } from "./bucket-options.ts";
import { type Caller, call } from "./call.ts";
import type { UploadPlatform } from "./platform.ts";
import { type BodySource, toRequestBody } from "./request-body.ts";
import { assertPartNumber, type UploadedPart } from "./upload/part-info.ts";
import type { ReadBack } from "./upload/read-back-port.ts";
import { startUpload, type UploadRequest } from "./upload/upload.ts";
import type { UploadCalls } from "./upload/upload-calls.ts";
import type { UploadHandle } from "./upload/upload-handle.ts";
import type { UploadOptions } from "./upload/upload-options.ts";
import { type MeasuredBytes, type SendOptions, sendObject, sendPart } from "./write-object.ts";

export class UploadBucket<Source> {
  readonly name: string;
  readonly #caller: Caller;
  readonly #platform: UploadPlatform<Source>;

  /**
   * @param name  3 … 63 characters of `[a-z0-9-]`
   * @throws {TypeError} if it is no bucket's name
   */
  constructor(name: string, caller: Caller, platform: UploadPlatform<Source>) {
    if (!isBucketName(name)) {
      throw new TypeError(
        `bucket name ${JSON.stringify(name)} must have 3 to 63 of a-z, 0-9 and "-", and not begin or end with "-"`,
      );
    }
    this.name = name;
    this.#caller = caller;
    this.#platform = platform;
  }

  /**
   * Sends a whole source, such as a file, in one call: in parts, several at a time, or in one piece when it is small.
   * What an earlier run of the same upload left is not sent again.
   *
   * @returns at once; see `UploadHandle` for what can be done with it besides waiting
   * @see upload.ts for what it rejects with
   */
  upload(key: string, source: Source, options: UploadOptions = {}): UploadHandle {
    const open = async () => {
      this.objectOf(key);
      return this.#platform.openSource(source);
    };
    return this.uploadFrom(key, open, options, this);
  }

  /** @param calls  by which the object is made: those of this bucket, or others that end in the same */
  protected uploadFrom(
    key: string,
    open: UploadRequest["open"],
    options: UploadOptions,
    calls: UploadCalls,
  ): UploadHandle {
    return startUpload({
      bucket: calls,
      key,
      target: { endpoint: formatEndpoint(this.#caller.endpoint), bucket: this.name, key },
      open,
      caller: this.#caller,
      platform: this.#platform,
      readBack: this.readBack,
      options,
    });
  }

  /** How `verify: "readback"` reads; undefined here, where no objects are read. */
  protected get readBack(): ReadBack | undefined {
    return undefined;
  }

  /** Begins an upload in parts; its `uploadId` goes to the other calls. The object appears on completion. */
  async initMultipartUpload(
    key: string,
    options: Options<InitiateMultipartUploadInput> = {},
  ): Promise<InitiateMultipartUploadOutput> {
    const { signal, ...rest } = options;
    const objectHeaders = await this.#withContentType(key, options.objectHeaders);
    const input = { ...this.objectOf(key), ...rest, objectHeaders, encodingType: "url" as const };
    // When the answer is lost, the service may have an upload that nobody knows. It holds no bytes, and giving up now
    // would leave it just the same, so the request is sent again.
    return (await call(this.#caller, initiateMultipartUploadCall, input, { signal, isRepeatable: true }))
      .output;
  }

  /**
   * Sends one part. The same number again replaces the part; parts may go in any order and side by side.
   *
   * @param partNumber  1 … 10,000
   * @param body        at most 5 GiB; at least 100 KiB unless it is the last part
   * @returns `etag` for `completeMultipartUpload`, with `sizeBytes` and `crc64` of the bytes sent
   */
  async uploadPart(
    key: string,
    uploadId: string,
    partNumber: number,
    body: BodySource,
    options: SendOptions & Pick<UploadPartInput, "contentMd5" | "trafficLimit"> = {},
  ): Promise<UploadPartOutput & MeasuredBytes> {
    const { contentMd5, trafficLimit, ...sending } = options;
    assertPartNumber(partNumber);
    const input = {
      ...this.uploadOf(key, uploadId),
      partNumber,
      ...present({ contentMd5, trafficLimit }),
    };
    const { output, ...sent } = await sendPart(this.#caller, input, toRequestBody(body), sending);
    return { ...output, ...sent };
  }

  /**
   * Makes the object of its parts, in order of their numbers.
   *
   * A lost answer is no failure: the object then tells whether it was made. When every part has a size and a CRC-64,
   * as in a `PartInfo` with both, the object's CRC-64 is compared with theirs.
   *
   * @param parts  `PartInfo` or objects of its shape, in any order; or "all" that the service has
   * @throws {ServiceError} NoSuchUpload, InvalidPart, EntityTooSmall, FileAlreadyExists …
   * @throws {ClientError} checksum-mismatch
   */
  async completeMultipartUpload(
    key: string,
    uploadId: string,
    parts: readonly UploadedPart[] | "all",
    options: Pick<
      CompleteMultipartUploadInput,
      "callback" | "callbackVar" | "forbidOverwrite" | "objectAcl"
    > &
      Waiting = {},
  ): Promise<CompleteMultipartUploadOutput> {
    const target = { ...this.uploadOf(key, uploadId), encodingType: "url" as const };
    if (parts !== "all" && parts.length === 0) {
      throw new RangeError(
        "an upload needs at least one part; an empty object is one empty part, or putObject",
      );
    }
    const { completeUpload } = await this.#platform.loadMultipart();
    return completeUpload(this.#caller, { signal: undefined, ...options, ...target, parts });
  }

  /** Gives up an upload and removes its parts. @throws {ServiceError} NoSuchUpload if it is not there */
  async abortMultipartUpload(key: string, uploadId: string, { signal }: Waiting = {}): Promise<void> {
    const { abortUpload } = await this.#platform.loadMultipart();
    await abortUpload(this.#caller, this.uploadOf(key, uploadId), signal);
  }

  /** One page of an upload's parts, by number. */
  async listParts(
    key: string,
    uploadId: string,
    { signal, ...rest }: Options<ListPartsInput, "uploadId"> = {},
  ): Promise<ListPartsOutput> {
    const input = { ...this.uploadOf(key, uploadId), ...rest, encodingType: "url" as const };
    const { listPartsCall } = await this.#caller.loadRecovery();
    return this.call(listPartsCall, input, signal);
  }

  /** One page of the uploads under way, by key. */
  async listMultipartUploads({
    signal,
    ...rest
  }: Options<ListMultipartUploadsInput> = {}): Promise<ListMultipartUploadsOutput> {
    const { listMultipartUploadsCall } = await this.#caller.loadRecovery();
    return this.call(
      listMultipartUploadsCall,
      { ...this.bucketTarget, ...rest, encodingType: "url" },
      signal,
    );
  }

  /** Sends an object in one piece of at most 5 GiB. */
  async putObject(
    key: string,
    body: BodySource,
    options: Options<PutObjectInput> & SendOptions = {},
  ): Promise<PutObjectOutput & MeasuredBytes> {
    const { signal, onSent, onRetry, retryBudget, isOnNewConnection, ...rest } = options;
    const objectHeaders = await this.#withContentType(key, options.objectHeaders);
    const input = { ...this.objectOf(key), ...rest, objectHeaders };
    const sending = { signal, onSent, onRetry, retryBudget, isOnNewConnection };
    const { output, ...sent } = await sendObject(this.#caller, input, toRequestBody(body), sending);
    return { ...output, ...sent };
  }

  /** All that the service knows about an object. */
  async headObject(
    key: string,
    { signal, ...rest }: Options<HeadObjectInput> = {},
  ): Promise<HeadObjectOutput> {
    const { headObjectCall } = await this.#caller.loadRecovery();
    return this.call(headObjectCall, { ...this.objectOf(key), ...rest }, signal);
  }

  protected get caller(): Caller {
    return this.#caller;
  }

  protected get bucketTarget(): { readonly bucket: string } {
    return { bucket: this.name };
  }

  /** @throws {TypeError} if `key` is none, or none that this platform can ask for */
  protected objectOf(key: string): { readonly bucket: string; readonly key: string } {
    if (typeof key !== "string" || !isObjectKey(key)) {
      throw new TypeError(
        `key ${JSON.stringify(key)} must have 1 to 1,023 bytes of UTF-8 and not begin with "/" or "\\"`,
      );
    }
    this.#platform.assertKey?.(key);
    return { bucket: this.name, key };
  }

  protected uploadOf(
    key: string,
    uploadId: string,
  ): { readonly bucket: string; readonly key: string; readonly uploadId: string } {
    if (typeof uploadId !== "string" || uploadId === "") {
      throw new TypeError("uploadId must be the text that initMultipartUpload answered");
    }
    return { ...this.objectOf(key), uploadId };
  }

  protected async call<Input, Output>(
    operation: OperationCall<Input, Output>,
    input: Input,
    signal: AbortSignal | undefined,
  ): Promise<Output> {
    return (await call(this.#caller, operation, input, { signal })).output;
  }

  async #withContentType(key: string, objectHeaders: ObjectHeaders = {}): Promise<ObjectHeaders> {
    const contentType = objectHeaders.contentType ?? (await this.#platform.contentTypeOf(key));
    return contentType === undefined ? objectHeaders : { ...objectHeaders, contentType };
  }
}
