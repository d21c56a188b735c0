// How fast could a server on node:http be at all? It reads bodies, throws them away and answers. node discard.ts [WORKERS]
import { createServer } from "node:http";
import { runWorkers } from "./run-workers.ts";

runWorkers(() =>
  createServer((request, response) => {
    // Bytes that nobody listens to are still read from the socket, one chunk of 64 KiB at a time.
    request.resume().on("end", () => response.writeHead(200, { "content-length": 0 }).end());
  }),
);
