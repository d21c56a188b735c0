// Bucket and Service as programs on Node use them.
import { Bucket as AnyBucket } from "../bucket.ts";
import type { ClientOptions } from "../client-options.ts";
import type { Auth } from "../credentials-source.ts";
import type { DownloadOptions, DownloadResult } from "../download/download-object.ts";
import { Service as AnyService } from "../service.ts";
import { fileTarget } from "./file-target.ts";
import { nodePlatform } from "./node-platform.ts";
import type { UploadSource } from "./open-source.ts";

/** A bucket, with connections of its own unless the options have a transport; `await using` closes it. */
export class Bucket extends AnyBucket<UploadSource> implements AsyncDisposable {
  /**
   * @param auth      an access key, or a function that gets a current one, such as from STS
   * @param endpoint  such as `https://oss-cn-hangzhou.aliyuncs.com` or `http://127.0.0.1:7070`
   * @param name      3 … 63 characters of `[a-z0-9-]`
   * @param options   `region` is needed for V4 signatures; default OSS_REGION, then what the endpoint tells
   * @throws {TypeError} if an argument cannot be used
   * @throws {RangeError} if a number among the options is outside its range
   * @throws {ClientError} region-unknown
   */
  constructor(auth: Auth, endpoint: string, name: string, options: ClientOptions = {}) {
    super(auth, endpoint, name, options, nodePlatform());
  }

  /**
   * Downloads an object into a file: in ranges side by side, checked by its CRC-64 before it takes the file's place. A
   * download that ended early goes on where it was when it is called again for the same file and the object is the same.
   *
   * @param path  of the file, which is replaced; its folder has to exist
   * @throws {ServiceError} NoSuchKey …
   * @throws {ClientError} object-changed, checksum-mismatch, target-unwritable; target-locked while another
   *   download writes the same file
   * @throws the signal's reason after an abort
   */
  async download(key: string, path: string, options: DownloadOptions = {}): Promise<DownloadResult> {
    return this.downloadTo(key, fileTarget(path), options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The service above its buckets; see `Bucket` for the parameters. */
export class Service extends AnyService implements AsyncDisposable {
  constructor(auth: Auth, endpoint: string, options: ClientOptions = {}) {
    super(auth, endpoint, options, nodePlatform());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
