// Somebody's application server: it takes callbacks, keeps what it was sent, and answers as the test says.
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ReceivedCallback {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface ApplicationServer extends AsyncDisposable {
  readonly port: number;
  /** What it was sent, in order. */
  readonly received: readonly ReceivedCallback[];
}

export async function startApplicationServer(
  answer: (response: ServerResponse, callback: ReceivedCallback) => void = answerOk,
): Promise<ApplicationServer> {
  const received: ReceivedCallback[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
    }
    const { method, url: path, headers } = request;
    const callback = { method, path, headers, body: Buffer.concat(chunks).toString("utf8") };
    received.push(callback);
    answer(response, callback);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answerOk(response: ServerResponse): void {
  response.setHeader("content-type", "application/json").end('{"Status":"OK"}');
}
