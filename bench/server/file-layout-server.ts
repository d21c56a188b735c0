// Our own server in one process, but for one thing: every part gets a file, however small. What a comparison of the two
// layouts has to change, and nothing else. node file-layout-server.ts --data FOLDER --port 0
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fixedCredentials, startServer } from "../../src/server/index.ts";
import { type BlobStore, openEmbeddedStore } from "../../src/storage/index.ts";

/** Declared for every blob, and longer than any that shares a segment. */
const SIZE_OF_A_FILE_BYTES = 8 * 1024 * 1024;

const { values } = parseArgs({
  options: { data: { type: "string", default: "" }, port: { type: "string", default: "0" } },
});
const { data, port } = values;
const store = await openEmbeddedStore(data);
const blobs: BlobStore = new Proxy(store.blobs, {
  get(target, name) {
    const value: unknown = Reflect.get(target, name, target);
    if (name === "create") {
      return () => target.create({ sizeBytes: SIZE_OF_A_FILE_BYTES });
    }
    return typeof value === "function" ? value.bind(target) : value;
  },
});
const credentials = { accessKeyId: "bench", accessKeySecret: "bench" };
await writeFile(join(data, "credentials.json"), JSON.stringify(credentials));
const server = await startServer({
  store: new Proxy(store, { get: (target, name) => (name === "blobs" ? blobs : Reflect.get(target, name)) }),
  credentials: fixedCredentials([credentials]),
  port: Number(port),
});
console.log(`Serving ${data} at ${server.endpoint}`);
process.once("SIGTERM", async () => {
  await server[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  process.exit();
});
