// The neutral server at the far end: it answers as much of OSS and S3 as an upload needs, keeps nothing but sizes and
// CRC-64s, and takes no time for it. It runs in its own process, at the server's end of the link:
//
//   node sink.ts '{"address":"198.18.0.2","resetPercent":1,"seed":7}'
//
// It prints a line when it listens, ends when its standard input does, and then prints what it counted.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { combineCrc64 } from "../../src/protocol/crc64/combine-crc64.ts";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { resetOffset } from "./reset-plan.ts";

export const HTTP_PORT = 8_080;
/** Counts bytes and says nothing: for bare streams. */
export const DISCARD_PORT = 8_081;

export interface SinkSettings {
  readonly address: string;
  /** How many of a hundred requests with a body end by a reset of their connection. */
  readonly resetPercent: number;
  readonly seed: number;
}

export interface SinkCounters {
  readonly requests: number;
  readonly bodies: number;
  readonly resets: number;
  /** Bytes of bodies, those of requests that failed included. */
  readonly receivedBytes: number;
  /** Of the object, once it is complete. */
  readonly objectBytes: number | undefined;
  readonly connections: number;
  readonly discardedBytes: number;
}

interface Part {
  readonly sizeBytes: number;
  readonly crc64: bigint;
}

/** As object stores do: a connection that a client leaves idle for a moment is still there. */
const KEEP_ALIVE_MS = 60_000;

const UPLOAD_ID = "0004B9894A22E5B1888A1E29F823AAAA";

if (import.meta.main) {
  serve(JSON.parse(process.argv[2] ?? ""));
}

function serve({ address, resetPercent, seed }: SinkSettings): void {
  const counters = { requests: 0, bodies: 0, resets: 0, receivedBytes: 0, connections: 0, discardedBytes: 0 };
  const parts = new Map<number, Part>();
  let objectBytes: number | undefined;

  const server = createServer(async (request, response) => {
    counters.requests += 1;
    const query = new URL(request.url ?? "/", "http://sink").searchParams;
    response.setHeader(
      "x-oss-request-id",
      `5C3D9175B6FC201293AD${String(counters.requests).padStart(4, "0")}`,
    );
    if (request.method === "PUT") {
      counters.bodies += 1;
      const part = await receive(request, counters.bodies);
      if (part !== undefined) {
        const partNumber = query.get("partNumber");
        parts.set(Number(partNumber ?? 1), part);
        objectBytes = partNumber === null ? part.sizeBytes : undefined;
        confirm(response, part);
      }
      return;
    }
    await new Promise((resolve) => request.resume().once("close", resolve));
    if (request.method === "POST" && query.has("uploads")) {
      answerXml(
        response,
        xml("InitiateMultipartUploadResult", { Bucket: "bench", Key: "object", UploadId: UPLOAD_ID }),
      );
      return;
    }
    if (request.method === "POST" && query.has("uploadId")) {
      const whole = joinParts(parts);
      objectBytes = whole.sizeBytes;
      response.setHeader("x-oss-hash-crc64ecma", String(whole.crc64));
      const result = { Location: "http://sink/object", Bucket: "bench", Key: "object", ETag: etagOf(whole) };
      answerXml(response, xml("CompleteMultipartUploadResult", result));
      return;
    }
    if (request.method === "GET" && query.has("uploads")) {
      answerXml(response, xml("ListMultipartUploadsResult", { Bucket: "bench", IsTruncated: "false" }));
      return;
    }
    if (request.method === "DELETE") {
      response.writeHead(204).end();
      return;
    }
    answerXml(response, xml("Error", { Code: "NoSuchKey", Message: "The sink keeps nothing." }), 404);
  });

  /** @returns undefined when the connection was reset, by the plan or by the client */
  async function receive(request: IncomingMessage, bodyNumber: number): Promise<Part | undefined> {
    // An S3 client may wrap what it sends into chunks of its own, with a checksum after them.
    const { "content-length": length, "x-amz-decoded-content-length": decodedLength } = request.headers;
    const lengthBytes = Number(length ?? decodedLength);
    const resetAt = resetOffset({ seed, bodyNumber, lengthBytes, resetPercent });
    let receivedBytes = 0;
    let crc = 0n;
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        receivedBytes += chunk.length;
        counters.receivedBytes += chunk.length;
        crc = crc64(chunk, crc);
        if (resetAt !== undefined && receivedBytes >= resetAt) {
          counters.resets += 1;
          request.socket.resetAndDestroy();
          return undefined;
        }
      }
    } catch {
      return undefined;
    }
    return { sizeBytes: Number(decodedLength ?? receivedBytes), crc64: crc };
  }

  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on("connection", () => {
    counters.connections += 1;
  });
  const discard = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      counters.discardedBytes += chunk.length;
    });
  });
  server.listen(HTTP_PORT, address, () => discard.listen(DISCARD_PORT, address, () => console.log("ready")));
  process.stdin.resume().once("end", () => {
    console.log(JSON.stringify({ ...counters, objectBytes } satisfies SinkCounters));
    process.exit();
  });
}

function confirm(response: ServerResponse, part: Part): void {
  response.setHeader("ETag", etagOf(part));
  response.setHeader("x-oss-hash-crc64ecma", String(part.crc64));
  response.writeHead(200, { "Content-Length": 0 }).end();
}

// An ETag of our own making: nobody may take it for an MD5, and computing one would cost more than all the rest.
function etagOf({ crc64 }: Part): string {
  return `"${crc64.toString(16).padStart(32, "0").toUpperCase()}"`;
}

function joinParts(parts: ReadonlyMap<number, Part>): Part {
  const inOrder = [...parts].toSorted(([left], [right]) => left - right).map(([, part]) => part);
  return inOrder.reduce(
    (whole, part) => ({
      sizeBytes: whole.sizeBytes + part.sizeBytes,
      crc64: combineCrc64(whole.crc64, part.crc64, part.sizeBytes),
    }),
    { sizeBytes: 0, crc64: 0n },
  );
}

function xml(root: string, fields: Readonly<Record<string, string>>): string {
  const inner = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`);
  return `<?xml version="1.0" encoding="UTF-8"?><${root}>${inner.join("")}</${root}>`;
}

function answerXml(response: ServerResponse, text: string, status = 200): void {
  response.writeHead(status, { "Content-Type": "application/xml", "Content-Length": text.length }).end(text);
}
