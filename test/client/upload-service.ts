// What tests of uploads have in common: a real server over a memory store, files to send, and a network between the two
// that does what a test wants.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type IncomingMessage, type ServerResponse, request as sendRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bucket } from "../../src/client/bucket.ts";
import type { UploadSource } from "../../src/client/node/open-source.ts";
import { fixedCredentials, startServer } from "../../src/server/index.ts";
import { openMemoryStore } from "../../src/storage/memory/open-memory-store.ts";
import {
  afterBody,
  bucketAt,
  errorXml,
  type ScriptedService,
  startScriptedService,
} from "./scripted-service.ts";

export const PART: number = 100 * 1024;
export const inParts = { partSize: PART, multipartThreshold: 0 };

export interface UploadService extends AsyncDisposable {
  readonly endpoint: string;
  readonly bucket: Bucket<UploadSource>;
  readonly folder: string;
  newFile(sizeBytes: number): Promise<{ readonly path: string; readonly bytes: Buffer }>;
}

export async function startUploadService(): Promise<UploadService> {
  const store = await openMemoryStore();
  const credentials = fixedCredentials([{ accessKeyId: "test-id", accessKeySecret: "test-secret" }]);
  const server = await startServer({ store, credentials });
  const folder = await mkdtemp(join(tmpdir(), "partwise-upload-"));
  const bucket = bucketAt(server.endpoint);
  await bucket.createBucket();
  return {
    endpoint: server.endpoint,
    bucket,
    folder,
    async newFile(sizeBytes) {
      const bytes = randomBytes(sizeBytes);
      const path = join(folder, randomBytes(8).toString("hex"));
      await writeFile(path, bytes);
      return { path, bytes };
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

/** What the network does with one request. */
export type Fate =
  | "pass"
  /** The connection ends in the middle of the body. */
  | "break"
  /** The request arrives, and its answer never comes. */
  | "hold"
  /** Nobody reads the request. */
  | "stall"
  /** The service answers that this user may not, and does nothing. */
  | "deny"
  /** The service answers with this error, and does nothing. */
  | Refusal
  /** The request is carried out, and the connection ends before the answer. */
  | "lose-answer"
  /** The answer passes, changed. */
  | ((answer: Answer) => Answer);

export interface Refusal {
  readonly status: number;
  readonly code: string;
}

const DENIAL: Refusal = { status: 403, code: "AccessDenied" };

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

export interface PartRequest {
  readonly method: string;
  readonly url: string;
  /** Of an UploadPart. */
  readonly partNumber: number | undefined;
  /** Of its body, as announced. */
  readonly sizeBytes: number;
}

/** A network to `endpoint`. */
export function startNetwork(
  endpoint: string,
  fateOf: (request: PartRequest) => Fate,
): Promise<ScriptedService> {
  return startScriptedService((request, response) => {
    const { method = "", url = "" } = request;
    const sizeBytes = Number(request.headers["content-length"] ?? 0);
    const fate = fateOf({ method, url, partNumber: partNumberOf(method, url), sizeBytes });
    if (fate === "break") {
      request.once("data", () => request.socket.resetAndDestroy());
      return;
    }
    if (fate === "stall") {
      return;
    }
    if (fate === "hold") {
      request.resume();
      return;
    }
    if (fate === "deny" || typeof fate === "object") {
      const { status, code } = fate === "deny" ? DENIAL : fate;
      afterBody(request, () => {
        response.writeHead(status, { "content-type": "application/xml" }).end(errorXml(code));
      });
      return;
    }
    void passOn(endpoint, { request, response, fate });
  });
}

function passOn(
  endpoint: string,
  {
    request,
    response,
    fate,
  }: {
    readonly request: IncomingMessage;
    readonly response: ServerResponse;
    readonly fate: Exclude<Fate, Refusal | "break" | "deny" | "hold" | "stall">;
  },
): void {
  const { hostname, port } = new URL(endpoint);
  const { method, url: path, headers } = request;
  const onward = sendRequest({ hostname, port, method, path, headers }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on("data", (chunk: Buffer) => chunks.push(chunk));
    answer.on("end", () => {
      if (fate === "lose-answer") {
        request.socket.destroy();
        return;
      }
      const { statusCode: status = 0, headers } = answer;
      const whole = { status, headers, body: Buffer.concat(chunks) };
      const passed = fate === "pass" ? whole : fate(whole);
      response.writeHead(passed.status, passed.headers as Record<string, string>).end(passed.body);
    });
  });
  onward.on("error", () => request.socket.destroy());
  request.once("close", () => {
    if (!request.complete) {
      onward.destroy();
    }
  });
  request.pipe(onward);
}

export function partNumberOf(method: string, url: string): number | undefined {
  const number = /[?&]partNumber=(\d+)/.exec(url)?.[1];
  return method === "PUT" && number !== undefined ? Number(number) : undefined;
}

/** The numbers of the parts that were sent, in order of their requests. */
export function partsSent({ requests }: Pick<ScriptedService, "requests">): readonly number[] {
  return requests
    .map((request) => partNumberOf(...(request.split(" ", 2) as [string, string])))
    .filter((partNumber) => partNumber !== undefined);
}

export function isCompletion(request: string): boolean {
  return /^POST .*[?&]uploadId=/.test(request);
}
