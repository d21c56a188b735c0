// The two ends of the way on which the stores of the owner and of a worker speak: the channel that Node opens between them.
import type { Worker } from "node:cluster";
import { once } from "node:events";
import type { ProcessLink } from "../storage/index.ts";
import type { MessageFromWorker, MessageToWorker } from "./worker-messages.ts";

/** The owner's end. */
export function linkToWorker(worker: Worker): ProcessLink {
  // What it has sent before it died may come after the news of its death, and ends with the channel.
  const ended = Promise.all([once(worker.process, "exit"), once(worker.process, "disconnect")]);
  return {
    send: (message) => sendToWorker(worker, { kind: "store", message }),
    onMessage: (listener) =>
      void worker.on("message", (received: MessageFromWorker) => {
        if (received.kind === "store") {
          listener(received.message);
        }
      }),
    ended: ended.then(() => undefined),
  };
}

/** A worker that is gone gets nothing: its end is told by its link. */
export function sendToWorker(worker: Worker, message: MessageToWorker): void {
  if (worker.isConnected()) {
    worker.process.send(message, undefined, undefined, ignoreClosedChannel);
  }
}

/** The worker's end, in the worker. */
export function linkToOwner(): ProcessLink {
  return {
    send: (message) => sendToOwner({ kind: "store", message }),
    onMessage: (listener) =>
      void process.on("message", (received: MessageToWorker) => {
        if (received.kind === "store") {
          listener(received.message);
        }
      }),
    ended: once(process, "disconnect").then(() => undefined),
  };
}

/** @param sent  called when the message is on its way, or the owner is gone */
export function sendToOwner(message: MessageFromWorker, sent: () => void = ignoreClosedChannel): void {
  if (process.connected) {
    process.send?.(message, undefined, undefined, () => sent());
  } else {
    sent();
  }
}

function ignoreClosedChannel(): void {
  // Without a listener of its own, `send` would end the process with an error.
}
