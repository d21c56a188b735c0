// One process that does everything: it answers requests over the store that it has opened.
import { listenOver, renewCertificate } from "./listen-over.ts";
import { OpenedPieces } from "./opened-pieces.ts";
import type { Answering } from "./serve-options.ts";

export function answerAlone(): Answering {
  const open = new OpenedPieces();
  return {
    role: "alone",
    isAnswering: () => true,
    async begin({ options, store, credentials, monitoring }) {
      const server = open.add(await listenOver(store, credentials, options, monitoring));
      open.add(renewCertificate(server, options, monitoring));
      return server.endpoint;
    },
    [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
  };
}
