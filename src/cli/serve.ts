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

export interface ServeOptions {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly region: string;
  readonly baseHosts: readonly string[];
  /** The operator's word: requests for encryption at rest are accepted. */
  readonly diskIsEncrypted?: boolean;
  /** Whom the server may call back. */
  readonly callbackHosts?: readonly string[];
  /** Bytes of the disk that are held back for aborts, deletions and the like. Default: none. */
  readonly reserve?: number;
  /** In seconds. Default: the server's. */
  readonly lifecycleInterval?: number;
}

export interface DataFolderServer extends AsyncDisposable {
  readonly endpoint: string;
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
  const store = await openEmbeddedStore(folder, { reserveBytes: options.reserve ?? 0 });
  try {
    const credentials = await ensureCredentials(folder);
    const server = await listenOver(store, credentials, options);
    await writeServerLocation(folder, {
      endpoint: server.endpoint,
      region: options.region,
      pid: process.pid,
    });
    return {
      endpoint: server.endpoint,
      credentials,
      async [Symbol.asyncDispose]() {
        await removeServerLocation(folder);
        await server[Symbol.asyncDispose]();
        await store[Symbol.asyncDispose]();
      },
    };
  } catch (failure) {
    await store[Symbol.asyncDispose]();
    throw failure;
  }
}

function listenOver(store: Store, credentials: Credentials, options: ServeOptions): Promise<RunningServer> {
  const {
    host,
    port,
    region,
    baseHosts,
    diskIsEncrypted = false,
    callbackHosts = [],
    lifecycleInterval,
  } = options;
  return startServer({
    store,
    credentials: withTemporaryCredentials(fixedCredentials([credentials])),
    host,
    port,
    region,
    baseHosts,
    acceptEncryptionHeaders: diskIsEncrypted,
    callbackHosts,
    ...(lifecycleInterval === undefined ? {} : { lifecycleIntervalMs: lifecycleInterval * 1_000 }),
  });
}
