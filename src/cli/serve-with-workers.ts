// A server of several processes over one data folder: this one owns the store and commits, the others answer requests.
import { startLifecycle } from "../server/index.ts";
import { openSharedStore, type SharedStore } from "../storage/index.ts";
import { ensureCredentials, removeServerLocation, writeServerLocation } from "./data-folder.ts";
import { lifecycleIntervalOf } from "./listen-over.ts";
import type { DataFolderServer, ServeOptions } from "./serve-options.ts";
import { WorkerPool } from "./worker-pool.ts";

/**
 * As `serveDataFolder()`, with `workerCount` further processes. One of them that dies is replaced, and the requests of the
 * others go on; when this one dies they all end.
 */
export async function serveWithWorkers(
  options: ServeOptions,
  workerCount: number,
): Promise<DataFolderServer> {
  // They load their programs while the store is opened.
  const pool = new WorkerPool(workerCount);
  try {
    return await serveOver(await openSharedStore(options.data), pool, options);
  } catch (failure) {
    await pool[Symbol.asyncDispose]();
    throw failure;
  }
}

async function serveOver(
  store: SharedStore,
  pool: WorkerPool,
  options: ServeOptions,
): Promise<DataFolderServer> {
  const { data, region } = options;
  try {
    const credentials = await ensureCredentials(data);
    const endpoint = await pool.serve({ options, admit: store.admit, reportDeath });
    const lifecycle = startLifecycle({ metadata: store.metadata, ...lifecycleIntervalOf(options) });
    await writeServerLocation(data, { endpoint, region, pid: process.pid });
    return {
      endpoint,
      credentials,
      async [Symbol.asyncDispose]() {
        await removeServerLocation(data);
        await Promise.all([pool[Symbol.asyncDispose](), lifecycle[Symbol.asyncDispose]()]);
        await store[Symbol.asyncDispose]();
      },
    };
  } catch (failure) {
    await pool[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    throw failure;
  }
}

function reportDeath(message: string): void {
  process.stderr.write(`partwise: ${message}\n`);
}
