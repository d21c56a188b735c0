// A file as it lies on the disk, over node:http, by the way that its manual shows. node static-file.ts [WORKERS] FILE
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { pipeline } from "node:stream";
import { runWorkers } from "./run-workers.ts";

/** Of 64 KiB (the default), 256 KiB, 512 KiB and 1 MiB the fastest. */
const READ_SIZE_BYTES = 512 * 1024;
const file = process.argv[3] ?? "";

runWorkers(() =>
  createServer((_request, response) => {
    response.writeHead(200, { "content-length": statSync(file).size });
    pipeline(createReadStream(file, { highWaterMark: READ_SIZE_BYTES }), response, (error) => {
      if (error) {
        response.destroy();
      }
    });
  }),
);
