// The largest upload there is: 10,000 real parts, through a real server. The object is right as a whole, and in ranges
// that lie anywhere, across the borders of its parts.
import assert from "node:assert/strict";
import { statfs } from "node:fs/promises";
import type { Bucket } from "../../src/client/node/index.ts";
import { combineCrc64 } from "../../src/protocol/crc64/combine-crc64.ts";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { type ServedFolder, serveFolder } from "../e2e/server-process.ts";
import { type SeededRandom, seededBytes, seededRandom } from "./seeded-random.ts";

const PART_COUNT = 10_000;
const PART_SIZE_BYTES = 100 * 1024;
const OBJECT_SIZE_BYTES = PART_COUNT * PART_SIZE_BYTES;
const SPACE_NEEDED_BYTES = 2 * OBJECT_SIZE_BYTES;
const SENDER_COUNT = 8;
const RANGE_COUNT = 300;
const RANGE_PARTS_MAX = 3;
const BUCKET = "ten-thousand";
const KEY = "ten thousand parts";

export interface TenThousandPartsOptions {
  readonly folder: string;
  readonly seed: number;
  readonly log: (line: string) => void;
}

/** @throws {AssertionError} when the object is not what its parts were */
export async function runTenThousandParts({ folder, seed, log }: TenThousandPartsOptions): Promise<void> {
  await assertSpace(folder);
  const server = await serveFolder(folder);
  try {
    await assertLargestUpload(server, seed, log);
    assert.equal(await server.stop(), 0, server.stderr());
  } finally {
    await server.kill();
  }
}

async function assertLargestUpload(
  server: ServedFolder,
  seed: number,
  log: (line: string) => void,
): Promise<void> {
  const bucket = server.bucket(BUCKET);
  await bucket.createBucket();
  const { uploadId } = await bucket.initMultipartUpload(KEY);

  const parts = await timed(log, `${PART_COUNT} parts sent, ${SENDER_COUNT} at a time`, () =>
    sendParts(bucket, uploadId, seed),
  );
  await timed(log, "parts listed, page by page", () => assertListed(bucket, uploadId, parts));
  const { crc64: completedCrc64 } = await timed(log, "completed", () =>
    bucket.completeMultipartUpload(KEY, uploadId, parts),
  );
  const expected = parts.reduce((sum, part) => combineCrc64(sum, part.crc64, PART_SIZE_BYTES), 0n);
  assert.equal(completedCrc64, expected);
  await timed(log, `${OBJECT_SIZE_BYTES} bytes read back whole`, () => assertWhole(bucket, expected));
  await timed(log, `${RANGE_COUNT} ranges read`, () => assertRanges(bucket, seed));
  await bucket.deleteObject(KEY);
  await bucket.deleteBucket();
}

interface SentPart {
  readonly partNumber: number;
  readonly etag: string;
  readonly crc64: bigint;
}

/** In ascending order, however they were sent. */
async function sendParts(bucket: Bucket, uploadId: string, seed: number): Promise<readonly SentPart[]> {
  const sent: SentPart[] = [];
  let lastPartNumber = 0;
  const sendNext = async (): Promise<void> => {
    while (lastPartNumber < PART_COUNT) {
      lastPartNumber += 1;
      const partNumber = lastPartNumber;
      const bytes = bytesOfPart(seed, partNumber);
      const { etag } = await bucket.uploadPart(KEY, uploadId, partNumber, bytes);
      sent.push({ partNumber, etag, crc64: crc64(bytes) });
    }
  };
  await Promise.all(Array.from({ length: SENDER_COUNT }, sendNext));
  return sent.sort((first, second) => first.partNumber - second.partNumber);
}

async function assertListed(bucket: Bucket, uploadId: string, parts: readonly SentPart[]): Promise<void> {
  const listed: SentPart[] = [];
  for (let isTruncated = true; isTruncated; ) {
    const partNumberMarker = listed.at(-1)?.partNumber ?? 0;
    const page = await bucket.listParts(KEY, uploadId, { partNumberMarker });
    listed.push(...page.parts.map(({ partNumber, etag, crc64 = -1n }) => ({ partNumber, etag, crc64 })));
    isTruncated = page.isTruncated;
  }
  assert.deepEqual(listed, parts);
}

async function assertWhole(bucket: Bucket, expected: bigint): Promise<void> {
  const object = await bucket.getObject(KEY);
  let sizeBytes = 0;
  let found = 0n;
  for await (const chunk of object.body) {
    found = crc64(chunk, found);
    sizeBytes += chunk.length;
  }
  assert.deepEqual({ sizeBytes, crc64: found }, { sizeBytes: OBJECT_SIZE_BYTES, crc64: expected });
}

async function assertRanges(bucket: Bucket, seed: number): Promise<void> {
  const random = seededRandom(seed);
  for (let index = 0; index < RANGE_COUNT; index += 1) {
    const range = randomRange(random);
    const object = await bucket.getObject(KEY, { range });
    const found = Buffer.from(await object.bytes());
    assert.ok(found.equals(bytesOfRange(seed, range)), `bytes ${range.start} … ${range.end} are wrong`);
  }
}

interface Range {
  readonly start: number;
  /** Inclusive, as on the wire. */
  readonly end: number;
}

/** Begins in a part and ends in one of the next. */
function randomRange(random: SeededRandom): Range {
  const start = random.integer(0, OBJECT_SIZE_BYTES - 1);
  const end = start + random.integer(0, RANGE_PARTS_MAX * PART_SIZE_BYTES);
  return { start, end: Math.min(end, OBJECT_SIZE_BYTES - 1) };
}

function bytesOfRange(seed: number, { start, end }: Range): Buffer {
  const firstPartIndex = Math.floor(start / PART_SIZE_BYTES);
  const lastPartIndex = Math.floor(end / PART_SIZE_BYTES);
  const parts: Uint8Array[] = [];
  for (let partIndex = firstPartIndex; partIndex <= lastPartIndex; partIndex += 1) {
    parts.push(bytesOfPart(seed, partIndex + 1));
  }
  const offset = firstPartIndex * PART_SIZE_BYTES;
  return Buffer.concat(parts).subarray(start - offset, end + 1 - offset);
}

function bytesOfPart(seed: number, partNumber: number): Uint8Array {
  return seededBytes(seed + partNumber, PART_SIZE_BYTES);
}

async function assertSpace(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  assert.ok(
    bavail * bsize >= SPACE_NEEDED_BYTES,
    `10,000 parts need ${SPACE_NEEDED_BYTES} bytes free at ${folder}, and there are ${bavail * bsize}`,
  );
}

async function timed<Result>(
  log: (line: string) => void,
  what: string,
  act: () => Promise<Result>,
): Promise<Result> {
  const startedAtMs = performance.now();
  const result = await act();
  log(`${what}: ${((performance.now() - startedAtMs) / 1000).toFixed(2)} s`);
  return result;
}
