// Bucket and Service as programs on Node use them.
import { Bucket as AnyBucket } from "../bucket.ts";
import type { ClientOptions } from "../client-options.ts";
import type { Auth } from "../credentials-source.ts";
import { Service as AnyService } from "../service.ts";
import { nodePlatform } from "./node-platform.ts";
import type { UploadSource } from "./open-source.ts";

/** A bucket, with connections of its own unless the options have a transport. */
export class Bucket extends AnyBucket<UploadSource> {
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
}

/** The service above its buckets; see `Bucket` for the parameters. */
export class Service extends AnyService {
  constructor(auth: Auth, endpoint: string, options: ClientOptions = {}) {
    super(auth, endpoint, options, nodePlatform());
  }
}
