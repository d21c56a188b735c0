// The service above its buckets.
import {
  type ListBucketsInput,
  type ListBucketsOutput,
  listBuckets,
} from "../protocol/operations/list-buckets.ts";
import { call } from "./call.ts";
import { type ClientOptions, type ClosableCaller, createCaller } from "./client-options.ts";
import type { Auth } from "./credentials-source.ts";
import type { Platform } from "./platform.ts";

export class Service {
  readonly #caller: ClosableCaller;

  /** @see Bucket for the parameters and errors */
  constructor(auth: Auth, endpoint: string, options: ClientOptions, platform: Platform<never>) {
    this.#caller = createCaller(auth, endpoint, options, platform);
  }

  /** One page of the account's buckets, by name. */
  async listBuckets({
    signal,
    ...input
  }: ListBucketsInput & { readonly signal?: AbortSignal | undefined } = {}): Promise<ListBucketsOutput> {
    return (await call(this.#caller, listBuckets, input, { signal })).output;
  }

  /** @see Bucket.close */
  async close(): Promise<void> {
    this.#caller.close();
  }
}
