// Bucket as pages use it, and what of the code they fetch only when they need it. Nothing imports this but the entry.
import type { Auth } from "../credentials-source.ts";
import type { UploadJournals } from "../upload/upload-journal.ts";
import { indexedDbJournals } from "./indexed-db-journals.ts";
import { loadPart } from "./load-part.ts";
import { PageBucket, type PageClientOptions, type UrlAuth } from "./page-bucket.ts";
import type { PageLoaders } from "./page-loaders.ts";

const loaders: PageLoaders = {
  multipart: () => loadPart(() => import("./multipart.ts")),
  recovery: () => loadPart(() => import("./recovery.ts")),
  keySigner: () => loadPart(() => import("./key-signer.ts")),
};

/** Signatures are of version 4: version 1 signs a header that browsers write themselves. */
export type ClientOptions = PageClientOptions;

export class Bucket extends PageBucket {
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
    super(loaders, auth, endpoint, name, options);
  }
}

/** @param databaseName  of this origin; journals of one name see each other */
export function createIndexedDbJournals(databaseName?: string): UploadJournals {
  return indexedDbJournals(loaders, databaseName);
}
