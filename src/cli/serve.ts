// A server over one data folder: what `partwise serve` runs, and `partwise try` as a process of its own.
import { resolve } from "node:path";
import { openEmbeddedStore } from "../storage/index.ts";
import { ensureCredentials, removeServerLocation, writeServerLocation } from "./data-folder.ts";
import { limitHeapGrowth } from "./limit-heap-growth.ts";
import { listenOver } from "./listen-over.ts";
import type { DataFolderServer, ServeOptions } from "./serve-options.ts";

/**
 * Opens the folder, makes credentials on the first start, and listens. Disposing lets the requests under way finish,
 * collects the garbage and closes the store. For a process that is nothing but this server: its heap is kept small.
 *
 * @throws {StorageError} folder-in-use, folder-unusable, format-unknown @throws {ServerStartError}
 */
export async function serveDataFolder(options: ServeOptions): Promise<DataFolderServer> {
  limitHeapGrowth();
  const folder = { ...options, data: resolve(options.data) };
  const { workers = 1 } = options;
  if (workers === 1) {
    return await serveAlone(folder);
  }
  // Loaded here, so that a server of one process starts without it.
  const { serveWithWorkers } = await import("./serve-with-workers.ts");
  return await serveWithWorkers(folder, workers);
}

async function serveAlone(options: ServeOptions): Promise<DataFolderServer> {
  const { data, region } = options;
  const store = await openEmbeddedStore(data);
  try {
    const credentials = await ensureCredentials(data);
    const server = await listenOver(store, credentials, options);
    await writeServerLocation(data, { endpoint: server.endpoint, region, pid: process.pid });
    return {
      endpoint: server.endpoint,
      credentials,
      async [Symbol.asyncDispose]() {
        await removeServerLocation(data);
        await server[Symbol.asyncDispose]();
        await store[Symbol.asyncDispose]();
      },
    };
  } catch (failure) {
    await store[Symbol.asyncDispose]();
    throw failure;
  }
}
