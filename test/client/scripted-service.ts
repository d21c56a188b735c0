// A real HTTP server that answers each request as the test's script says, for what a working service never does.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Bucket } from "../../src/client/bucket.ts";
import type { ClientOptions } from "../../src/client/client-options.ts";
import { nodePlatform } from "../../src/client/node/node-platform.ts";
import type { UploadSource } from "../../src/client/node/open-source.ts";
import type { Platform } from "../../src/client/platform.ts";

export type Script = (request: IncomingMessage, response: ServerResponse, requestIndex: number) => void;

export interface ScriptedService extends AsyncDisposable {
  readonly endpoint: string;
  readonly port: number;
  /** `METHOD /target` of each request, in order of arrival. */
  readonly requests: readonly string[];
  /** Of each connection that was closed, in order. */
  readonly closedConnectionTimes: readonly number[];
}

export async function startScriptedService(script: Script): Promise<ScriptedService> {
  const requests: string[] = [];
  const closedConnectionTimes: number[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    script(request, response, requests.length - 1);
  });
  // No idle connection ends unless its client closes it.
  server.keepAliveTimeout = 0;
  server.on("connection", (socket) => {
    // A connection that a test breaks is no failure of the server.
    socket.on("error", () => {});
    socket.on("close", () => closedConnectionTimes.push(Date.now()));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    requests,
    closedConnectionTimes,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** Reads the whole body, then goes on. */
export function afterBody(request: IncomingMessage, next: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => next(Buffer.concat(chunks)));
  request.on("error", () => {});
}

export function errorXml(code: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>scripted</Message><RequestId>R1</RequestId></Error>`;
}

/** Node's platform with waits that take no time and are noted, and without journals in the user's home. */
export function impatientPlatform(waitsMs: number[] = []): Platform<UploadSource> {
  const { openJournals: _, measurements: __, ...platform } = nodePlatform();
  return {
    ...platform,
    random: () => 0.5,
    clock: {
      now: () => Date.now(),
      async wait(durationMs) {
        waitsMs.push(durationMs);
      },
    },
  };
}

export function bucketAt(
  endpoint: string,
  options: ClientOptions = {},
  platform: Platform<UploadSource> = impatientPlatform(),
): Bucket<UploadSource> {
  const auth = { accessKeyId: "test-id", accessKeySecret: "test-secret" };
  return new Bucket(auth, endpoint, "test-bucket", { region: "cn-hangzhou", ...options }, platform);
}
