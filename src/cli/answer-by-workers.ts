// Several processes that answer requests: this one owns the store and commits for them.
import { startLifecycle } from "../server/index.ts";
import { lifecycleIntervalOf } from "./listen-over.ts";
import { REOPEN_SIGNAL } from "./monitoring/start-monitoring.ts";
import { OpenedPieces } from "./opened-pieces.ts";
import type { Answering } from "./serve-options.ts";
import { WorkerPool } from "./worker-pool.ts";

/**
 * One of them that dies is replaced, and the requests of the others go on; when this process dies they all end. They are
 * started at once, and load their programs until they are to begin.
 */
export function answerByWorkers(workerCount: number): Answering {
  const open = new OpenedPieces();
  const pool = open.add(new WorkerPool(workerCount));
  return {
    role: "owner",
    isAnswering: () => pool.listeningCount > 0,
    async begin({ options, store: { metadata, admit }, monitoring: { log } }) {
      const { failure: reportFailure, note: reportDeath } = log;
      const endpoint = await pool.serve({ options, admit, reportDeath });
      open.add(passOn(REOPEN_SIGNAL, pool));
      open.add(startLifecycle({ metadata, reportFailure, ...lifecycleIntervalOf(options) }));
      return endpoint;
    },
    [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
  };
}

function passOn(signal: NodeJS.Signals, pool: WorkerPool): AsyncDisposable {
  const tell = () => pool.signal(signal);
  process.on(signal, tell);
  return { [Symbol.asyncDispose]: async () => void process.off(signal, tell) };
}
