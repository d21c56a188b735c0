// Bucket as pages use it: the calls of uploads, signed with an access key that the page gets, or by URLs that someone else
// signs.
import { assembleCaller, type CommonClientOptions, regionOf } from "../assemble-caller.ts";
import type { Caller } from "../call.ts";
import { type Auth, assertAuth } from "../credentials-source.ts";
import type { UploadPlatform } from "../platform.ts";
import type { RequestSigner } from "../request-signer.ts";
import type { UploadHandle } from "../upload/upload-handle.ts";
import type { UploadOptions } from "../upload/upload-options.ts";
import { UploadBucket } from "../upload-bucket.ts";
import type { UploadSource } from "./file-source.ts";
import { pageBandwidth } from "./page-bandwidth.ts";
import type { PageLoaders } from "./page-loaders.ts";
import { createPagePlatform } from "./page-platform.ts";
import { createUrlSigner, type SignUrl } from "./url-signer.ts";

/** Requests go by URLs that `sign` gets: no key is in the page. */
export interface UrlAuth {
  readonly sign: SignUrl;
}

export interface PageClientOptions extends CommonClientOptions {
  /**
   * Bytes a second that all uploads of this client send together, from 1,024; default: no limit. A part goes as fast as
   * the line does once it has begun, so the limit is kept over the time of several parts: small ones go more evenly.
   */
  readonly maxBandwidth?: number | undefined;
}

export class PageBucket extends UploadBucket<UploadSource> {
  constructor(
    loaders: PageLoaders,
    auth: Auth | UrlAuth,
    endpoint: string,
    name: string,
    options: PageClientOptions,
  ) {
    const platform = createPagePlatform(loaders);
    super(name, callerOf(loaders, auth, endpoint, options, platform), platform);
  }

  /** The object has the type of a File or Blob, unless the options name one. @see UploadBucket.upload */
  override upload(key: string, source: UploadSource, options: UploadOptions = {}): UploadHandle {
    const contentType = options.objectHeaders?.contentType ?? (source instanceof Blob ? source.type : "");
    const objectHeaders =
      contentType === "" ? options.objectHeaders : { ...options.objectHeaders, contentType };
    return super.upload(key, source, { ...options, objectHeaders });
  }
}

function callerOf(
  loaders: PageLoaders,
  auth: Auth | UrlAuth,
  endpointText: string,
  options: PageClientOptions,
  platform: UploadPlatform<never>,
): Caller {
  const caller = assembleCaller(endpointText, options, platform, (endpoint) =>
    "sign" in auth
      ? createUrlSigner(auth.sign)
      : keySigner(loaders, auth, regionOf(options, endpoint), platform),
  );
  const { maxBandwidth } = options;
  return maxBandwidth === undefined
    ? caller
    : { ...caller, bandwidth: pageBandwidth(loaders, maxBandwidth, caller.clock) };
}

function keySigner(
  loaders: PageLoaders,
  auth: Auth,
  region: string,
  { clock }: UploadPlatform<never>,
): RequestSigner {
  assertAuth(auth);
  let signer: RequestSigner | undefined;
  return {
    async sign(request) {
      if (signer === undefined) {
        const { createKeySigner } = await loaders.keySigner();
        // Another request may have been quicker.
        signer ??= createKeySigner(auth, region, () => clock.now());
      }
      return signer.sign(request);
    },
    learnTime: (serverTime) => signer?.learnTime(serverTime),
    forgetCredentials: (used) => signer?.forgetCredentials(used) === true,
  };
}
