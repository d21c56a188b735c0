// Loaded before a server by the torture alone: of what it asks to be synced, the kind that PARTWISE_WITHOUT_SYNC names is
// not. A store that forgot to ask would lose as much, so this shows which syncs the power cuts find missing.
import { fstatSync, readlinkSync } from "node:fs";
import promises, { type FileHandle } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { basename } from "node:path";
import { DatabaseSync } from "node:sqlite";
import workerThreads, { isMainThread, Worker, type WorkerOptions } from "node:worker_threads";
import { isUnsyncedKind, type UnsyncedKind } from "./unsynced-kind.ts";

const kind = process.env.PARTWISE_WITHOUT_SYNC ?? "";
if (!isUnsyncedKind(kind)) {
  throw new RangeError(`PARTWISE_WITHOUT_SYNC names no kind of sync: ${kind}`);
}

type Sync = (this: FileHandle) => Promise<void>;
{
  await using handle = await promises.open(process.execPath, "r");
  const prototype = Object.getPrototypeOf(handle) as { sync: Sync; datasync: Sync };
  for (const name of ["sync", "datasync"] as const) {
    const original = prototype[name];
    prototype[name] = async function syncUnless(this: FileHandle): Promise<void> {
      if (kindOf(this.fd) !== kind) {
        await original.call(this);
      }
    };
  }
}

if (kind === "database") {
  const { exec } = DatabaseSync.prototype;
  DatabaseSync.prototype.exec = function execWithoutSync(this: DatabaseSync, sql: string): void {
    exec.call(this, sql);
    if (/PRAGMA synchronous/.test(sql)) {
      exec.call(this, "PRAGMA synchronous = OFF");
    }
  };
}

/** A thread does not load what its process was told to load first. */
class WorkerWithoutSync extends Worker {
  constructor(file: string | URL, options: WorkerOptions = {}) {
    super(file, { ...options, execArgv: ["--import", import.meta.url] });
  }
}
Object.assign(workerThreads, { Worker: WorkerWithoutSync });
syncBuiltinESMExports();

if (isMainThread) {
  process.stderr.write(`warning: no ${kind} are synced to the disk, a power cut may lose data\n`);
}

/** What is none of a store's blobs, such as its reserve, has no kind. */
function kindOf(file: number): UnsyncedKind | undefined {
  if (fstatSync(file).isDirectory()) {
    return "folders";
  }
  const name = basename(readlinkSync(`/proc/self/fd/${file}`));
  if (/^segment-\d+$/.test(name)) {
    return "segments";
  }
  return /^f\d+$/.test(name) ? "files" : undefined;
}
