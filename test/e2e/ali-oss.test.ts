// The official JavaScript SDK against our server: a 64 MiB file up in parts and back, as its users do it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fixedCredentials, type RunningServer, startServer } from "../../src/server/index.ts";
import { openEmbeddedStore, type Store } from "../../src/storage/index.ts";
import { seededBytes } from "../torture/seeded-random.ts";

/** As much of ali-oss as this file uses; the package brings no types. */
interface AliOss {
  putBucket(name: string): Promise<unknown>;
  multipartUpload(
    key: string,
    file: string,
    options: { partSize: number; parallel: number; progress: (fraction: number) => void },
  ): Promise<{ readonly etag: string; readonly res: { readonly status: number } }>;
  getStream(key: string): Promise<{ readonly stream: AsyncIterable<Uint8Array> }>;
  head(key: string): Promise<{ readonly res: { readonly headers: Readonly<Record<string, string>> } }>;
  listUploads(
    query: Record<string, string>,
  ): Promise<{ readonly uploads: readonly { readonly uploadId: string }[] }>;
  initMultipartUpload(key: string): Promise<{ readonly uploadId: string }>;
  abortMultipartUpload(key: string, uploadId: string): Promise<{ readonly res: { readonly status: number } }>;
  get(key: string): Promise<{ readonly content: Uint8Array }>;
}

const AliOssClient = createRequire(import.meta.url)("ali-oss") as new (options: object) => AliOss;

const FILE_SIZE_BYTES = 64 * 1024 * 1024;
const credentials = { accessKeyId: "ali-id", accessKeySecret: "ali-secret" };

let folder: string;
let file: string;
let fileMd5: string;
let store: Store;
let server: RunningServer;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-ali-oss-"));
  file = join(folder, "file.bin");
  const bytes = seededBytes(20260, FILE_SIZE_BYTES);
  fileMd5 = createHash("md5").update(bytes).digest("hex");
  await writeFile(file, bytes);
  store = await openEmbeddedStore(join(folder, "data"));
  server = await startServer({ store, credentials: fixedCredentials([credentials]) });
});

after(async () => {
  await server.drain(1_000);
  await store[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function md5Of(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of stream) {
    hash.update(chunk);
  }
  return hash.digest("hex");
}

for (const authorizationV4 of [false, true]) {
  for (const sldEnable of [false, true]) {
    const how = `${authorizationV4 ? "V4" : "V1"}, ${sldEnable ? "bucket in path and host" : "bucket in the host"}`;
    describe(`ali-oss, ${how}`, () => {
      let client: AliOss;

      before(async () => {
        client = new AliOssClient({
          ...credentials,
          endpoint: server.endpoint,
          region: "oss-cn-hangzhou",
          bucket: "ali-bucket",
          authorizationV4,
          sldEnable,
        });
        await client.putBucket("ali-bucket");
      });

      it("uploads a file of 64 MiB by multipartUpload and gets it back", async () => {
        const key = `dir/64 MiB + 中 ${authorizationV4} ${sldEnable}.bin`;
        const fractions: number[] = [];

        const uploaded = await client.multipartUpload(key, file, {
          partSize: 4 * 1024 * 1024,
          parallel: 4,
          progress: (fraction) => fractions.push(fraction),
        });
        const { stream } = await client.getStream(key);

        assert.match(uploaded.etag, /^"[0-9A-F]{32}-16"$/);
        assert.equal(await md5Of(stream), fileMd5);
        assert.equal(fractions.at(-1), 1);
        const { res } = await client.head(key);
        assert.equal(res.headers["x-oss-object-type"], "Multipart");
        assert.match(res.headers["x-oss-hash-crc64ecma"] ?? "", /^\d+$/);
      });

      it("lists and aborts an upload", async () => {
        const { uploadId } = await client.initMultipartUpload("aborted");

        const listed = await client.listUploads({ prefix: "aborted" });
        const aborted = await client.abortMultipartUpload("aborted", uploadId);

        assert.deepEqual(
          listed.uploads.map((upload) => upload.uploadId),
          [uploadId],
        );
        assert.equal(aborted.res.status, 204);
      });

      it("is told NoSuchKey as the real service tells it", async () => {
        await assert.rejects(client.get("not there"), { code: "NoSuchKey", status: 404 });
      });
    });
  }
}
