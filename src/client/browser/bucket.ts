// Bucket as pages use it: the calls of uploads, signed with an access key that the page gets, or by URLs that someone else
// signs.
import type { Endpoint } from "../../protocol/addressing/endpoint.ts";
import type { Caller } from "../call.ts";
import { assembleCaller, type ClientOptions as CommonOptions, regionOf } from "../client-options.ts";
import { type Auth, createCredentialsSource } from "../credentials-source.ts";
import { createRequestSigner, type RequestSigner } from "../request-signer.ts";
import { v4HeaderSignature } from "../signatures.ts";
import type { UploadHandle } from "../upload/upload-handle.ts";
import type { UploadOptions } from "../upload/upload-options.ts";
import { UploadBucket } from "../upload-bucket.ts";
import type { UploadSource } from "./file-source.ts";
import { pagePlatform } from "./page-platform.ts";
import { createUrlSigner, type SignUrl } from "./url-signer.ts";

/** Requests go by URLs that `sign` gets: no key is in the page. */
export interface UrlAuth {
  readonly sign: SignUrl;
}

/** Signatures are of version 4: version 1 signs a header that browsers write themselves. */
export type ClientOptions = Omit<CommonOptions, "signatureVersion">;

export class Bucket extends UploadBucket<UploadSource> {
  /**
   * @param auth      `{ sign }`, or a function that gets a temporary key: a key in a page is everybody's
   * @param endpoint  such as `https://oss-cn-hangzhou.aliyuncs.com`; with `{ sign }` it only names the place in messages
   *   and journals
   * @param name      3 … 63 characters of `[a-z0-9-]`
   * @param options   `region` is needed with a key, unless the endpoint tells it
   * @throws {TypeError} if an argument cannot be used
   * @throws {RangeError} if a number among the options is outside its range
   * @throws {ClientError} region-unknown
   */
  constructor(auth: Auth | UrlAuth, endpoint: string, name: string, options: ClientOptions = {}) {
    super(name, callerOf(auth, endpoint, options), pagePlatform);
  }

  /** The object has the type of a File or Blob, unless the options name one. @see UploadBucket.upload */
  override upload(key: string, source: UploadSource, options: UploadOptions = {}): UploadHandle {
    const contentType = options.objectHeaders?.contentType ?? (source instanceof Blob ? source.type : "");
    const objectHeaders =
      contentType === "" ? options.objectHeaders : { ...options.objectHeaders, contentType };
    return super.upload(key, source, { ...options, objectHeaders });
  }
}

function callerOf(auth: Auth | UrlAuth, endpointText: string, options: ClientOptions): Caller {
  return assembleCaller(endpointText, options, pagePlatform, (endpoint) =>
    "sign" in auth ? createUrlSigner(auth.sign) : keySigner(auth, endpoint, options),
  );
}

function keySigner(auth: Auth, endpoint: Endpoint, options: ClientOptions): RequestSigner {
  const now = () => pagePlatform.clock.now();
  return createRequestSigner({
    credentials: createCredentialsSource(auth, now),
    signature: v4HeaderSignature(regionOf(options, endpoint)),
    crypto: pagePlatform.crypto,
    now,
  });
}
