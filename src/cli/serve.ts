// A server over one data folder: what `partwise serve` runs, and `partwise try` as a process of its own.
import { resolve } from "node:path";
import { openEmbeddedStore } from "../storage/index.ts";
import { assertCanServe } from "./assert-can-serve.ts";
import { removeServerLocation, writeServerLocation } from "./data-folder.ts";
import { prepareIdentities } from "./folder-identities.ts";
import { limitHeapGrowth } from "./limit-heap-growth.ts";
import { listenOver, renewCertificate } from "./listen-over.ts";
import { startMonitoring } from "./monitoring/start-monitoring.ts";
import { OpenedPieces } from "./opened-pieces.ts";
import type { DataFolderServer, ServeOptions } from "./serve-options.ts";

/**
 * Opens the folder, makes users and keys on the first start, and listens. Disposing lets the requests under way finish,
 * collects the garbage and closes the store. For a process that is nothing but this server: its heap is kept small.
 *
 * @throws {StorageError} folder-in-use, folder-unusable, format-unknown @throws {IdentityError} @throws {ServerStartError}
 */
export async function serveDataFolder(options: ServeOptions): Promise<DataFolderServer> {
  limitHeapGrowth();
  const settings = { ...options, data: resolve(options.data) };
  const { workers = 1 } = options;
  if (workers === 1) {
    return await serveAlone(settings);
  }
  // Loaded here, so that a server of one process starts without it.
  const { serveWithWorkers } = await import("./serve-with-workers.ts");
  return await serveWithWorkers(settings, workers);
}

async function serveAlone(options: ServeOptions): Promise<DataFolderServer> {
  const { data, region } = options;
  const open = new OpenedPieces();
  try {
    const monitoring = open.add(await startMonitoring(options));
    const store = open.add(await openEmbeddedStore(data, { reserveBytes: options.reserve ?? 0 }));
    await assertCanServe(options);
    const { store: credentials, rootKey } = await prepareIdentities(options, monitoring.log);
    const server = open.add(await listenOver(store, credentials, options, monitoring));
    open.add(renewCertificate(server, options, monitoring));
    const monitor = await monitoring.listen(store, data);
    const { endpoint } = server;
    await writeServerLocation(data, { endpoint, region, pid: process.pid });
    return {
      endpoint,
      monitor,
      ...(rootKey && { rootKey }),
      async [Symbol.asyncDispose]() {
        monitoring.tellStopping();
        await removeServerLocation(data);
        await open[Symbol.asyncDispose]();
      },
    };
  } catch (failure) {
    await open[Symbol.asyncDispose]();
    throw failure;
  }
}
