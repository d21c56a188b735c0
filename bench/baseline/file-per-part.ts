// Small parts in files of their own, durable: node:http, MD5 by OpenSSL, CRC-64, one new file for each body, its sync, and
// a sync of the folder that serves all files made before it began. No database, so it does less than any store has to.
// node file-per-part.ts [WORKERS] FOLDER
import { createHash } from "node:crypto";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { runWorkers } from "./run-workers.ts";

const folder = process.argv[3] ?? ".";
let lastFile = 0;
/** The sync that has not begun yet; whoever made a file waits for it. */
let nextSync: Promise<void> | undefined;
let runningSync: Promise<void> = Promise.resolve();

runWorkers(() =>
  createServer(async (request, response) => {
    const body = await bodyOf(request);
    const headers = {
      ...{ "content-length": 0, etag: `"${createHash("md5").update(body).digest("hex")}"` },
      "x-oss-hash-crc64ecma": crc64(body).toString(),
    };
    lastFile += 1;
    await using file = await open(join(folder, `${process.pid}-${lastFile}`), "wx");
    await file.write(body);
    await file.datasync();
    nextSync ??= runningSync.then(syncFolder);
    await nextSync;
    response.writeHead(200, headers).end();
  }),
);

async function syncFolder(): Promise<void> {
  runningSync = nextSync ?? runningSync;
  nextSync = undefined;
  await using handle = await open(folder);
  await handle.sync();
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  request.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  await once(request, "end");
  return Buffer.concat(chunks);
}
