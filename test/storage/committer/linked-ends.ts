// Two ends of a link within one process, over which values really are cloned, and which a test can cut.
import { inspect } from "node:util";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { ProcessLink } from "../../../src/storage/embedded/committer/process-link.ts";

export interface LinkedEnds {
  /** For the process that owns the store. */
  readonly owner: ProcessLink;
  /** For the one that shares it. */
  readonly member: ProcessLink;
  /** Resolves when the sharing process has sent, from now on, what speaks of `word`. */
  sent(word: string): Promise<void>;
  /** What happens to the links when the sharing process dies; what it has sent before still arrives. */
  end(): Promise<void>;
}

export function linkEnds(): LinkedEnds {
  const { port1, port2 } = new MessageChannel();
  const owner = endOf(port1);
  const member = endOf(port2);
  let tellSent = (_message: string) => {};
  return {
    owner,
    member: {
      ...member,
      send: (message) => {
        member.send(message);
        tellSent(inspect(message, { depth: null }));
      },
    },
    sent: (word) =>
      new Promise((resolve) => {
        tellSent = (message) => void (message.includes(word) && resolve());
      }),
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
