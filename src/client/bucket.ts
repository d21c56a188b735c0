// A bucket, with one method for each call of the service, named as users of the official SDKs know them, and `upload`
// above them all. The methods check their arguments, name the operation and its input, and leave the rest to call.ts.

import type { EmptyOutput } from "../protocol/fields/empty-output.ts";
import type { ObjectHeaders } from "../protocol/fields/object-headers.ts";
import { present } from "../protocol/fields/present.ts";
import type { Method } from "../protocol/http-message.ts";
import { isBucketName, isObjectKey } from "../protocol/names.ts";
import type { Operation } from "../protocol/operation.ts";
import type {
  CompleteMultipartUploadInput,
  CompleteMultipartUploadOutput,
} from "../protocol/operations/complete-multipart-upload.ts";
import {
  type CopyObjectInput,
  type CopyObjectOutput,
  copyObject,
} from "../protocol/operations/copy-object.ts";
import { deleteBucket } from "../protocol/operations/delete-bucket.ts";
import {
  type DeleteMultipleObjectsOutput,
  deleteMultipleObjects,
  type ObjectToDelete,
} from "../protocol/operations/delete-multiple-objects.ts";
import {
  type DeleteObjectInput,
  type DeleteObjectOutput,
  deleteObject,
} from "../protocol/operations/delete-object.ts";
import { type GetBucketInfoOutput, getBucketInfo } from "../protocol/operations/get-bucket-info.ts";
import {
  type GetBucketLocationOutput,
  getBucketLocation,
} from "../protocol/operations/get-bucket-location.ts";
import { type GetObjectInput, getObject } from "../protocol/operations/get-object.ts";
import {
  type GetObjectMetaInput,
  type GetObjectMetaOutput,
  getObjectMeta,
} from "../protocol/operations/get-object-meta.ts";
import {
  type HeadObjectInput,
  type HeadObjectOutput,
  headObject,
} from "../protocol/operations/head-object.ts";
import {
  type InitiateMultipartUploadInput,
  type InitiateMultipartUploadOutput,
  initiateMultipartUpload,
} from "../protocol/operations/initiate-multipart-upload.ts";
import {
  type ListMultipartUploadsInput,
  type ListMultipartUploadsOutput,
  listMultipartUploads,
} from "../protocol/operations/list-multipart-uploads.ts";
import {
  type ListObjectVersionsInput,
  type ListObjectVersionsOutput,
  listObjectVersions,
} from "../protocol/operations/list-object-versions.ts";
import {
  type ListObjectsInput,
  type ListObjectsOutput,
  listObjects,
} from "../protocol/operations/list-objects.ts";
import {
  type ListObjectsV2Input,
  type ListObjectsV2Output,
  listObjectsV2,
} from "../protocol/operations/list-objects-v2.ts";
import { type ListPartsInput, type ListPartsOutput, listParts } from "../protocol/operations/list-parts.ts";
import { type PutBucketInput, type PutBucketOutput, putBucket } from "../protocol/operations/put-bucket.ts";
import type { PutObjectInput, PutObjectOutput } from "../protocol/operations/put-object.ts";
import type { UploadPartInput, UploadPartOutput } from "../protocol/operations/upload-part.ts";
import {
  type UploadPartCopyInput,
  type UploadPartCopyOutput,
  uploadPartCopy,
} from "../protocol/operations/upload-part-copy.ts";
import type { BucketCopySource, Options, Waiting } from "./bucket-options.ts";
import { type Caller, call } from "./call.ts";
import { type ClientOptions, createCaller } from "./client-options.ts";
import type { Auth } from "./credentials-source.ts";
import { type DownloadedObject, downloadedObject } from "./downloaded-object.ts";
import type { Platform } from "./platform.ts";
import { type BodySource, toRequestBody } from "./request-body.ts";
import { type SignUrlOptions, signUrl } from "./sign-url.ts";
import { abortUpload } from "./upload/abort-upload.ts";
import { completeUpload } from "./upload/complete-upload.ts";
import { assertPartNumber, type UploadedPart } from "./upload/part-info.ts";
import { uploadObject } from "./upload/upload.ts";
import type { UploadOptions, UploadResult } from "./upload/upload-task.ts";
import { type MeasuredBytes, type SendOptions, sendObject, sendPart } from "./write-object.ts";

