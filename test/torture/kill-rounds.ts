// kill -9 in the middle of everything, again and again over one data folder: after each restart every acknowledged
// part and object is there and whole, and every open upload can be finished or aborted.
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { type Bucket, ServiceError } from "../../src/client/node/index.ts";
import { openEmbeddedStore } from "../../src/storage/index.ts";
import { bucketRecord } from "../contract/metadata/records.ts";
import { serveFolder } from "../e2e/server-process.ts";
import { auditVersions, currentState } from "./audit-versions.ts";
import { runLoad, wholeOf } from "./kill-load.ts";
import {
  ABSENT,
  type Content,
  describeStates,
  isRight,
  Ledger,
  type ObjectState,
  type OpenUpload,
} from "./ledger.ts";
import { seededRandom } from "./seeded-random.ts";
import { VersionLedger } from "./version-ledger.ts";

export interface KillRoundsOptions {
  readonly folder: string;
  readonly rounds: number;
  readonly seed: number;
  readonly log: (line: string) => void;
  /** Called for each round whose kill lost nothing. */
  readonly passRound?: () => void;
}

export interface KillRoundsResult {
  readonly acknowledgedCount: number;
  readonly finishedUploadCount: number;
  readonly abortedUploadCount: number;
}

const BUCKET = "torture";
const VERSIONED_BUCKET = "torture-versions";
const WORKER_COUNT = 4;
const KILL_AFTER_MIN_MS = 20;
const KILL_AFTER_MAX_MS = 400;

/** @throws {AssertionError} when anything acknowledged is missing or changed */
export async function runKillRounds({
  folder,
  rounds,
  seed,
  log,
  passRound = () => undefined,
}: KillRoundsOptions): Promise<KillRoundsResult> {
  const random = seededRandom(seed);
  const ledger = new Ledger();
  const versionLedger = new VersionLedger();
  const ended = { finished: 0, aborted: 0 };
  await makeVersionedBucket(folder);
  for (let round = 1; round <= rounds; round += 1) {
    const server = await serveFolder(folder);
    const bucket = server.bucket(BUCKET, { attempts: 1 });
    await bucket.createBucket();
    const versionedBucket = server.bucket(VERSIONED_BUCKET, { attempts: 1 });
    await audit(bucket, ledger, ended);
    await auditVersions(versionedBucket, versionLedger);
    if (round > 1) {
      passRound();
    }
    const killed = new AbortController();
    const load = Array.from({ length: WORKER_COUNT }, (_, worker) =>
      runLoad({
        bucket,
        ledger,
        versionedBucket,
        versionLedger,
        random,
        worker,
        isOver: () => killed.signal.aborted,
      }),
    );
    const settled = Promise.allSettled(load);
    await delay(random.integer(KILL_AFTER_MIN_MS, KILL_AFTER_MAX_MS));
    killed.abort();
    await server.kill();
    for (const outcome of await settled) {
      assert.equal(outcome.status, "fulfilled", outcome.status === "rejected" ? String(outcome.reason) : "");
    }
    const acknowledgedCount = ledger.acknowledgedCount + versionLedger.acknowledgedCount;
    log(
      `round ${round} of ${rounds}: ${acknowledgedCount} acknowledged so far, ${ledger.uploads.size} uploads open`,
    );
  }
  const server = await serveFolder(folder);
  await audit(server.bucket(BUCKET), ledger, ended);
  await auditVersions(server.bucket(VERSIONED_BUCKET), versionLedger);
  assert.equal(await server.stop(), 0, server.stderr());
  await assertNothingIsLeftOver(folder);
  passRound();
  return {
    acknowledgedCount: ledger.acknowledgedCount + versionLedger.acknowledgedCount,
    finishedUploadCount: ended.finished,
    abortedUploadCount: ended.aborted,
  };
}

async function makeVersionedBucket(folder: string): Promise<void> {
  await using store = await openEmbeddedStore(folder);
  await store.metadata.createBucket(bucketRecord({ name: VERSIONED_BUCKET, versioning: "Enabled" }));
}

async function audit(
  bucket: Bucket,
  ledger: Ledger,
  ended: { finished: number; aborted: number },
): Promise<void> {
  for (const key of ledger.keys) {
    const found = await currentState(bucket, key);
    const right = ledger.rightStates(key);
    assert.ok(
      isRight(found, right),
      `${key} is ${describeStates([found])}, but should be ${describeStates(right)}`,
    );
    ledger.settle(key, found);
  }
  for (const upload of ledger.uploads.values()) {
    await auditUpload(bucket, upload, ledger, ended);
    ledger.uploads.delete(upload.uploadId);
  }
}

/** The upload has what was acknowledged; then it is finished, or aborted when it has nothing to finish. */
async function auditUpload(
  bucket: Bucket,
  upload: OpenUpload,
  ledger: Ledger,
  ended: { finished: number; aborted: number },
): Promise<void> {
  const { key, uploadId } = upload;
  const listed = await listParts(bucket, upload);
  if (listed === undefined) {
    assert.ok(upload.isEndUnknown, `upload ${uploadId} of ${key} is gone, but nobody ended it`);
    return;
  }
  for (const [partNumber, right] of upload.parts) {
    const found: ObjectState = listed.get(partNumber) ?? ABSENT;
    assert.ok(
      isRight(found, right),
      `part ${partNumber} of ${uploadId} is ${describeStates([found])}, but should be ${describeStates(right)}`,
    );
  }
  const parts = [...listed].sort(([left], [right]) => left - right);
  const isFinishable =
    parts.length > 0 && parts.slice(0, -1).every(([, { sizeBytes }]) => sizeBytes >= 100 * 1024);
  if (!isFinishable) {
    await bucket.abortMultipartUpload(key, uploadId);
    ended.aborted += 1;
    return;
  }
  const whole = wholeOf(parts.map(([, content]) => content));
  await ledger.change(key, whole, () => bucket.completeMultipartUpload(key, uploadId, "all"));
  assert.ok(isRight(await currentState(bucket, key), [whole]), `${key} is not what its parts were`);
  ended.finished += 1;
}

async function listParts(
  bucket: Bucket,
  upload: OpenUpload,
): Promise<ReadonlyMap<number, Content> | undefined> {
  try {
    const { parts } = await bucket.listParts(upload.key, upload.uploadId);
    return new Map(parts.map(({ partNumber, sizeBytes, crc64 = -1n }) => [partNumber, { sizeBytes, crc64 }]));
  } catch (failure) {
    if (failure instanceof ServiceError && failure.code === "NoSuchUpload") {
      return undefined;
    }
    throw failure;
  }
}

/** After an orderly stop every blob on disk has an owner, and every owner its blob. */
async function assertNothingIsLeftOver(folder: string): Promise<void> {
  const entries = await readdir(join(folder, "blobs"), { recursive: true, withFileTypes: true });
  const stored = entries.filter((entry) => entry.isFile()).length;
  using database = new DatabaseSync(join(folder, "metadata.sqlite"), { readOnly: true });
  const { owned } = database.prepare("SELECT count(*) AS owned FROM part").get() as { owned: number };
  const { queued } = database.prepare("SELECT count(*) AS queued FROM gc").get() as { queued: number };
  assert.equal(stored, owned + queued, `${stored} blobs on disk, ${owned} owned, ${queued} queued`);
  assert.equal(queued, 0, "an orderly stop leaves no garbage");
}
