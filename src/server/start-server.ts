// The service as a whole: two stores behind a door. The composition of the server; whoever embeds one starts here.
import { randomBytes, randomUUID } from "node:crypto";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Server as TlsServer } from "node:tls";
import { oss } from "../protocol/dialects/oss.ts";
import { present } from "../protocol/fields/present.ts";
import { createV4KeyCache } from "../protocol/signing/v4-key-cache.ts";
import type { Store } from "../storage/store.ts";
import { parseCallbackHost } from "./callback/callback-hosts.ts";
import type { CredentialStore } from "./credential-store.ts";
import { drawnBytes } from "./drawn-bytes.ts";
import type { Service } from "./handle-request.ts";
import { ACCOUNT_ID } from "./identity/identities.ts";
import { lifecycleOf } from "./lifecycle/start-lifecycle.ts";
import { type RateClock, systemRateClock } from "./limit-rate.ts";
import { defaultListenerLimits, type ListenerLimits } from "./listener-limits.ts";
import { type Certificate, createListener, type Door } from "./node-listener.ts";
import { reportOnStandardError } from "./report-on-standard-error.ts";
import { newRequestId, newUploadId } from "./request-id.ts";
import type { ObserveRequest } from "./request-record.ts";
import { ServerStartError } from "./server-start-error.ts";

/** The region in which a server stands when nobody says otherwise: clients sign V4 requests for it. */
export const DEFAULT_REGION = "cn-hangzhou";

export interface ServerOptions {
  /** The caller disposes of it, after the server. */
  readonly store: Store;
  readonly credentials: CredentialStore;
  /** Default 127.0.0.1: nobody but this machine. */
  readonly host?: string;
  /** Default 0: a free port. */
  readonly port?: number;
  /** Default `DEFAULT_REGION`. */
  readonly region?: string;
  /** Names under which clients reach this server; a request to `bucket.NAME` is about that bucket. */
  readonly baseHosts?: readonly string[];
  /**
   * Whether to accept requests for encryption at rest with AES256, and to say in answers that it is so. The server
   * encrypts nothing itself: set it only where everything under the store is encrypted, such as the disk. Default false:
   * such requests are refused.
   */
  readonly acceptEncryptionHeaders?: boolean;
  /**
   * Whether a CompleteMultipartUpload that is sent again within 24 h, with the same parts, is answered as the first time:
   * same ETag, CRC-64 and version, whatever became of the object since. Default false, as OSS does: NoSuchUpload.
   */
  readonly repeatCompletions?: boolean;
  /**
   * Whom the server calls when a client asks for a callback: `HOST` or `HOST:PORT`. A name may lead to public addresses
   * only; for any other its address must be listed beside it. Default: nobody, so every callback fails.
   */
  readonly callbackHosts?: readonly string[];
  /**
   * How many uploads may be open at the same time, in all buckets together: of one user, whatever key they use, of all
   * sessions of one role, of the account, and of all without a signature. The next one is refused with
   * TooManyMultipartUploads. 1 or more; default 100,000. The service publishes no limit; each open upload takes a row.
   */
  readonly openUploadCountMax?: number;
  readonly limits?: Partial<ListenerLimits>;
  /** With one, the server speaks TLS, and nothing else. */
  readonly certificate?: Certificate;
  /**
   * "fast": plain requests are read from their sockets by a way that is internal to Node, all others by node:http.
   * "http": by node:http, with public interfaces alone. Default "fast". With a certificate it is always "http".
   */
  readonly door?: Door;
  /** How often the lifecycle rules of buckets are carried out, from the start on: 1 … 2³¹ − 1. Default: every hour. */
  readonly lifecycleIntervalMs?: number | "never";
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly now?: () => number;
  /** What paces bodies with a traffic limit. Default: the system's clock. */
  readonly rateClock?: RateClock;
  /**
   * Told of every failure that is not the client's doing. Default: a line on standard error. What fails while lifecycle
   * rules are carried out has the request id `lifecycle`.
   */
  readonly reportFailure?: (failure: unknown, requestId: string) => void;
  /** Told of every request that is over: for an access log, for metrics. */
  readonly observe?: ObserveRequest;
}

