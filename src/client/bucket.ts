// A bucket, with one method for each call of the service, named as users of the official SDKs know them, and `upload`
// above them all. The calls of uploads are in upload-bucket.ts, and work here as they do there.

import type { EmptyOutput } from "../protocol/fields/empty-output.ts";
import type { Method } from "../protocol/http-message.ts";
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
import { getObjectTagging } from "../protocol/operations/get-object-tagging.ts";
import { headObjectCall } from "../protocol/operations/head-object.ts";
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
import { type PutBucketInput, type PutBucketOutput, putBucket } from "../protocol/operations/put-bucket.ts";
import {
  type UploadPartCopyInput,
  type UploadPartCopyOutput,
  uploadPartCopy,
} from "../protocol/operations/upload-part-copy.ts";
import type { BucketCopySource, Options, Waiting } from "./bucket-options.ts";
import { call } from "./call.ts";
import { type ClientOptions, type ClosableCaller, createCaller } from "./client-options.ts";
import {
  type CopyMeans,
  type CopyOptions,
  type CopyResult,
  copyObject as copyObjectInParts,
} from "./copy/copy-object.ts";
import type { Auth } from "./credentials-source.ts";
import { type DownloadOptions, type DownloadResult, downloadObject } from "./download/download-object.ts";
import type { DownloadTarget } from "./download/download-target.ts";
import { type DownloadedObject, downloadedObject } from "./downloaded-object.ts";
import type { Platform } from "./platform.ts";
import { type SignUrlOptions, signUrl } from "./sign-url.ts";
import { assertPartNumber } from "./upload/part-info.ts";
import { readBack } from "./upload/read-back.ts";
import type { ReadBack } from "./upload/read-back-port.ts";
import { UploadBucket } from "./upload-bucket.ts";

