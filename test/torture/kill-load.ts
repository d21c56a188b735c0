// A load that leaves nothing simple alone: objects are put, overwritten, appended to and deleted, uploads are begun, their
// parts sent and sent again, completed, aborted, or left open; where versions are kept, they are put, hidden and removed.
// Several workers at once; each ends when the server is gone.
import assert from "node:assert/strict";
import type { Bucket } from "../../src/client/node/index.ts";
import { combineCrc64 } from "../../src/protocol/crc64/combine-crc64.ts";
import { ABSENT, type Content, contentOf, type Ledger, type OpenUpload } from "./ledger.ts";
import { type SeededRandom, seededBytes } from "./seeded-random.ts";
import type { VersionLedger } from "./version-ledger.ts";
import { LostWithWorker } from "./watched-calls.ts";

const KEYS_PER_WORKER = 4;
const FULL_PART_SIZE_BYTES = 100 * 1024;
/** Large enough for a file of its own; what is smaller shares one with others. */
const LARGE_BYTES = 1_100_000;
/** Of objects and parts. */
const LARGE_FRACTION = 0.2;

export interface LoadOptions {
  readonly bucket: Bucket;
  readonly ledger: Ledger;
  /** Keeps versions. */
  readonly versionedBucket: Bucket;
  readonly versionLedger: VersionLedger;
  readonly random: SeededRandom;
  /** Workers use keys of their own, so that the ledger knows the order of what happens to one key. */
  readonly worker: number;
  readonly isOver: () => boolean;
  /** Makes each call to the service, so that whoever kills knows what runs, and for how long. */
  readonly call: <T>(operation: LoadOperation, act: () => Promise<T>) => Promise<T>;
}

/** The calls of the load, by the operation's name; those of versions count as what they are. */
export const LOAD_OPERATIONS = [
  "PutObject",
  "DeleteObject",
  "AppendObject",
  "InitiateMultipartUpload",
  "UploadPart",
  "CompleteMultipartUpload",
  "AbortMultipartUpload",
] as const;

export type LoadOperation = (typeof LOAD_OPERATIONS)[number];

export async function runLoad(options: LoadOptions): Promise<void> {
  const { random, isOver } = options;
  const acts = [
    ...[putObject, putObject, deleteObject, upload, upload, upload],
    ...[append, append, append, deleteAppended],
    ...[putVersion, putVersion, putVersion, markDeleted, removeVersion, removeVersion],
  ];
  try {
    while (!isOver()) {
      await random.pick(acts)(options);
    }
  } catch (failure) {
    // Of what was lost with its worker nobody knows whether it happened: this one's keys are left alone until the audit.
    if (!isOver() && !(failure instanceof LostWithWorker)) {
      throw failure;
    }
  }
}

function keyOf({ worker, random }: LoadOptions): string {
  return `worker-${worker}/key ${random.integer(1, KEYS_PER_WORKER)}`;
}

async function putObject(options: LoadOptions): Promise<void> {
  const { bucket, ledger, random, call } = options;
  const key = keyOf(options);
  const sizeBytes = random.next() < LARGE_FRACTION ? LARGE_BYTES : random.integer(0, 300_000);
  const bytes = seededBytes(random.integer(1, 2 ** 31), sizeBytes);
  await ledger.change(key, contentOf(bytes), () => call("PutObject", () => bucket.putObject(key, bytes)));
}

async function deleteObject(options: LoadOptions): Promise<void> {
  await deleteKey(keyOf(options), options);
}

async function deleteKey(key: string, { bucket, ledger, call }: LoadOptions): Promise<void> {
  await ledger.change(key, ABSENT, () => call("DeleteObject", () => bucket.deleteObject(key)));
}

/** Of a key that only appends write to. */
function appendedKeyOf({ worker }: LoadOptions): string {
  return `worker-${worker}/log`;
}

