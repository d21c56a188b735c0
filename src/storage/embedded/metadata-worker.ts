// The thread that owns the database, or one that reads beside it. While it waits for the disk, the main thread goes on; what was asked meanwhile is
// the next batch, so the sync of a commit is shared by all who wait for it.
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { StorageError } from "../storage-error.ts";
import { MetadataDatabase } from "./metadata-database.ts";
import {
  type MessageFromWorker,
  type MessageToWorker,
  type MetadataRequest,
  type MetadataWorkerData,
  refusalOf,
} from "./metadata-messages.ts";
import { openDatabase, openForReading } from "./schema.ts";

/** So that the first of a batch does not wait long for the last. */
const BATCH_REQUESTS_MAX = 256;

if (parentPort === null) {
  throw new Error("metadata-worker.ts is run as a worker thread");
}
start(parentPort, workerData as MetadataWorkerData);

function start(port: MessagePort, { file, role }: MetadataWorkerData): void {
  try {
    const database = role === "writer" ? openDatabase(file) : openForReading(file);
    serve(port, new MetadataDatabase(database));
    post(port, "opened");
  } catch (error) {
    if (!(error instanceof StorageError)) {
      throw error;
    }
    post(port, { refusal: refusalOf(error) });
    port.close();
  }
}

function serve(port: MessagePort, database: MetadataDatabase): void {
  port.on("message", (first: MessageToWorker) => {
    const { requests, isLast } = drain(port, first);
    for (let index = 0; index < requests.length; index += BATCH_REQUESTS_MAX) {
      post(port, database.runBatch(requests.slice(index, index + BATCH_REQUESTS_MAX)));
    }
    if (isLast) {
      database.close();
      port.close();
    }
  });
}

/** Takes what else has arrived, until a batch is full. */
function drain(
  port: MessagePort,
  first: MessageToWorker,
): { readonly requests: readonly MetadataRequest[]; readonly isLast: boolean } {
  const requests: MetadataRequest[] = [];
  let message: MessageToWorker | undefined = first;
  while (message !== undefined) {
    if (message === "close") {
      return { requests, isLast: true };
    }
    requests.push(...message);
    message = requests.length < BATCH_REQUESTS_MAX ? receiveMessageOnPort(port)?.message : undefined;
  }
  return { requests, isLast: false };
}

function post(port: MessagePort, message: MessageFromWorker): void {
  port.postMessage(message);
}
