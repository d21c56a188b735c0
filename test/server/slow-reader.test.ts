// Who reads slowly reads to the end what he opened: while the object is overwritten and deleted, while its grace passes,
// and while garbage is collected again and again.
import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { after, before, describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { GARBAGE_GRACE_MS, openEmbeddedStore, type Store } from "../../src/storage/index.ts";
import { writeBlob } from "../contract/blob-store-contract.ts";
import { completionOf, openUpload, partRecord } from "../contract/metadata/records.ts";
import { makeTemporaryFolder } from "../storage/temporary-folder.ts";
import { startTestServer, type TestServer, testBucket } from "./test-server.ts";

const PART_COUNT = 120;
const PART_SIZE_BYTES = 100 * 1024;
const COLLECTIONS_MAX = 1_000;

describe("a slow reader of an object of many parts", () => {
  const resources = new AsyncDisposableStack();
  let nowMs = Date.now();
  let server: TestServer;
  before(async () => {
    const folder = resources.use(await makeTemporaryFolder());
    const store = await openEmbeddedStore(folder.path, { now: () => nowMs, collectEveryMs: "never" });
    server = resources.use(await startTestServer({ store }));
  });
  after(() => resources.disposeAsync());

  const ends = {
    deleted: (key: string) => server.send({ method: "DELETE", key }),
    overwritten: (key: string) => server.send({ method: "PUT", key, body: "newer" }),
  };
  for (const [what, end] of Object.entries(ends)) {
    it(`gets all of it when it is ${what} after the first byte, and its blobs go when he has read`, async () => {
      const expected = await putObject(server.store, what);
      const response = await openSlowly(what);
      await end(what);
      for (let count = 0; count < 3; count += 1) {
        nowMs += 2 * GARBAGE_GRACE_MS;
        await server.store.collectGarbage();
      }

      const found = await readAll(response);

      assert.deepEqual(found, { sizeBytes: PART_COUNT * PART_SIZE_BYTES, crc64: expected });
      await collectUntilGone(blobIdsOf.get(what) ?? []);
      assert.equal(await storedCount(blobIdsOf.get(what) ?? []), 0);
    });
  }

  const blobIdsOf = new Map<string, readonly string[]>();

  /** @returns its CRC-64 */
  async function putObject({ metadata, blobs }: Store, key: string): Promise<bigint> {
    const parts = await Promise.all(
      Array.from({ length: PART_COUNT }, async (_, index) => {
        const bytes = Buffer.alloc(PART_SIZE_BYTES, `${index} `);
        const blobId = await writeBlob(blobs, [bytes]);
        return partRecord(index + 1, { blobId, sizeBytes: bytes.length, crc64: crc64(bytes) });
      }),
    );
    blobIdsOf.set(
      key,
      parts.map(({ blobId }) => blobId),
    );
    const upload = await openUpload(metadata, { bucket: testBucket, key, parts });
    return (await metadata.completeUpload(completionOf(upload, parts))).crc64;
  }

  /** The head has come, and of the body what the sockets hold. */
  async function openSlowly(key: string): Promise<IncomingMessage> {
    const { headers } = await server.sign({ key });
    const { hostname: host, port } = server.endpoint;
    const outgoing = request({ host, port, path: `/${testBucket}/${key}`, headers, agent: false }).end();
    const [response] = (await once(outgoing, "response")) as [IncomingMessage];
    assert.equal(response.statusCode, 200);
    return response;
  }

  /** A reader is done when the server knows of it, some turns after he has the last byte. */
  async function collectUntilGone(ids: readonly string[]): Promise<void> {
    for (let count = 0; count < COLLECTIONS_MAX && (await storedCount(ids)) > 0; count += 1) {
      await turn();
      nowMs += 2 * GARBAGE_GRACE_MS;
      await server.store.collectGarbage();
    }
  }

  async function storedCount(ids: readonly string[]): Promise<number> {
    const stored = new Set<string>();
    for await (const id of server.store.blobs.list(ids[0]?.split("/")[0] ?? "")) {
      stored.add(id);
    }
    return ids.filter((id) => stored.has(id)).length;
  }
});

async function readAll(response: IncomingMessage): Promise<unknown> {
  let sizeBytes = 0;
  let sum = 0n;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.length;
    sum = crc64(chunk, sum);
  }
  return { sizeBytes, crc64: sum };
}