async function append(options: LoadOptions): Promise<void> {
  const { bucket, ledger, random, call } = options;
  const key = appendedKeyOf(options);
  const [state = ABSENT] = ledger.rightStates(key);
  const before = state === ABSENT ? { sizeBytes: 0, crc64: 0n } : state;
  const bytes = seededBytes(random.integer(1, 2 ** 31), random.integer(1, 50_000));
  await ledger.change(key, wholeOf([before, contentOf(bytes)]), async () => {
    const query = { append: true, position: before.sizeBytes } as const;
    const url = await bucket.signUrl("POST", key, { expiresInSeconds: 60, query });
    await call("AppendObject", async () => {
      const response = await fetch(url, { method: "POST", body: Buffer.from(bytes) });
      assert.equal(response.status, 200, await response.text());
    });
  });
}

async function deleteAppended(options: LoadOptions): Promise<void> {
  await deleteKey(appendedKeyOf(options), options);
}

async function putVersion(options: LoadOptions): Promise<void> {
  const { versionedBucket, versionLedger, random, call } = options;
  const key = keyOf(options);
  const bytes = seededBytes(random.integer(1, 2 ** 31), random.integer(0, 50_000));
  await versionLedger.put(key, contentOf(bytes), async () => {
    const { versionId } = await call("PutObject", () => versionedBucket.putObject(key, bytes));
    return versionId;
  });
}

async function markDeleted(options: LoadOptions): Promise<void> {
  const key = keyOf(options);
  await options.versionLedger.mark(key, async () => {
    const { versionId } = await options.call("DeleteObject", () => options.versionedBucket.deleteObject(key));
    return versionId;
  });
}

async function removeVersion(options: LoadOptions): Promise<void> {
  const { versionedBucket, versionLedger, random, call } = options;
  const key = keyOf(options);
  const versionIds = versionLedger.idsOf(key);
  if (versionIds.length > 0) {
    const versionId = random.pick(versionIds);
    await versionLedger.remove(key, versionId, () =>
      call("DeleteObject", () => versionedBucket.deleteObject(key, { versionId })),
    );
  }
}

async function upload(options: LoadOptions): Promise<void> {
  const { bucket, ledger, random, call } = options;
  const key = keyOf(options);
  const { uploadId } = await call("InitiateMultipartUpload", () => bucket.initMultipartUpload(key));
  const open: OpenUpload = { key, uploadId, parts: new Map(), isEndUnknown: false };
  ledger.uploads.set(uploadId, open);
  const partCount = random.integer(1, 5);
  const etags = new Map<number, { readonly etag: string; readonly content: Content }>();
  const sendPart = async (partNumber: number) => {
    const fullBytes = random.next() < LARGE_FRACTION ? LARGE_BYTES : FULL_PART_SIZE_BYTES;
    const sizeBytes =
      partNumber === partCount ? random.integer(1, 200_000) : fullBytes + random.integer(0, 999);
    const bytes = seededBytes(random.integer(1, 2 ** 31), sizeBytes);
    const content = contentOf(bytes);
    await ledger.changePart(open, partNumber, content, async () => {
      const { etag } = await call("UploadPart", () => bucket.uploadPart(key, uploadId, partNumber, bytes));
      etags.set(partNumber, { etag, content });
    });
  };
  await Promise.all(Array.from({ length: partCount }, (_, index) => sendPart(index + 1)));
  await sendPart(random.integer(1, partCount));

  const end = random.next();
  if (end < 0.15) {
    return;
  }
  open.isEndUnknown = true;
  if (end < 0.3) {
    await call("AbortMultipartUpload", () => bucket.abortMultipartUpload(key, uploadId));
  } else {
    const parts = [...etags].sort(([left], [right]) => left - right);
    const whole = wholeOf(parts.map(([, { content }]) => content));
    const named = parts.map(([partNumber, { etag }]) => ({ partNumber, etag }));
    await ledger.change(key, whole, () =>
      call("CompleteMultipartUpload", () => bucket.completeMultipartUpload(key, uploadId, named)),
    );
  }
  ledger.uploads.delete(uploadId);
}

export function wholeOf(parts: readonly Content[]): Content {
  return parts.reduce(
    (whole, part) => ({
      sizeBytes: whole.sizeBytes + part.sizeBytes,
      crc64: combineCrc64(whole.crc64, part.crc64, part.sizeBytes),
    }),
    { sizeBytes: 0, crc64: 0n },
  );
}
