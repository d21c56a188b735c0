// Every object and every open upload that was acknowledged, read from the server that was started after a crash.
import assert from "node:assert/strict";
import { type Bucket, ServiceError } from "../../src/client/node/index.ts";
import { checkDataFolder } from "../../src/storage/index.ts";
import { currentState } from "./audit-versions.ts";
import { wholeOf } from "./kill-load.ts";
import {
  ABSENT,
  type Content,
  describeStates,
  isRight,
  type Ledger,
  type ObjectState,
  type OpenUpload,
} from "./ledger.ts";

/** How open uploads were ended by audits. */
export interface EndedUploads {
  finished: number;
  aborted: number;
}

/** @throws {AssertionError} when anything acknowledged is missing or changed */
export async function auditObjects(bucket: Bucket, ledger: Ledger, ended: EndedUploads): Promise<void> {
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
  ended: EndedUploads,
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

/** After an orderly stop every blob on disk has an owner, every owner its blob, and every byte is what was written. */
export async function assertNothingIsLeftOver(folder: string): Promise<void> {
  const { faults, queued, unswept } = await checkDataFolder(folder, { checksums: true });
  assert.deepEqual(faults, []);
  assert.deepEqual(queued, { blobCount: 0, bytes: 0 }, "an orderly stop leaves no garbage");
  assert.deepEqual(unswept, { blobCount: 0, bytes: 0 }, "an orderly stop leaves no blob without an owner");
}
