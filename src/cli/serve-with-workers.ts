// A server of several processes over one data folder: this one owns the store and commits, the others answer requests.
import { startLifecycle } from "../server/index.ts";
import { openSharedStore } from "../storage/index.ts";
import { assertCanServe } from "./assert-can-serve.ts";
import { removeServerLocation, writeServerLocation } from "./data-folder.ts";
import { prepareIdentities } from "./folder-identities.ts";
import { lifecycleIntervalOf } from "./listen-over.ts";
import { REOPEN_SIGNAL, startMonitoring } from "./monitoring/start-monitoring.ts";
import { OpenedPieces } from "./opened-pieces.ts";
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
  const { data, region } = options;
  const open = new OpenedPieces();
  // They load their programs while the store is opened.
  const pool = new WorkerPool(workerCount);
  try {
    const monitoring = open.add(await startMonitoring(options, "owner"));
    const { log } = monitoring;
    const store = open.add(await openSharedStore(data, { reserveBytes: options.reserve ?? 0 }));
    await assertCanServe(options);
    const { rootKey } = await prepareIdentities(options, log);
    const { metadata, admit } = store;
    const { failure: reportFailure } = log;
    open.add(pool);
    const endpoint = await pool.serve({ options, admit, reportDeath: log.note });
    open.add(passOn(REOPEN_SIGNAL, pool));
    open.add(startLifecycle({ metadata, reportFailure, ...lifecycleIntervalOf(options) }));
    const monitor = await monitoring.listen(store, data);
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
    await pool[Symbol.asyncDispose]();
    await open[Symbol.asyncDispose]();
    throw failure;
  }
}

function passOn(signal: NodeJS.Signals, pool: WorkerPool): AsyncDisposable {
  const tell = () => pool.signal(signal);
  process.on(signal, tell);
  return { [Symbol.asyncDispose]: async () => void process.off(signal, tell) };
}