export class Bucket<Source> {
  readonly name: string;
  readonly #caller: Caller;
  readonly #platform: Platform<Source>;

  /**
   * @param auth      an access key, or a function that gets a current one; see `Auth`
   * @param endpoint  such as `https://oss-cn-hangzhou.aliyuncs.com` or `http://127.0.0.1:7070`
   * @param name      3 … 63 characters of `[a-z0-9-]`
   * @throws {TypeError} if one of them cannot be used
   * @throws {RangeError} if a number among the options is outside its range
   * @throws {ClientError} region-unknown
   */
  constructor(
    auth: Auth,
    endpoint: string,
    name: string,
    options: ClientOptions,
    platform: Platform<Source>,
  ) {
    if (!isBucketName(name)) {
      throw new TypeError(
        `bucket name ${JSON.stringify(name)} must have 3 to 63 of a-z, 0-9 and "-", and not begin or end with "-"`,
      );
    }
    this.name = name;
    this.#caller = createCaller(auth, endpoint, options, platform);
    this.#platform = platform;
  }

  /**
   * Sends a whole source, such as a file, in one call: in parts, several at a time, or in one piece when it is small.
   * Nothing is left behind when it fails.
   *
   * @see upload.ts
   */
  async upload(key: string, source: Source, options: UploadOptions = {}): Promise<UploadResult> {
    this.#object(key);
    const open = () => this.#platform.openSource(source);
    return uploadObject({ bucket: this, key, open, options });
  }

