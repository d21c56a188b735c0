// The official JavaScript SDK and a bucket that keeps versions: overwritten, deleted, brought back, emptied.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, describe, it } from "node:test";
import { fixedCredentials, type RunningServer, startServer } from "../../src/server/index.ts";
import { openMemoryStore, type Store } from "../../src/storage/index.ts";

interface Answer {
  readonly res: { readonly status: number; readonly headers: Readonly<Record<string, string>> };
}

interface ListedByAli {
  readonly name: string;
  readonly versionId: string;
  readonly isLatest?: boolean;
}

interface Versioned {
  readonly versionId?: string;
}

/** As much of ali-oss as this file uses; the package brings no types. */
interface AliOss {
  putBucket(name: string): Promise<unknown>;
  deleteBucket(name: string): Promise<Answer>;
  put(key: string, body: Buffer): Promise<Answer>;
  get(key: string, options?: Versioned): Promise<Answer & { readonly content: Uint8Array }>;
  head(key: string, options?: Versioned): Promise<Answer>;
  getObjectMeta(key: string, options?: Versioned): Promise<Answer>;
  copy(key: string, source: string, options?: Versioned): Promise<Answer>;
  delete(key: string, options?: Versioned): Promise<Answer>;
  deleteMulti(
    objects: readonly { readonly key: string; readonly versionId: string }[],
  ): Promise<{ readonly deleted: readonly { readonly Key: string; readonly VersionId: string }[] }>;
  getBucketVersions(query: Readonly<Record<string, string | number>>): Promise<{
    readonly objects: readonly ListedByAli[];
    readonly deleteMarker: readonly ListedByAli[];
    readonly nextKeyMarker: string | null;
    readonly nextVersionIdMarker: string | null;
    readonly isTruncated: boolean;
  }>;
}

const AliOssClient = createRequire(import.meta.url)("ali-oss") as new (options: object) => AliOss;

const BUCKET = "ali-versions";
const credentials = { accessKeyId: "ali-id", accessKeySecret: "ali-secret" };

let store: Store;
let server: RunningServer;

before(async () => {
  store = await openMemoryStore();
  server = await startServer({ store, credentials: fixedCredentials([credentials]) });
});

after(async () => {
  await server.drain(1_000);
  await store[Symbol.asyncDispose]();
});

for (const authorizationV4 of [false, true]) {
  describe(`ali-oss and versions, ${authorizationV4 ? "V4" : "V1"}`, () => {
    let client: AliOss;
    let first: string;
    let second: string;
    let marker: string;

    before(async () => {
      client = new AliOssClient({
        ...{ ...credentials, endpoint: server.endpoint, region: "oss-cn-hangzhou", bucket: BUCKET },
        authorizationV4,
      });
      await client.putBucket(BUCKET);
      await store.metadata.updateBucket(BUCKET, { versioning: "Enabled" });
      first = versionIdOf(await client.put("dir/k 中", Buffer.from("one")));
      second = versionIdOf(await client.put("dir/k 中", Buffer.from("second")));
      marker = versionIdOf(await client.delete("dir/k 中"));
    });

    it("finds the object deleted, and each version by its id", async () => {
      await assert.rejects(client.get("dir/k 中"), { code: "NoSuchKey", status: 404 });
      await assert.rejects(client.get("dir/k 中", { versionId: marker }), {
        code: "MethodNotAllowed",
        status: 405,
      });
      const got = await client.get("dir/k 中", { versionId: first });
      const head = await client.head("dir/k 中", { versionId: second });
      const meta = await client.getObjectMeta("dir/k 中", { versionId: second });

      assert.equal(Buffer.from(got.content).toString(), "one");
      assert.equal(versionIdOf(got), first);
      assert.equal(versionIdOf(head), second);
      assert.equal(versionIdOf(meta), second);
    });

    it("brings an old version back by copying it", async () => {
      const copied = await client.copy("dir/back", "dir/k 中", { versionId: first });

      const got = await client.get("dir/back");
      assert.equal(copied.res.headers["x-oss-copy-source-version-id"], first);
      assert.equal(versionIdOf(got), versionIdOf(copied));
      assert.equal(Buffer.from(got.content).toString(), "one");
    });

    it("lists all versions page by page, deletes them by name, and is rid of the bucket", async () => {
      const objects: ListedByAli[] = [];
      const markers: ListedByAli[] = [];
      let query: Record<string, string | number> | undefined = { maxKeys: 2 };
      while (query !== undefined) {
        const page: Awaited<ReturnType<AliOss["getBucketVersions"]>> = await client.getBucketVersions(query);
        objects.push(...page.objects);
        markers.push(...page.deleteMarker);
        query = page.isTruncated
          ? {
              maxKeys: 2,
              keyMarker: page.nextKeyMarker ?? "",
              versionIdMarker: page.nextVersionIdMarker ?? "",
            }
          : undefined;
      }
      const everything = [...objects, ...markers].map(({ name, versionId }) => ({ key: name, versionId }));

      await assert.rejects(client.deleteBucket(BUCKET), { code: "BucketNotEmpty" });
      const { deleted } = await client.deleteMulti(everything);

      assert.deepEqual(
        objects.map(({ name }) => name),
        ["dir/back", "dir/k 中", "dir/k 中"],
      );
      assert.deepEqual(
        objects.slice(1).map(({ versionId }) => versionId),
        [second, first],
      );
      assert.deepEqual(
        markers.map(({ versionId }) => versionId),
        [marker],
      );
      assert.deepEqual(
        deleted.map(({ Key, VersionId }) => ({ key: Key, versionId: VersionId })),
        everything,
      );
      assert.equal((await client.deleteBucket(BUCKET)).res.status, 204);
    });
  });
}

function versionIdOf({ res }: Answer): string {
  const versionId = res.headers["x-oss-version-id"] ?? "";
  assert.match(versionId, /^CAEQ/);
  return versionId;
}
