// The processes that answer requests: started together, each replaced when it dies, and stopped in order.
import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { ServerStartError } from "../server/index.ts";
import type { ProcessLink } from "../storage/index.ts";
import { CommandError } from "./command-error.ts";
import { closeUntakenConnections } from "./handed-connections.ts";
import { isFromSource } from "./invocation.ts";
import { type Lives, replacementAfter } from "./replacement-delay.ts";
import type { ServeOptions } from "./serve-options.ts";
import { linkToWorker, sendToWorker } from "./worker-link.ts";
import type { MessageFromWorker } from "./worker-messages.ts";

/** Of each worker, twice: what requests leave behind is dead soon, and V8 would keep 32 MiB for it and more. */
const YOUNG_SPACE_MIB = 4;
/** A server whose workers die again and again before all of them listen does not start. */
const START_ROUNDS_MAX = 5;
/** Longer than a worker gives the requests under way. */
const STOP_TIMEOUT_MS = 40_000;

export interface PoolDuties {
  readonly options: ServeOptions;
  /** Makes the store known to the worker at the other end. */
  readonly admit: (link: ProcessLink) => void;
  /** Told of every worker that ends by itself. */
  readonly reportDeath: (message: string) => void;
}

export class WorkerPool implements AsyncDisposable {
  readonly #workers = new Set<Worker>();
  /** Where each of those that listen does. */
  readonly #listening = new Map<Worker, string>();
  readonly #ready = new WeakMap<Worker, Promise<void>>();
  readonly #replacements = new Set<NodeJS.Timeout>();
  #lives: Lives = { earlyDeathCount: 0 };
  /** The port that workers name: those that name the same share one socket, as long as one of them has it. */
  #namedPort = 0;
  #isStopping = false;
  readonly #workerCount: number;

  /** Starts processes, which load what they need and then wait for `serve()`. */
  constructor(workerCount: number) {
    this.#workerCount = workerCount;
    const main = new URL(isFromSource() ? "./server-worker.ts" : "./server-worker.js", import.meta.url);
    cluster.setupPrimary({
      exec: fileURLToPath(main),
      args: [],
      execArgv: [...process.execArgv, `--max-semi-space-size=${YOUNG_SPACE_MIB}`],
      serialization: "advanced",
    });
    for (let index = 0; index < workerCount; index++) {
      this.#fork();
    }
  }

  /**
   * Lets the workers join the store and listen, until all of them do at the same moment: when the first dies before the
   * last listens, the port that the system chose may go with it. From then on one that ends is replaced.
   *
   * @returns where they listen
   * @throws {ServerStartError} @throws {CommandError} why one of them could not, or that they keep dying
   */
  async serve(duties: PoolDuties): Promise<string> {
    this.#namedPort = duties.options.port;
    // One may have died before there was anything to do.
    while (this.#workers.size < this.#workerCount) {
      this.#fork();
    }
    let workers = [...this.#workers];
    let beginning = workers;
    for (let round = 1; ; round++) {
      await Promise.all(beginning.map((worker) => this.#listen(worker, duties)));
      const ended = workers.filter((worker) => !this.#listening.has(worker));
      if (ended.length === 0) {
        return this.#replaceFromNowOn(workers, duties);
      }
      for (const worker of ended) {
        reportEnd(worker, duties);
      }
      if (round === START_ROUNDS_MAX) {
        throw new CommandError("worker processes end as soon as they listen, so the server cannot start");
      }
      beginning = ended.map(() => this.#fork());
      workers = [...this.#listening.keys(), ...beginning];
    }
  }

  /** How many listen now. */
  get listeningCount(): number {
    return this.#listening.size;
  }

  /** Sends a signal to those that listen. */
  signal(signal: NodeJS.Signals): void {
    for (const worker of this.#listening.keys()) {
      worker.process.kill(signal);
    }
  }

  /** Lets each worker finish the requests under way. Resolves when all of them have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    for (const timer of this.#replacements) {
      clearTimeout(timer);
    }
    const giveUp = setTimeout(() => this.#killAll(), STOP_TIMEOUT_MS);
    await Promise.all([...this.#workers].map(drain));
    clearTimeout(giveUp);
  }

  #fork(): Worker {
    const worker = cluster.fork();
    closeUntakenConnections(worker);
    this.#workers.add(worker);
    this.#ready.set(worker, untilReady(worker));
    worker.process.once("exit", () => {
      this.#workers.delete(worker);
      this.#listening.delete(worker);
    });
    return worker;
  }

  async #listen(worker: Worker, { options, admit }: PoolDuties): Promise<void> {
    // First, for it tells of a worker that ends before it is ready.
    const listening = endpointOf(worker, options);
    await Promise.race([this.#ready.get(worker), listening]);
    admit(linkToWorker(worker));
    sendToWorker(worker, { kind: "serve", options: { ...options, port: this.#namedPort } });
    this.#listening.set(worker, await listening);
  }

  #replaceFromNowOn(workers: readonly Worker[], duties: PoolDuties): string {
    // All of them share one socket, so they say the same.
    const [endpoint = ""] = this.#listening.values();
    const port = Number(new URL(endpoint).port);
    for (const worker of workers) {
      this.#replaceWhenEnded(worker, duties, port);
    }
    return endpoint;
  }

  #replaceWhenEnded(worker: Worker, duties: PoolDuties, port: number): void {
    const startedAtMs = performance.now();
    worker.process.once("exit", () => {
      if (this.#isStopping) {
        return;
      }
      const { delayMs, ...lives } = replacementAfter(this.#lives, performance.now() - startedAtMs);
      this.#lives = lives;
      reportEnd(worker, duties);
      const timer = setTimeout(() => {
        this.#replacements.delete(timer);
        this.#replace(duties, port);
      }, delayMs);
      this.#replacements.add(timer);
    });
  }

  #replace(duties: PoolDuties, port: number): void {
    if (this.#listening.size === 0) {
      // The socket went with the last that had it: the next one has to be where it was.
      this.#namedPort = port;
    }
    const worker = this.#fork();
    this.#replaceWhenEnded(worker, duties, port);
    // If it cannot listen it ends, and is replaced in its turn.
    this.#listen(worker, duties).catch((failure: Error) => duties.reportDeath(failure.message));
  }

  #killAll(): void {
    for (const worker of this.#workers) {
      worker.process.kill("SIGKILL");
    }
  }
}

function untilReady(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.on("message", (message: MessageFromWorker) => {
      if (message.kind === "ready") {
        resolve();
      }
    });
  });
}

function reportEnd({ process: { pid, signalCode, exitCode } }: Worker, { reportDeath }: PoolDuties): void {
  reportDeath(`worker process ${pid} ended (${signalCode ?? exitCode}), another takes its place`);
}

/** Where the worker listens. @throws {ServerStartError} @throws {CommandError} */
function endpointOf(worker: Worker, { host, port }: ServeOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    worker.on("message", (message: MessageFromWorker) => {
      if (message.kind === "listening") {
        resolve(message.endpoint);
      }
      if (message.kind === "refused") {
        const { reason, code } = message;
        reject(
          code === undefined
            ? new CommandError(reason)
            : new ServerStartError({ host, port }, Object.assign(new Error(reason), { code })),
        );
      }
    });
    worker.process.once("exit", (code, signal) => {
      reject(new CommandError(`a worker process ended before it listened (${signal ?? code})`));
    });
  });
}

function drain(worker: Worker): Promise<unknown> {
  const exited = once(worker.process, "exit");
  sendToWorker(worker, { kind: "drain" });
  return exited;
}
