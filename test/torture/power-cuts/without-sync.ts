// Loaded before a server by the torture alone: whatever it asks to be synced is not. A store that forgot to ask would lose
// as much, so this shows that the power cuts find such a store out.
import promises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { DatabaseSync } from "node:sqlite";
import workerThreads, { isMainThread, Worker, type WorkerOptions } from "node:worker_threads";

{
  await using handle = await promises.open(process.execPath, "r");
  Object.assign(Object.getPrototypeOf(handle), { sync: doNothing, datasync: doNothing });
}

const exec = DatabaseSync.prototype.exec;
DatabaseSync.prototype.exec = function execWithoutSync(this: DatabaseSync, sql: string): void {
  exec.call(this, sql);
  if (/PRAGMA synchronous/.test(sql)) {
    exec.call(this, "PRAGMA synchronous = OFF");
  }
};

/** A thread does not load what its process was told to load first. */
class WorkerWithoutSync extends Worker {
  constructor(file: string | URL, options: WorkerOptions = {}) {
    super(file, { ...options, execArgv: ["--import", import.meta.url] });
  }
}
Object.assign(workerThreads, { Worker: WorkerWithoutSync });
syncBuiltinESMExports();

if (isMainThread) {
  process.stderr.write("warning: nothing is synced to the disk, a power cut will lose data\n");
}

async function doNothing(): Promise<void> {}
