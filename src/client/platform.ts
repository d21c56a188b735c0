// What the client needs of the machine it runs on. One value of it for Node, another for a browser.
import type { SigningCrypto } from "../protocol/signing/signing-crypto.ts";
import type { CallRecovery } from "./call.ts";
import type { Clock } from "./clock.ts";
import type { Connectivity } from "./connectivity.ts";
import type { Measurements } from "./flow/goodput-memory.ts";
import type { CreateWindow } from "./flow/transfer-window.ts";
import type * as multipart from "./multipart.ts";
import type { Transport } from "./transport.ts";
import type { ByteSource } from "./upload/byte-source.ts";
import type { OneShotSource } from "./upload/one-shot-source.ts";
import type { RunningMd5 } from "./upload/range-digest.ts";
import type { CreateBodies } from "./upload/source-body.ts";
import type { WatchTail } from "./upload/tail-watch.ts";
import type { UploadJournals } from "./upload/upload-journal.ts";
import type { UploadRecovery } from "./upload/upload-recovery.ts";
import type { ChoosePartSize } from "./upload/usual-part-size.ts";

/** `Source` is what `Bucket.upload` accepts there, such as a path. */
export interface Platform<Source> extends UploadPlatform<Source> {
  readonly crypto: SigningCrypto;
  /** Where it is noted what the way to a host carried, for a later process to begin with; left out where nowhere. */
  readonly measurements?: Measurements;
  /** The region when neither the options nor the endpoint name one; in Node OSS_REGION. */
  readonly defaultRegion?: string;
}

/** As much of it as uploads need whose requests are signed somehow. */
export interface UploadPlatform<Source> {
  readonly transport: Transport;
  /** Undefined where there is none; documents then go without Content-MD5. */
  readonly md5?: (bytes: Uint8Array) => Uint8Array;
  /** The same, of bytes that come one after another, to know parts again that a service lists without a CRC-64. */
  startMd5?(): RunningMd5;
  readonly clock: Clock;
  /** Left out where nobody tells whether there is a network. */
  readonly connectivity?: Connectivity;
  /** 0 ≤ random() < 1. */
  readonly random: () => number;
  readonly userAgent: string;
  /** How many transfers are side by side there. */
  readonly createWindow: CreateWindow;
  /** How parts are cut there. */
  readonly choosePartSize: ChoosePartSize;
  /** How sources are read there. */
  readonly createBodies: CreateBodies;
  /** Sends a part twice where that pays; left out where `loadMultipart` brings it. */
  readonly watchTail?: WatchTail;
  /** What uploads in parts need, and those in one piece do not. */
  readonly loadMultipart: () => Promise<typeof multipart>;
  /** What most uploads never need. */
  readonly loadRecovery: () => Promise<CallRecovery & UploadRecovery>;
  /** The media type by the end of a key, or undefined. */
  contentTypeOf(key: string): Promise<string | undefined> | undefined;
  /** Opens what a user wants to upload. Whoever opens it closes it. @throws {TypeError} if it is nothing known */
  openSource(source: Source): Promise<ByteSource | OneShotSource>;
  /** Refuses a key that a request of this platform cannot name. @throws {TypeError} */
  assertKey?(key: string): void;
  /**
   * Where uploads remember what they have done, for a later process to go on; left out where nothing can be kept.
   *
   * @param folder  default: the user's own place for such things
   */
  openJournals?(folder?: string): UploadJournals;
}
