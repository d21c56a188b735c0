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
import { type ApplicationServer, startApplicationServer } from "../server/callback/application-server.ts";
import { seededBytes } from "../torture/seeded-random.ts";

/** As much of ali-oss as this file uses; the package brings no types. */
interface AliOss {
  putBucket(name: string): Promise<unknown>;
  multipartUpload(
    key: string,
    file: string,
    options: {
      partSize: number;
      parallel: number;
      progress?: (fraction: number) => void;
      callback?: AliOssCallback;
    },
  ): Promise<{ readonly etag: string; readonly data?: unknown; readonly res: { readonly status: number } }>;
  put(
    key: string,
    bytes: Uint8Array,
    options: { callback: AliOssCallback },
  ): Promise<{ readonly data: unknown }>;
  getStream(key: string): Promise<{ readonly stream: AsyncIterable<Uint8Array> }>;
  head(key: string): Promise<{ readonly res: { readonly headers: Readonly<Record<string, string>> } }>;
  listUploads(
    query: Record<string, string>,
  ): Promise<{ readonly uploads: readonly { readonly uploadId: string }[] }>;
  initMultipartUpload(key: string): Promise<{ readonly uploadId: string }>;
  abortMultipartUpload(key: string, uploadId: string): Promise<{ readonly res: { readonly status: number } }>;
  get(key: string): Promise<{ readonly content: Uint8Array }>;
}

interface AliOssCallback {
  readonly url: string;
  readonly body: string;
  readonly contentType?: string;
  readonly customValue?: Readonly<Record<string, string>>;
}

const AliOssClient = createRequire(import.meta.url)("ali-oss") as new (options: object) => AliOss;

const FILE_SIZE_BYTES = 64 * 1024 * 1024;
const credentials = { accessKeyId: "ali-id", accessKeySecret: "ali-secret" };

let folder: string;
let file: string;
let fileMd5: string;
let store: Store;
let server: RunningServer;
let application: ApplicationServer;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-ali-oss-"));
  file = join(folder, "file.bin");
  const bytes = seededBytes(20260, FILE_SIZE_BYTES);
  fileMd5 = createHash("md5").update(bytes).digest("hex");
  await writeFile(file, bytes);
  store = await openEmbeddedStore(join(folder, "data"));
  application = await startApplicationServer();
  server = await startServer({
    store,
    credentials: fixedCredentials([credentials]),
    callbackHosts: [`127.0.0.1:${application.port}`],
  });
});

after(async () => {
  await server.drain(1_000);
  await application[Symbol.asyncDispose]();
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

      it("hands on what a callback answered, and throws when it failed", async () => {
        const callback = {
          url: `http://127.0.0.1:${application.port}/`,
          // biome-ignore lint/suspicious/noTemplateCurlyInString: the template of a callback
          body: '{"object":${object},"size":${size},"who":${x:who}}',
          contentType: "application/json",
          customValue: { who: "me" },
        };
        const failing = { ...callback, url: "http://callback.example/" };

        const put = await client.put("called", Buffer.from("x"), { callback });
        const options = { partSize: 32 * 1024 * 1024, parallel: 2 };
        const uploaded = await client.multipartUpload("called", file, { ...options, callback });
        const failed = client.put("called", Buffer.from("x"), { callback: failing });

        await assert.rejects(failed, { code: "CallbackFailed", status: 203 });
        assert.deepEqual(put.data, { Status: "OK" });
        assert.deepEqual(uploaded.data, { Status: "OK" });
        assert.deepEqual(
          application.received.slice(-2).map(({ body }) => JSON.parse(body)),
          [
            { object: "called", size: 1, who: "me" },
            { object: "called", size: FILE_SIZE_BYTES, who: "me" },
          ],
        );
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