export class Bucket<Source> extends UploadBucket<Source> {
  readonly #closable: ClosableCaller;

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
    const caller = createCaller(auth, endpoint, options, platform);
    super(name, caller, platform);
    this.#closable = caller;
  }

  /**
   * Ends this client: its connections are closed, and whatever it is asked for from now on, or was doing, fails with
   * ClientError `client-closed`. What an upload had sent is kept like that of any other that fails. A transport from the
   * options belongs to whoever made it, and stays open.
   *
   * A program need not call it to end: idle connections do not keep it. Called again it does nothing.
   */
  async close(): Promise<void> {
    this.#closable.close();
  }

  protected override get readBack(): ReadBack {
    return readBack;
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
    const input = { ...this.uploadOf(key, uploadId), partNumber, source: this.#source(source), ...rest };
    return this.call(uploadPartCopy, input, signal);
  }

  /** The object, or a range of it, as a stream; see `DownloadedObject`. */
  async getObject(key: string, { signal, ...rest }: Options<GetObjectInput> = {}): Promise<DownloadedObject> {
    return this.#read({ ...this.objectOf(key), ...rest }, signal);
  }

  /**
   * Brings a whole object into a target: in ranges side by side, checked, going on with what an earlier run left. In
   * Node `download` does so into a file.
   *
   * @see download-object.ts for the errors
   */
  async downloadTo(
    key: string,
    target: DownloadTarget,
    options: DownloadOptions = {},
  ): Promise<DownloadResult> {
    this.objectOf(key);
    const { window, clock, random, attemptCountMax } = this.caller;
    const means = { bucket: this, window, clock, random, attemptCountMax };
    return downloadObject(means, key, target, options);
  }

  /** Size, ETag and time of an object. */
  async getObjectMeta(
    key: string,
    { signal, ...rest }: Options<GetObjectMetaInput> = {},
  ): Promise<GetObjectMetaOutput> {
    return this.call(getObjectMeta, { ...this.objectOf(key), ...rest }, signal);
  }

  /**
   * Copies an object of any size, of this bucket or of another, without its bytes passing through here. A large one goes
   * in parts side by side, and where it was when an earlier run ended early.
   *
   * @see copy-object.ts for the errors
   */
  async copy(key: string, source: BucketCopySource, options: CopyOptions = {}): Promise<CopyResult> {
    this.objectOf(key);
    return copyObjectInParts(this.#copyMeans(key), key, this.#source(source), options);
  }

  /** Copies an object of at most 1 GiB in one call; `copy` copies larger ones too. */
  async copyObject(
    key: string,
    source: BucketCopySource,
    { signal, ...rest }: Options<CopyObjectInput, "source"> = {},
  ): Promise<CopyObjectOutput> {
    return this.call(copyObject, { ...this.objectOf(key), source: this.#source(source), ...rest }, signal);
  }

  /**
   * Removes an object; one that is not there is no error. A bucket with versions keeps the object behind a delete
   * marker, unless `versionId` says which version is to go for good.
   */
  async deleteObject(
    key: string,
    { signal, ...rest }: Options<DeleteObjectInput> = {},
  ): Promise<DeleteObjectOutput> {
    return this.call(deleteObject, { ...this.objectOf(key), ...rest }, signal);
  }

  /** Removes up to 1,000 objects or versions of objects; those that are not there count as removed. */
  async deleteObjects(
    keys: readonly (ObjectToDelete | string)[],
    { signal }: Waiting = {},
  ): Promise<DeleteMultipleObjectsOutput> {
    const objects = keys.map((key) => (typeof key === "string" ? { key } : key));
    const input = { ...this.bucketTarget, objects, quiet: false, encodingType: "url" as const };
    return this.call(deleteMultipleObjects, input, signal);
  }

  /** One page of objects, by key, with markers; `listObjectsV2` is its successor. */
  async listObjects({ signal, ...rest }: Options<ListObjectsInput> = {}): Promise<ListObjectsOutput> {
    return this.call(listObjects, { ...this.bucketTarget, ...rest, encodingType: "url" }, signal);
  }

  /** One page of objects, by key, with continuation tokens. */
  async listObjectsV2({ signal, ...rest }: Options<ListObjectsV2Input> = {}): Promise<ListObjectsV2Output> {
    return this.call(listObjectsV2, { ...this.bucketTarget, ...rest, encodingType: "url" }, signal);
  }

  /** One page of all versions and delete markers, by key, the newest of a key first. */
  async listObjectVersions({
    signal,
    ...rest
  }: Options<ListObjectVersionsInput> = {}): Promise<ListObjectVersionsOutput> {
    return this.call(listObjectVersions, { ...this.bucketTarget, ...rest, encodingType: "url" }, signal);
  }

  /** Makes the bucket. @throws {ServiceError} BucketAlreadyExists when it is another's */
  async createBucket({ signal, ...rest }: Options<PutBucketInput> = {}): Promise<PutBucketOutput> {
    return this.call(putBucket, { ...this.bucketTarget, ...rest }, signal);
  }

  /** Removes the bucket. @throws {ServiceError} BucketNotEmpty while it has objects or uploads */
  async deleteBucket({ signal }: Waiting = {}): Promise<EmptyOutput> {
    return this.call(deleteBucket, this.bucketTarget, signal);
  }

  /** Who owns the bucket, since when, where it is, and who may use it. */
  async getBucketInfo({ signal }: Waiting = {}): Promise<GetBucketInfoOutput> {
    return this.call(getBucketInfo, this.bucketTarget, signal);
  }

  /** Where the bucket is, with the prefix that a signature's region lacks: `oss-cn-hangzhou`. */
  async getBucketLocation({ signal }: Waiting = {}): Promise<GetBucketLocationOutput> {
    return this.call(getBucketLocation, this.bucketTarget, signal);
  }

  /**
   * A URL with which anyone may make one kind of request for an object until it expires.
   *
   * @throws {RangeError} if `expiresInSeconds` is outside 1 … 604,800
   */
  async signUrl(method: Method, key: string, options: SignUrlOptions): Promise<string> {
    return signUrl(this.caller, method, this.objectOf(key), options);
  }

  async #read(input: GetObjectInput, signal: AbortSignal | undefined): Promise<DownloadedObject> {
    const answer = await call(this.caller, getObject, input, { signal });
    const { bandwidth } = this.caller;
    return downloadedObject(answer, { label: `object ${input.key}`, bandwidth, signal });
  }

  #copyMeans(key: string): CopyMeans {
    return {
      calls: this,
      head: (source, signal) => this.call(headObjectCall, source, signal),
      tagsOf: async (source, signal) => (await this.call(getObjectTagging, source, signal)).tags,
      read: (input) => this.#read(input, undefined),
      copyObject: (...args) => this.copyObject(...args),
      uploadPartCopy: (...args) => this.uploadPartCopy(...args),
      upload: (open, options, calls) => this.uploadFrom(key, open, options, calls),
    };
  }

  #source({
    bucket = this.name,
    ...source
  }: BucketCopySource): BucketCopySource & { readonly bucket: string } {
    return { bucket, ...source };
  }
}
