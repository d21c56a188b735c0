// The straightforward server for parts: node:http, MD5 by OpenSSL, CRC-64, and fs.writev into a new file for each body.
// Not durable, and the file has no name any more when its first byte comes, so that no disk is waited for: only what the
// processor has to do. node hash-and-write.ts [WORKERS] FOLDER
import { createHash } from "node:crypto";
import { type PathLike, writev } from "node:fs";
import { open, unlink } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { runWorkers } from "./run-workers.ts";

const BATCH_SIZE_BYTES = 1024 * 1024;
let lastFile = 0;

runWorkers(() =>
  createServer(async (request, response) => {
    lastFile += 1;
    const { md5, crc } = await takeBody(request, join(process.argv[3] ?? ".", `${process.pid}-${lastFile}`));
    const headers = { "content-length": 0, etag: `"${md5}"`, "x-oss-hash-crc64ecma": crc };
    response.writeHead(200, headers).end();
  }),
);

async function takeBody(request: IncomingMessage, path: PathLike): Promise<{ md5: string; crc: string }> {
  // The stream is not touched before the file is open, so it waits.
  await using file = await open(path, "wx");
  await unlink(path);
  const md5 = createHash("md5");
  let crc = 0n;
  let batch: Uint8Array[] = [];
  let batchSizeBytes = 0;
  await new Promise<void>((resolve, reject) => {
    const writeBatch = (written: () => void) => {
      writev(file.fd, batch, (error) => (error === null ? written() : reject(error)));
      batch = [];
      batchSizeBytes = 0;
    };
    request.on("data", (chunk: Uint8Array) => {
      md5.update(chunk);
      crc = crc64(chunk, crc);
      batch.push(chunk);
      batchSizeBytes += chunk.length;
      if (batchSizeBytes >= BATCH_SIZE_BYTES) {
        // One batch at a time: what comes meanwhile stays in the kernel.
        request.pause();
        writeBatch(() => request.resume());
      }
    });
    request.on("end", () => (batch.length === 0 ? resolve() : writeBatch(resolve)));
    request.on("error", reject);
  });
  return { md5: md5.digest("hex"), crc: crc.toString() };
}
