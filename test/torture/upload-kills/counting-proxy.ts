// A proxy in front of a real server that delays, counts the parts that are sent, and does to requests what it is told.
import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

export type ProxyFate = "pass" | "reset" | "stall" | "status-503";

export interface SentPart {
  readonly uploadId: string;
  readonly partNumber: number;
}

export interface CountingProxy extends AsyncDisposable {
  readonly endpoint: string;
  /** Every UploadPart whose request has begun, in order. */
  readonly parts: SentPart[];
  readonly completionCount: number;
}

export interface CountingProxyOptions {
  /** Of the server. */
  readonly endpoint: string;
  /** Before the answer, so that no phase is too short to be hit. */
  readonly delayMs: () => number;
  readonly fateOf?: () => ProxyFate;
}

const slowDown =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>torture</Message></Error>';

export async function startCountingProxy(options: CountingProxyOptions): Promise<CountingProxy> {
  const { fateOf = () => "pass" } = options;
  const parts: SentPart[] = [];
  let completionCount = 0;
  const server = createServer((request, response) => {
    const { method, url = "" } = request;
    const uploadId = /[?&]uploadId=([^&]*)/.exec(url)?.[1];
    const partNumber = Number(/[?&]partNumber=(\d+)/.exec(url)?.[1] ?? 0);
    if (method === "PUT" && uploadId !== undefined) {
      parts.push({ uploadId, partNumber });
    }
    completionCount += method === "POST" && uploadId !== undefined ? 1 : 0;
    const fate = fateOf();
    if (fate === "pass") {
      passOn(options, request, response);
    } else if (fate === "reset") {
      request.socket.resetAndDestroy();
    } else if (fate === "status-503") {
      request
        .resume()
        .once("end", () => response.writeHead(503, { "content-type": "application/xml" }).end(slowDown));
    }
  });
  server.on("connection", (socket) => socket.on("error", () => {}));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    parts,
    get completionCount() {
      return completionCount;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function passOn(
  { endpoint, delayMs }: CountingProxyOptions,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { hostname, port } = new URL(endpoint);
  const { method, url: path, headers } = request;
  const onward = sendRequest({ hostname, port, method, path, headers }, (answer) => {
    const pass = async () => {
      await delay(delayMs());
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    };
    void pass();
  });
  onward.on("error", () => request.socket.destroy());
  request.once("close", () => {
    if (!request.complete) {
      onward.destroy();
    }
  });
  request.pipe(onward);
}