export interface RunningServer extends AsyncDisposable {
  /** Such as `http://127.0.0.1:7070`. */
  readonly endpoint: string;
  readonly region: string;
  /** Uses another certificate from now on; connections that are open stay. Nothing where none was given at the start. */
  setCertificate(certificate: Certificate): void;
  /**
   * Stops taking connections, waits for the requests under way, at most `timeoutMs` (default 30 s), then closes what
   * is left. A lifecycle run ends after its step. Disposing does the same; a second call waits for the first.
   */
  drain(timeoutMs?: number): Promise<void>;
}

/**
 * Far beyond what works and forgets some, and small enough for a disk: with the longest headers 100,000 are 1 GB of rows.
 */
const OPEN_UPLOAD_COUNT_MAX = 100_000;
const DRAIN_TIMEOUT_MS = 30_000;
const DRAIN_INTERVAL_MS = 50;

/**
 * @throws {ServerStartError} when the port is taken or the address is not this machine's
 * @throws {RangeError} when `lifecycleIntervalMs` is no interval, or an entry of `callbackHosts` is no host
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host = "127.0.0.1", port = 0, region = DEFAULT_REGION } = options;
  const limits = { ...defaultListenerLimits, ...options.limits };
  const service = serviceOf(options, region);
  const { door = "fast", certificate } = options;
  const server = createListener(service, limits, { door, certificate });
  const { lifecycleIntervalMs } = options;
  const { now, reportFailure } = service;
  const { metadata } = options.store;
  const lifecycle = lifecycleOf({ metadata, now, reportFailure, ...present({ lifecycleIntervalMs }) });
  await listen(server, { host, port });
  lifecycle.start();
  let drained: Promise<void> | undefined;
  const drain = (timeoutMs = DRAIN_TIMEOUT_MS) => {
    drained ??= endBoth(server, lifecycle, timeoutMs);
    return drained;
  };
  return {
    endpoint: endpointOf(server, options.certificate === undefined ? "http" : "https"),
    region,
    setCertificate: (certificate) => {
      if (server instanceof TlsServer) {
        server.setSecureContext(certificate);
      }
    },
    drain,
    [Symbol.asyncDispose]: () => drain(),
  };
}

function serviceOf(options: ServerOptions, region: string): Service {
  const now = options.now ?? Date.now;
  const idBytes = drawnBytes(randomBytes);
  return {
    store: options.store,
    credentials: options.credentials,
    keyCache: createV4KeyCache(),
    dialect: oss,
    now,
    region,
    callbacks: { hosts: (options.callbackHosts ?? []).map(parseCallbackHost) },
    rateClock: options.rateClock ?? systemRateClock,
    baseHosts: (options.baseHosts ?? []).map((name) => name.toLowerCase()),
    acceptEncryptionHeaders: options.acceptEncryptionHeaders ?? false,
    openUploadCountMax: options.openUploadCountMax ?? OPEN_UPLOAD_COUNT_MAX,
    repeatCompletions: options.repeatCompletions ?? false,
    owner: { id: ACCOUNT_ID, displayName: ACCOUNT_ID },
    newRequestId: () => newRequestId(now(), idBytes),
    newUploadId: () => newUploadId(randomBytes),
    newRuleId: () => randomUUID(),
    reportFailure: options.reportFailure ?? reportOnStandardError,
    observe: options.observe,
  };
}

function listen(server: Server, address: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(new ServerStartError(address, cause)));
    server.listen(address, resolve);
  });
}

function endpointOf(server: Server, scheme: "http" | "https"): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `${scheme}://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

async function endBoth(server: Server, lifecycle: AsyncDisposable, timeoutMs: number): Promise<void> {
  await Promise.all([drainServer(server, timeoutMs), lifecycle[Symbol.asyncDispose]()]);
}

function drainServer(server: Server, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const giveUp = setTimeout(() => server.closeAllConnections(), timeoutMs);
    // A connection that was busy when the server closed is kept alive after its answer, unless it is asked again.
    const closeIdle = setInterval(() => server.closeIdleConnections(), DRAIN_INTERVAL_MS);
    server.close(() => {
      clearTimeout(giveUp);
      clearInterval(closeIdle);
      resolve();
    });
  });
}
