// Connections that this process has accepted and handed to a worker, which has not yet said that it has them. When the
// worker dies before it does, nobody has them: Node keeps such a connection open, and its client would wait until its own
// time is over. Closed, it is begun again at once, and another worker gets it.
//
// How Node hands them over is seen in what it sends and receives itself (lib/internal/cluster/round_robin_handle.js). If it
// did so in another way some day, nothing would be seen here, and nothing be closed.
import type { Worker } from "node:cluster";

interface Handle {
  close(): void;
}

/** A handover under way is a message with a number, and so is the answer to it. */
interface ClusterMessage {
  readonly cmd?: string;
  readonly act?: string;
  readonly seq?: number;
  readonly ack?: number;
}

/** Closes what `worker` was handed and never took, when it has ended. */
export function closeUntakenConnections({ process: child }: Worker): void {
  const handed = new Map<number, Handle>();
  const send = child.send.bind(child) as (
    message: ClusterMessage,
    handle?: Handle,
    ...rest: unknown[]
  ) => boolean;
  Object.assign(child, {
    send: (message: ClusterMessage, handle?: Handle, ...rest: unknown[]) => {
      if (message.act === "newconn" && message.seq !== undefined && handle !== undefined) {
        handed.set(message.seq, handle);
      }
      return send(message, handle, ...rest);
    },
  });
  child.on("internalMessage", ({ ack }: ClusterMessage) => {
    if (ack !== undefined) {
      handed.delete(ack);
    }
  });
  child.once("exit", () => {
    for (const handle of handed.values()) {
      handle.close();
    }
    handed.clear();
  });
}
