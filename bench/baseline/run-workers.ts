// What the baselines have in common: their server in as many processes as they are told, `node baseline.ts WORKERS [...]`.
// Prints its port once all of them listen.
import cluster from "node:cluster";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

const WORKER_COUNT_MAX = 64;

/** @param create  makes the server; called once in each process that serves */
export function runWorkers(create: () => Server): void {
  const workerCount = Number(process.argv[2] ?? "1");
  if (!Number.isInteger(workerCount) || workerCount < 1 || workerCount > WORKER_COUNT_MAX) {
    throw new RangeError(
      `WORKERS must be an integer from 1 to ${WORKER_COUNT_MAX}, but is ${process.argv[2]}`,
    );
  }
  // One process needs no cluster; several take connections in turn, so that all of them have as many.
  if (workerCount === 1 || cluster.isWorker) {
    const server = create();
    server.listen(0, "127.0.0.1", () => {
      if (cluster.isPrimary) {
        console.log((server.address() as AddressInfo).port);
      }
    });
    return;
  }
  let listeningCount = 0;
  cluster.on("listening", (_worker, { port }) => {
    listeningCount += 1;
    if (listeningCount === workerCount) {
      console.log(port);
    }
  });
  for (let index = 0; index < workerCount; index += 1) {
    cluster.fork();
  }
  process.on("SIGTERM", () => {
    for (const worker of Object.values(cluster.workers ?? {})) {
      worker?.kill();
    }
    process.exit();
  });
}
