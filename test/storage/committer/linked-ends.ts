// Two ends of a link within one process, over which values really are cloned, and which a test can cut.
import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { ProcessLink } from "../../../src/storage/embedded/committer/process-link.ts";

export interface LinkedEnds {
  /** For the process that owns the store. */
  readonly owner: ProcessLink;
  /** For the one that shares it. */
  readonly member: ProcessLink;
  /** What happens to the links when the sharing process dies; what it has sent before still arrives. */
  end(): Promise<void>;
}

export function linkEnds(): LinkedEnds {
  const { port1, port2 } = new MessageChannel();
  const owner = endOf(port1);
  const member = endOf(port2);
  return {
    owner,
    member,
    async end() {
      port2.close();
      await owner.ended;
    },
  };
}

function endOf(port: MessagePort): ProcessLink {
  const ended = new Promise<void>((resolve) => port.once("close", resolve));
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on("message", listener),
    ended,
  };
}
