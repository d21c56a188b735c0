// What the client needs of the machine it runs on. One value of it for Node, another for a browser.
import type { SigningCrypto } from "../protocol/signing/signing-crypto.ts";
import type { Clock } from "./clock.ts";
import type { Measurements } from "./flow/goodput-memory.ts";
import type { Transport } from "./transport.ts";
import type { ByteSource } from "./upload/byte-source.ts";
import type { OneShotSource } from "./upload/one-shot-source.ts";
import type { RunningMd5 } from "./upload/range-digest.ts";
import type { UploadJournals } from "./upload/upload-journal.ts";

/** `Source` is what `Bucket.upload` accepts there, such as a path. */
export interface Platform<Source> {
  readonly transport: Transport;
  readonly crypto: SigningCrypto;
  /** Undefined where there is none; documents then go without Content-MD5. */
  readonly md5?: (bytes: Uint8Array) => Uint8Array;
  /** The same, of bytes that come one after another, to know parts again that a service lists without a CRC-64. */
  startMd5?(): RunningMd5;
  readonly clock: Clock;
  /** 0 ≤ random() < 1. */
  readonly random: () => number;
  readonly userAgent: string;
  /** The most connections to one host that make sense there: 6 in a browser, for it opens no more. Default 64. */
  readonly concurrencyMax?: number;
  /** The media type by the end of a key, or undefined. */
  contentTypeOf(key: string): string | undefined;
  /** Opens what a user wants to upload. Whoever opens it closes it. @throws {TypeError} if it is nothing known */
  openSource(source: Source): Promise<ByteSource | OneShotSource>;
  /** Where it is noted what the way to a host carried, for a later process to begin with; left out where nowhere. */
  readonly measurements?: Measurements;
  /** Refuses a key that a request of this platform cannot name. @throws {TypeError} */
  assertKey?(key: string): void;
  /**
   * Where uploads remember what they have done, for a later process to go on; left out where nothing can be kept.
   *
   * @param folder  default: the user's own place for such things
   */
  openJournals?(folder?: string): UploadJournals;
  /** The region when neither the options nor the endpoint name one; in Node OSS_REGION. */
  readonly defaultRegion?: string;
}