  /** Begins an upload in parts; its `uploadId` goes to the other calls. The object appears on completion. */
  async initMultipartUpload(
    key: string,
    options: Options<InitiateMultipartUploadInput> = {},
  ): Promise<InitiateMultipartUploadOutput> {
    const { signal, ...rest } = options;
    const objectHeaders = this.#withContentType(key, options.objectHeaders);
    const input = { ...this.#object(key), ...rest, objectHeaders, encodingType: "url" as const };
    // When the answer is lost, the service may have an upload that nobody knows. It holds no bytes, and giving up now
    // would leave it just the same, so the request is sent again.
    return (await call(this.#caller, initiateMultipartUpload, input, { signal, isRepeatable: true })).output;
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
      ...this.#upload(key, uploadId),
      partNumber,
      ...present({ contentMd5, trafficLimit }),
    };
    const { output, ...sent } = await sendPart(this.#caller, input, toRequestBody(body), sending);
    return { ...output, ...sent };
  }

  /** Makes a part of an object that is there already, or of a range of it, without its bytes passing through here. */
  async uploadPartCopy(
    key: string,
    uploadId: string,
    partNumber: number,
    source: BucketCopySource,
    options: Options<UploadPartCopyInput, "partNumber" | "source" | "uploadId"> = {},
  ): Promise<UploadPartCopyOutput> {
    const { signal, ...rest } = options;
    assertPartNumber(partNumber);
    const input = { ...this.#upload(key, uploadId), partNumber, source: this.#source(source), ...rest };
    return this.#call(uploadPartCopy, input, signal);
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
    const target = { ...this.#upload(key, uploadId), encodingType: "url" as const };
    if (parts !== "all" && parts.length === 0) {
      throw new RangeError(
        "an upload needs at least one part; an empty object is one empty part, or putObject",
      );
    }
    return completeUpload(this.#caller, { signal: undefined, ...options, ...target, parts });
  }

  /** Gives up an upload and removes its parts. @throws {ServiceError} NoSuchUpload if it is not there */
  async abortMultipartUpload(key: string, uploadId: string, { signal }: Waiting = {}): Promise<void> {
    await abortUpload(this.#caller, this.#upload(key, uploadId), signal);
  }

  /** One page of an upload's parts, by number. */
  async listParts(
    key: string,
    uploadId: string,
    { signal, ...rest }: Options<ListPartsInput, "uploadId"> = {},
  ): Promise<ListPartsOutput> {
    const input = { ...this.#upload(key, uploadId), ...rest, encodingType: "url" as const };
    return this.#call(listParts, input, signal);
  }

  /** One page of the uploads under way, by key. */
  async listMultipartUploads({
    signal,
    ...rest
  }: Options<ListMultipartUploadsInput> = {}): Promise<ListMultipartUploadsOutput> {
    return this.#call(listMultipartUploads, { ...this.#bucket, ...rest, encodingType: "url" }, signal);
  }

  /** Sends an object in one piece of at most 5 GiB. */
  async putObject(
    key: string,
    body: BodySource,
    options: Options<PutObjectInput> & SendOptions = {},
  ): Promise<PutObjectOutput & MeasuredBytes> {
    const { signal, onSent, onRetry, retryBudget, isOnNewConnection, ...rest } = options;
    const objectHeaders = this.#withContentType(key, options.objectHeaders);
    const input = { ...this.#object(key), ...rest, objectHeaders };
    const sending = { signal, onSent, onRetry, retryBudget, isOnNewConnection };
    const { output, ...sent } = await sendObject(this.#caller, input, toRequestBody(body), sending);
    return { ...output, ...sent };
  }

  /** The object, or a range of it, as a stream; see `DownloadedObject`. */
  async getObject(key: string, { signal, ...rest }: Options<GetObjectInput> = {}): Promise<DownloadedObject> {
    const answer = await call(this.#caller, getObject, { ...this.#object(key), ...rest }, { signal });
    return downloadedObject(answer, `object ${key}`);
  }

  /** All that the service knows about an object. */
  async headObject(
    key: string,
    { signal, ...rest }: Options<HeadObjectInput> = {},
  ): Promise<HeadObjectOutput> {
    return this.#call(headObject, { ...this.#object(key), ...rest }, signal);
  }

  /** Size, ETag and time of an object. */
  async getObjectMeta(
    key: string,
    { signal, ...rest }: Options<GetObjectMetaInput> = {},
  ): Promise<GetObjectMetaOutput> {
    return this.#call(getObjectMeta, { ...this.#object(key), ...rest }, signal);
  }

  /** Copies an object of at most 1 GiB; larger ones need `uploadPartCopy`. */
  async copyObject(
    key: string,
    source: BucketCopySource,
    { signal, ...rest }: Options<CopyObjectInput, "source"> = {},
  ): Promise<CopyObjectOutput> {
    return this.#call(copyObject, { ...this.#object(key), source: this.#source(source), ...rest }, signal);
  }

  /**
   * Removes an object; one that is not there is no error. A bucket with versions keeps the object behind a delete
   * marker, unless `versionId` says which version is to go for good.
   */
  async deleteObject(
    key: string,
    { signal, ...rest }: Options<DeleteObjectInput> = {},
  ): Promise<DeleteObjectOutput> {
    return this.#call(deleteObject, { ...this.#object(key), ...rest }, signal);
  }

  /** Removes up to 1,000 objects or versions of objects; those that are not there count as removed. */
  async deleteObjects(
    keys: readonly (ObjectToDelete | string)[],
    { signal }: Waiting = {},
  ): Promise<DeleteMultipleObjectsOutput> {
    const objects = keys.map((key) => (typeof key === "string" ? { key } : key));
    const input = { ...this.#bucket, objects, quiet: false, encodingType: "url" as const };
    return this.#call(deleteMultipleObjects, input, signal);
  }

  /** One page of objects, by key, with markers; `listObjectsV2` is its successor. */
  async listObjects({ signal, ...rest }: Options<ListObjectsInput> = {}): Promise<ListObjectsOutput> {
    return this.#call(listObjects, { ...this.#bucket, ...rest, encodingType: "url" }, signal);
  }

  /** One page of objects, by key, with continuation tokens. */
  async listObjectsV2({ signal, ...rest }: Options<ListObjectsV2Input> = {}): Promise<ListObjectsV2Output> {
    return this.#call(listObjectsV2, { ...this.#bucket, ...rest, encodingType: "url" }, signal);
  }

  /** One page of all versions and delete markers, by key, the newest of a key first. */
  async listObjectVersions({
    signal,
    ...rest
  }: Options<ListObjectVersionsInput> = {}): Promise<ListObjectVersionsOutput> {
    return this.#call(listObjectVersions, { ...this.#bucket, ...rest, encodingType: "url" }, signal);
  }

  /** Makes the bucket. @throws {ServiceError} BucketAlreadyExists when it is another's */
  async createBucket({ signal, ...rest }: Options<PutBucketInput> = {}): Promise<PutBucketOutput> {
    return this.#call(putBucket, { ...this.#bucket, ...rest }, signal);
  }

  /** Removes the bucket. @throws {ServiceError} BucketNotEmpty while it has objects or uploads */
  async deleteBucket({ signal }: Waiting = {}): Promise<EmptyOutput> {
    return this.#call(deleteBucket, this.#bucket, signal);
  }

  /** Who owns the bucket, since when, where it is, and who may use it. */
  async getBucketInfo({ signal }: Waiting = {}): Promise<GetBucketInfoOutput> {
    return this.#call(getBucketInfo, this.#bucket, signal);
  }

  /** Where the bucket is, with the prefix that a signature's region lacks: `oss-cn-hangzhou`. */
  async getBucketLocation({ signal }: Waiting = {}): Promise<GetBucketLocationOutput> {
    return this.#call(getBucketLocation, this.#bucket, signal);
  }

  /**
   * A URL with which anyone may make one kind of request for an object until it expires.
   *
   * @throws {RangeError} if `expiresInSeconds` is outside 1 … 604,800
   */
  async signUrl(method: Method, key: string, options: SignUrlOptions): Promise<string> {
    return signUrl(this.#caller, method, this.#object(key), options);
  }

  get #bucket(): { readonly bucket: string } {
    return { bucket: this.name };
  }

  #object(key: string): { readonly bucket: string; readonly key: string } {
    if (typeof key !== "string" || !isObjectKey(key)) {
      throw new TypeError(
        `key ${JSON.stringify(key)} must have 1 to 1,023 bytes of UTF-8 and not begin with "/" or "\\"`,
      );
    }
    return { bucket: this.name, key };
  }

  #upload(
    key: string,
    uploadId: string,
  ): { readonly bucket: string; readonly key: string; readonly uploadId: string } {
    if (typeof uploadId !== "string" || uploadId === "") {
      throw new TypeError("uploadId must be the text that initMultipartUpload answered");
    }
    return { ...this.#object(key), uploadId };
  }

  #source({
    bucket = this.name,
    ...source
  }: BucketCopySource): BucketCopySource & { readonly bucket: string } {
    return { bucket, ...source };
  }

  #withContentType(key: string, objectHeaders: ObjectHeaders = {}): ObjectHeaders {
    const contentType = objectHeaders.contentType ?? this.#platform.contentTypeOf(key);
    return contentType === undefined ? objectHeaders : { ...objectHeaders, contentType };
  }

  async #call<Input, Output>(
    operation: Operation<Input, Output>,
    input: Input,
    signal: AbortSignal | undefined,
  ): Promise<Output> {
    return (await call(this.#caller, operation, input, { signal })).output;
  }
}
