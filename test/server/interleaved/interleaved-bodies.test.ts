// Bodies of many connections at once, in drawn pieces and framings; some break off, are refused, or meet a disk that fails.
// Every byte says whose it is. What was acknowledged is there, byte by byte; of the rest there is nothing; and nothing is
// kept: no buffer, no promised space, and no blob that nobody owns.
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { receiveMemory } from "../../../src/server/receive-memory.ts";
import type { BlobId } from "../../../src/storage/blob-store.ts";
import { openEmbeddedStore, StorageError, type Store } from "../../../src/storage/index.ts";
import { makeTemporaryFolder } from "../../storage/temporary-folder.ts";
import { startTestServer, type TestServer } from "../test-server.ts";
import { runConnection, type SentRequest } from "./drawn-connection.ts";
import { drawnRequests, FAILING_SIZE_BYTES, isDiskFailing, isSound } from "./drawn-request.ts";

const BUCKET = "everybodys";
/** Where nobody may write. */
const PRIVATE_BUCKET = "nobodys";
const RUNS = 8;
const CONNECTION_COUNT_MAX = 10;

for (const door of ["fast", "http"] as const) {
  describe(`bodies side by side at the ${door} door`, () => {
    const resources = new AsyncDisposableStack();
    const unexpected: unknown[] = [];
    let service: TestServer;
    let folderPath = "";
    let requestNumber = 0;
    before(async () => {
      const folder = resources.use(await makeTemporaryFolder());
      folderPath = folder.path;
      const store = await openEmbeddedStore(folderPath);
      failSomeWrites(store);
      const reportFailure = (failure: unknown) => {
        if (failure !== diskFailure) {
          unexpected.push(failure);
        }
      };
      service = resources.use(await startTestServer({ store, door, reportFailure }));
      const headers = { "x-oss-acl": "public-read-write" };
      await service.send({ method: "PUT", bucket: BUCKET, headers });
      await service.send({ method: "PUT", bucket: PRIVATE_BUCKET });
    });
    after(() => resources.disposeAsync());

    it("become what was acknowledged, byte by byte, and nothing else", async () => {
      const connections = fc.array(drawnRequests, { minLength: 1, maxLength: CONNECTION_COUNT_MAX });
      const property = fc.asyncProperty(connections, async (drawn) => {
        const idleBefore = receiveMemory().idleCount;
        const begun = { method: "POST", bucket: BUCKET, key: "parts", query: [["uploads", ""]] } as const;
        const uploadId = (await service.send(begun)).element("UploadId") ?? "";
        const firstNumber = requestNumber;
        const numbered = drawn.map((requests) =>
          requests.map((request) => {
            requestNumber += 1;
            const bucket = request.fate === "refused" ? PRIVATE_BUCKET : BUCKET;
            const key = request.kind === "part" ? "parts" : `k${requestNumber}`;
            const partNumber = requestNumber - firstNumber;
            return [request, { bucket, key, uploadId, partNumber }, requestNumber] as const;
          }),
        );

        const { port = 0 } = service.endpoint;
        const sent = await Promise.all(numbered.map((requests) => runConnection(port, requests)));

        await untilAtRest(service.store, folderPath, idleBefore);
        for (const one of sent.flat()) {
          await assertOutcome(one, service);
        }
        assert.deepEqual(unexpected, []);
      });
      await fc.assert(property, { numRuns: RUNS });
    });
  });
}

async function assertOutcome(one: SentRequest, service: TestServer): Promise<void> {
  const { request, body, answer, mayBeLost } = one;
  const found = await bytesOf(one, service);
  const what = JSON.stringify({ ...request, status: answer?.status, text: answer?.body.toString() });

  const isGood = isSound(request) && !isDiskFailing(request) && request.fate !== "refused";
  assert.ok(answer !== undefined || mayBeLost, what);
  assert.ok(answer === undefined || answer.status < 300 === isGood, what);
  const mustBeThere = answer !== undefined && answer.status < 300;
  assert.ok(found !== undefined || !mustBeThere, what);
  if (found !== undefined) {
    assert.ok(isGood, what);
    assert.equal(found.length, body.length, what);
    assert.equal(hash("md5", found), hash("md5", body), what);
  }
}

/** Of the part only if it says of itself that it is this body. */
async function bytesOf({ request, target, body }: SentRequest, service: TestServer) {
  const { bucket, key, uploadId, partNumber } = target;
  if (request.kind !== "part") {
    const answer = await service.send({ bucket, key });
    return answer.status === 200 ? answer.body : undefined;
  }
  const { metadata, blobs } = service.store;
  const upload = { bucket, key, uploadId };
  if ((await metadata.getUpload(upload)) === undefined) {
    return undefined;
  }
  const page = await metadata.listParts(upload, { afterPartNumber: partNumber - 1, limit: 1 });
  const [part] = page.parts;
  if (part?.partNumber !== partNumber) {
    return undefined;
  }
  assert.equal(part.md5, hash("md5", body));
  await using reader = await blobs.open(part.blobId);
  const bytes = Buffer.alloc(part.sizeBytes);
  assert.equal(await reader.read(0, bytes), bytes.length);
  return bytes;
}

const diskFailure = new StorageError("no-space", "a disk that fails on purpose");

/** The first write of some bodies. */
function failSomeWrites({ blobs }: Store): void {
  const create = blobs.create.bind(blobs);
  const fail = async () => {
    throw diskFailure;
  };
  Object.assign(blobs, {
    async create(declared?: { readonly sizeBytes?: number }) {
      const writer = await create(declared);
      return declared?.sizeBytes === FAILING_SIZE_BYTES
        ? Object.assign(writer, { write: fail, writeWhole: fail })
        : writer;
    },
  });
}

const REST_TIMEOUT_MS = 10_000;

/** The server sees a moment later than the client that this one is gone. */
async function untilAtRest(store: Store, folder: string, idleCount: number): Promise<void> {
  const deadlineMs = performance.now() + REST_TIMEOUT_MS;
  for (;;) {
    const busyCount = idleCount - receiveMemory().idleCount;
    const ownerless = await blobsWithoutOwner(store);
    const promisedBytes = await readPromised(folder);
    if (busyCount === 0 && ownerless.length === 0 && promisedBytes === 0) {
      return;
    }
    const left = { busyCount, ownerless, promisedBytes };
    assert.ok(performance.now() < deadlineMs, `what is left: ${JSON.stringify(left)}`);
    await turn();
  }
}

/** How much of the disk bodies under way may still take: docs/STORAGE.md, the file `promised`. */
async function readPromised(folder: string): Promise<number> {
  const bytes = await readFile(join(folder, "promised"));
  const sums = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return sums.slice(1).reduce((total, sum) => total + sum, 0);
}

/** Of all that this store has written. */
async function blobsWithoutOwner({ blobs, metadata }: Store): Promise<readonly BlobId[]> {
  const ids: BlobId[] = [];
  for await (const id of blobs.list(LEASE)) {
    ids.push(id);
  }
  return metadata.findOrphans(ids);
}

/** The first run of a store has the first name. */
const LEASE = "1";
