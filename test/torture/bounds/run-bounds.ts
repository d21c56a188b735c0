// What a server may need does not grow with its clients: many of them that send large parts slowly, and many connections
// that never end their first line, beside one client that only wants to upload.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Bucket } from "../../../src/client/node/index.ts";
import { type ServedFolder, serveFolder } from "../../e2e/server-process.ts";
import { watchMemory } from "./server-memory.ts";
import { sendSlowly } from "./slow-client.ts";

const MIB = 1024 * 1024;
const SLOW_CLIENTS = 300;
const PART_SIZE_BYTES = 64 * MIB;
const PIECE_BYTES = 64 * 1024;
const PAUSE_MS = 20;
const MEMORY_MAX_BYTES = 600 * MIB;
const HALF_REQUESTS = 2_000;
const WORKERS = ["--workers", "2"];
/** One client behind all that; on an idle machine it takes less than one. */
const UPLOAD_TIMEOUT_MS = 60_000;
const UPLOAD_SIZE_BYTES = 16 * MIB;
const BUCKET = "bounds";

export interface BoundsOptions {
  readonly folder: string;
  /** Of the bytes of each part, above 0, at most 1; the numbers of clients stay as they are. */
  readonly scale: number;
  readonly log: (line: string) => void;
  readonly pass: () => void;
}

export async function runBounds({ folder, scale, log, pass }: BoundsOptions): Promise<void> {
  await using server = await serveFolder(folder, WORKERS);
  const bucket = server.bucket(BUCKET);
  await bucket.createBucket();
  const partSizeBytes = Math.ceil(PART_SIZE_BYTES * Math.min(1, scale));
  await assertMemoryBounded(server, bucket, partSizeBytes, log);
  pass();
  await assertUploadAmongHalfRequests(server, bucket, log);
  pass();
  assert.equal(await server.stop(), 0, server.stderr());
}

async function assertMemoryBounded(
  server: ServedFolder,
  bucket: Bucket,
  partSizeBytes: number,
  log: (line: string) => void,
): Promise<void> {
  const { uploadId } = await bucket.initMultipartUpload("slow");
  const bytes = new Uint8Array(partSizeBytes).fill(7);
  const memory = watchMemory(server.child.pid ?? 0);
  const startedAtMs = Date.now();

  const answers = await Promise.all(
    Array.from({ length: SLOW_CLIENTS }, async (_, index) => {
      const query = { uploadId, partNumber: index + 1 };
      const url = await bucket.signUrl("PUT", "slow", { expiresInSeconds: 3_600, query });
      return sendSlowly({ url, bytes, pieceBytes: PIECE_BYTES, pauseMs: PAUSE_MS });
    }),
  );
  const peakBytes = await memory.stop();

  assert.deepEqual(new Set(answers), new Set(["HTTP/1.1 200 OK"]));
  const seconds = Math.round((Date.now() - startedAtMs) / 1_000);
  log(
    `${SLOW_CLIENTS} slow clients sent ${(partSizeBytes / MIB).toFixed(1)} MiB each in ${seconds} s; ` +
      `all processes of the server had ${Math.round(peakBytes / MIB)} MiB at most`,
  );
  assert.ok(peakBytes <= MEMORY_MAX_BYTES, `the server took ${Math.round(peakBytes / MIB)} MiB`);
  await bucket.abortMultipartUpload("slow", uploadId);
}

async function assertUploadAmongHalfRequests(
  server: ServedFolder,
  bucket: Bucket,
  log: (line: string) => void,
): Promise<void> {
  const { hostname, port } = new URL(server.endpoint);
  const sockets = await Promise.all(
    Array.from({ length: HALF_REQUESTS }, () => beginRequest(hostname, Number(port))),
  );
  const startedAtMs = Date.now();

  await bucket.upload("among-many", new Uint8Array(UPLOAD_SIZE_BYTES).fill(3), {
    partSize: MIB,
    signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
  });

  const aliveCount = sockets.filter((socket) => !socket.destroyed).length;
  log(
    `beside ${aliveCount} connections that never end their requests, ` +
      `${UPLOAD_SIZE_BYTES / MIB} MiB in parts took ${Date.now() - startedAtMs} ms`,
  );
  for (const socket of sockets) {
    socket.destroy();
  }
}

async function beginRequest(host: string, port: number): Promise<Socket> {
  const socket = connect({ host, port });
  // The server may end it at any time: that it does is its right, and no failure.
  socket.on("error", () => undefined).on("data", () => undefined);
  await once(socket, "connect");
  socket.write("PUT /bounds/never HTTP/1.1\r\nHost: h\r\nX-Slow: ");
  return socket;
}
