// What the fuzzed server holds: buckets that signed requests may do anything to, and one that nobody may touch, because
// no request for it is ever signed. Its objects are read back at the end.
import assert from "node:assert/strict";
import type { Bucket } from "../../../src/client/node/index.ts";
import type { Credentials } from "../../../src/protocol/signing/credentials.ts";
import type { ServedFolder } from "../../e2e/server-process.ts";
import { seededBytes } from "../seeded-random.ts";

/** What requests are made of: names that are there, and ids that were given out. */
export interface World {
  readonly host: string;
  readonly port: number;
  readonly credentials: Credentials;
  /** Of the buckets that may be changed. */
  readonly buckets: readonly string[];
  readonly keys: readonly string[];
  readonly uploads: readonly OpenUpload[];
  /** Clients of the buckets that may be changed. Each keeps its connection open, so there is one of each. */
  readonly clients: ReadonlyMap<string, Bucket>;
}

export interface OpenUpload {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
}

export const guardedBucket = "guarded-bucket";

/** No signed request names it, so none makes it. */
const unmadeBucket = "unmade-bucket";

const OPEN_BUCKETS = ["fuzz-a", "fuzz-b", "fuzz-c", "fuzz-d"] as const;
const KEYS = [
  "plain",
  "dir/a b+c~中.txt",
  "dir/../x",
  "a//b",
  "versions/one",
  "emoji-😀",
  "appended",
] as const;
const UPLOADS_EACH = 3;
const guardedObjects: ReadonlyMap<string, Uint8Array> = new Map(
  ["plain", "dir/a b+c~中.txt", "empty", "secret", "large"].map((key, index) => [
    key,
    seededBytes(index + 1, key === "empty" ? 0 : 100 + index ** 8),
  ]),
);

/** Fills an empty server. */
export async function makeWorld(served: ServedFolder, credentials: Credentials): Promise<World> {
  const guarded = served.bucket(guardedBucket);
  await guarded.createBucket();
  for (const [key, bytes] of guardedObjects) {
    await guarded.putObject(key, bytes);
  }
  const { hostname, port } = new URL(served.endpoint);
  const world = { host: `${hostname}:${port}`, port: Number(port), credentials, keys: KEYS };
  const clients = new Map(OPEN_BUCKETS.map((name) => [name, served.bucket(name)]));
  return { ...world, buckets: OPEN_BUCKETS, uploads: await renewUploads(clients), clients };
}

/** Fuzzed requests delete buckets and end uploads; new ones keep the next requests from being refused for that alone. */
export async function renewUploads(clients: World["clients"]): Promise<readonly OpenUpload[]> {
  const uploads: OpenUpload[] = [];
  for (const [name, bucket] of clients) {
    await bucket.createBucket().catch(() => undefined);
    await bucket.putObject("plain", seededBytes(7, 500)).catch(() => undefined);
    for (const key of KEYS.slice(0, UPLOADS_EACH)) {
      const uploadId = await bucket.initMultipartUpload(key).then(
        (upload) => upload.uploadId,
        () => "0".repeat(32),
      );
      uploads.push({ bucket: name, key, uploadId });
    }
  }
  return uploads;
}

/** @throws {AssertionError} when anything in the guarded bucket is not as it was put there */
export async function assertGuardedIsUntouched(served: ServedFolder): Promise<void> {
  const bucket: Bucket = served.bucket(guardedBucket);
  const listed = await bucket.listObjectsV2();
  const names = listed.objects.map(({ key }) => key);
  assert.deepEqual(new Set(names), new Set(guardedObjects.keys()), "the guarded bucket's keys");
  for (const [key, bytes] of guardedObjects) {
    const object = await bucket.getObject(key);
    assert.ok(Buffer.from(await object.bytes()).equals(bytes), `the bytes of the guarded object ${key}`);
  }
  const uploads = await bucket.listMultipartUploads();
  assert.deepEqual(uploads.uploads, [], "open uploads in the guarded bucket");
  const { acl } = await bucket.getBucketInfo();
  assert.equal(acl, "private", "the guarded bucket's ACL");
}

/** The same server seen by somebody who may do nothing: the guarded bucket's names, and ids that were never given out. */
export function guardedWorld(world: World): World {
  const keys = [...guardedObjects.keys(), "no-such-key"];
  const uploads = keys.map((key) => ({ bucket: guardedBucket, key, uploadId: "0".repeat(32) }));
  return { ...world, buckets: [guardedBucket, guardedBucket, unmadeBucket], keys, uploads };
}
