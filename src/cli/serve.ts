// A server over one data folder: what `partwise serve` runs, and `partwise try` as a process of its own.
import { resolve } from "node:path";
import type { Credentials } from "../protocol/signing/credentials.ts";
import {
  fixedCredentials,
  type RunningServer,
  startServer,
  withTemporaryCredentials,
} from "../server/index.ts";
import { openEmbeddedStore, type Store } from "../storage/index.ts";
import { ensureCredentials, removeServerLocation, writeServerLocation } from "./data-folder.ts";
import { limitHeapGrowth } from "./limit-heap-growth.ts";
import { type Monitoring, type MonitoringOptions, startMonitoring } from "./monitoring/start-monitoring.ts";
import { readCertificate, type TlsFiles, watchCertificate } from "./tls-files.ts";

export interface ServeOptions extends MonitoringOptions {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly region: string;
  readonly baseHosts: readonly string[];
  /** The operator's word: requests for encryption at rest are accepted. */
  readonly diskIsEncrypted?: boolean;
  /** A completion that is sent again is answered as the first time. */
  readonly repeatCompletions?: boolean;
  /** Whom the server may call back. */
  readonly callbackHosts?: readonly string[];
  /** Bytes of the disk that are held back for aborts, deletions and the like. Default: none. */
  readonly reserve?: number;
  /** In seconds. Default: the server's. */
  readonly lifecycleInterval?: number;
  /** With them the server speaks TLS. */
  readonly tls?: TlsFiles | undefined;
}

export interface DataFolderServer extends AsyncDisposable {
  readonly endpoint: string;
  /** Where health and metrics are, if anywhere. */
  readonly monitor: string | undefined;
  readonly credentials: Credentials;
}

/**
 * Opens the folder, makes credentials on the first start, and listens. Disposing lets the requests under way finish,
 * collects the garbage and closes the store. For a process that is nothing but this server: its heap is kept small.
 *
 * @throws {StorageError} folder-in-use, folder-unusable, format-unknown @throws {ServerStartError}
 */
export async function serveDataFolder(options: ServeOptions): Promise<DataFolderServer> {
  limitHeapGrowth();
  const folder = resolve(options.data);
  /** In the order in which they were opened. */
  const open: AsyncDisposable[] = [];
  const opened = <Piece extends AsyncDisposable>(piece: Piece): Piece => {
    open.push(piece);
    return piece;
  };
  try {
    const monitoring = opened(await startMonitoring(options));
    const store = opened(await openEmbeddedStore(folder, { reserveBytes: options.reserve ?? 0 }));
    const credentials = await ensureCredentials(folder);
    const server = opened(await listenOver(store, credentials, options, monitoring));
    opened(renewCertificate(server, options, monitoring));
    const monitor = await monitoring.listen(store);
    const { endpoint } = server;
    await writeServerLocation(folder, { endpoint, region: options.region, pid: process.pid });
    return {
      endpoint,
      monitor,
      credentials,
      async [Symbol.asyncDispose]() {
        await removeServerLocation(folder);
        await closeAll(open);
      },
    };
  } catch (failure) {
    await closeAll(open);
    throw failure;
  }
}

async function closeAll(open: readonly AsyncDisposable[]): Promise<void> {
  for (const piece of open.toReversed()) {
    await piece[Symbol.asyncDispose]();
  }
}

async function listenOver(
  store: Store,
  credentials: Credentials,
  options: ServeOptions,
  { log, observe }: Monitoring,
): Promise<RunningServer> {
  const {
    host,
    port,
    region,
    baseHosts,
    diskIsEncrypted = false,
    repeatCompletions = false,
    callbackHosts = [],
    lifecycleInterval,
    tls,
  } = options;
  return startServer({
    store,
    credentials: withTemporaryCredentials(fixedCredentials([credentials])),
    host,
    port,
    region,
    baseHosts,
    acceptEncryptionHeaders: diskIsEncrypted,
    repeatCompletions,
    callbackHosts,
    reportFailure: log.failure,
    ...(observe === undefined ? {} : { observe }),
    ...(tls === undefined ? {} : { certificate: await readCertificate(tls) }),
    ...(lifecycleInterval === undefined ? {} : { lifecycleIntervalMs: lifecycleInterval * 1_000 }),
  });
}

function renewCertificate(
  server: RunningServer,
  { tls }: ServeOptions,
  { log }: Monitoring,
): AsyncDisposable {
  const watch =
    tls &&
    watchCertificate(
      tls,
      (certificate) => {
        server.setCertificate(certificate);
        log.note(`the certificate ${tls.cert} was read again`);
      },
      (mistake) => log.failure(mistake, "certificate"),
    );
  return { [Symbol.asyncDispose]: async () => watch?.[Symbol.dispose]() };
}
