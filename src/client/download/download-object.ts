// A whole object into a target: in ranges, several at a time, going on with what an earlier run left, and compared with
// the service's CRC-64 before it counts.
import { combineCrc64 } from "../../protocol/crc64/combine-crc64.ts";
import { crc64 } from "../../protocol/crc64/crc64.ts";
import { present } from "../../protocol/fields/present.ts";
import type { HeadObjectInput, HeadObjectOutput } from "../../protocol/operations/head-object.ts";
import type { Options } from "../bucket-options.ts";
import { ClientError } from "../client-error.ts";
import type { Clock } from "../clock.ts";
import type { TransferWindow } from "../flow/transfer-window.ts";
import {
  type DownloadRange,
  downloadRanges,
  fittingRangeSize,
  RANGE_SIZE_DEFAULT_BYTES,
} from "./download-ranges.ts";
import type { ArrivedRange, DownloadTarget, ObjectIdentity } from "./download-target.ts";
import { type DownloadCalls, fetchRange } from "./fetch-range.ts";

export interface DownloadOptions {
  /** Undefined: the current version. */
  readonly versionId?: string | undefined;
  /** Bytes of a request, 1 MiB … 5 GiB; default 8 MiB, doubled until 10,000 suffice. */
  readonly rangeSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called often, between other work: return soon. What it throws ends the download. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

export interface DownloadProgress {
  /** What an earlier run left included. */
  readonly receivedBytes: number;
  readonly totalBytes: number;
}

export interface DownloadResult {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  readonly versionId?: string;
  readonly sizeBytes: number;
  /** CRC-64/XZ of the bytes that arrived. */
  readonly crc64: bigint;
  /** Whether the service told a CRC-64 to compare with. */
  readonly isChecked: boolean;
  /** What an earlier run had left and did not have to come again. */
  readonly keptBytes: number;
}

export interface DownloadMeans {
  readonly bucket: DownloadCalls & {
    headObject(key: string, options: Options<HeadObjectInput>): Promise<HeadObjectOutput>;
  };
  readonly window: TransferWindow;
  readonly clock: Clock;
  /** 0 ≤ random() < 1. */
  readonly random: () => number;
  readonly attemptCountMax: number;
}

const RANGE_SIZE_MIN_BYTES: number = 1024 * 1024;
const RANGE_SIZE_MAX_BYTES: number = 5 * 1024 * 1024 * 1024;

/**
 * Downloads `key` into `target`, which is closed in the end.
 *
 * @throws {ServiceError} NoSuchKey …
 * @throws {ClientError} object-changed, checksum-mismatch
 * @throws {RangeError} if `rangeSize` is outside its range
 * @throws the signal's reason after an abort; what has arrived is kept
 */
export async function downloadObject(
  means: DownloadMeans,
  key: string,
  target: DownloadTarget,
  options: DownloadOptions = {},
): Promise<DownloadResult> {
  try {
    return await new Download(means, key, target, options).run();
  } finally {
    await target.close();
  }
}

class Download {
  readonly #means: DownloadMeans;
  readonly #key: string;
  readonly #target: DownloadTarget;
  readonly #options: DownloadOptions;
  readonly #stopper = new AbortController();
  readonly #signal: AbortSignal;
  readonly #sums = new Map<number, bigint>();
  #receivedBytes = 0;

  constructor(means: DownloadMeans, key: string, target: DownloadTarget, options: DownloadOptions) {
    this.#means = means;
    this.#key = key;
    this.#target = target;
    this.#options = options;
    const { signal } = options;
    this.#signal = AbortSignal.any([this.#stopper.signal, ...(signal ? [signal] : [])]);
  }

  async run(): Promise<DownloadResult> {
    const { rangeSize = RANGE_SIZE_DEFAULT_BYTES } = this.#options;
    assertRangeSize(rangeSize);
    const identity = await this.#identify();
    const rangeSizeBytes = fittingRangeSize(identity.sizeBytes, rangeSize);
    const ranges = downloadRanges(identity.sizeBytes, rangeSizeBytes);
    const earlier = await this.#target.begin(identity, rangeSizeBytes);
    await this.#keepWhole(ranges, earlier, identity);
    const keptBytes = this.#receivedBytes;
    await this.#fetchMissing(ranges, identity);
    const whole = ranges.reduce(
      (sum, { index, start, end }) => combineCrc64(sum, this.#sums.get(index) ?? 0n, end - start),
      0n,
    );
    await this.#assertSame(whole, identity);
    await this.#target.finish();
    const { etag, versionId, sizeBytes } = identity;
    const isChecked = identity.crc64 !== undefined;
    return {
      ...present({ bucket: this.#means.bucket.name, key: this.#key, etag, versionId, sizeBytes }),
      crc64: whole,
      isChecked,
      keptBytes,
    };
  }

  async #identify(): Promise<ObjectIdentity> {
    const asked = present({ versionId: this.#options.versionId });
    const head = await this.#means.bucket.headObject(this.#key, { ...asked, signal: this.#signal });
    const { etag, sizeBytes, crc64: sum, versionId } = head;
    return { etag, sizeBytes, crc64: sum, versionId: this.#options.versionId ?? versionId };
  }

  /** Takes over the ranges whose bytes are what was noted of them. */
  async #keepWhole(
    ranges: readonly DownloadRange[],
    earlier: readonly ArrivedRange[],
    { sizeBytes }: ObjectIdentity,
  ): Promise<void> {
    const buffer = new Uint8Array(Math.min(RANGE_SIZE_MIN_BYTES, sizeBytes));
    for (const { rangeIndex, crc64: noted } of earlier) {
      const range = ranges[rangeIndex];
      this.#signal.throwIfAborted();
      if (range !== undefined && (await this.#sumOf(range, buffer)) === noted) {
        this.#sums.set(rangeIndex, noted);
        this.#received(range.end - range.start, sizeBytes);
      }
    }
  }

  async #sumOf({ start, end }: DownloadRange, buffer: Uint8Array): Promise<bigint | undefined> {
    let sum = 0n;
    for (let position = start; position < end; ) {
      const piece = buffer.subarray(0, Math.min(buffer.byteLength, end - position));
      const readBytes = await this.#target.read(position, piece);
      if (readBytes === 0) {
        return undefined;
      }
      sum = crc64(piece.subarray(0, readBytes), sum);
      position += readBytes;
    }
    return sum;
  }

  async #fetchMissing(ranges: readonly DownloadRange[], identity: ObjectIdentity): Promise<void> {
    const missing = ranges.filter(({ index }) => !this.#sums.has(index)).values();
    const { window } = this.#means;
    // Each worker takes the next range when the window gives it a place, so that a window that grows finds somebody.
    const work = async () => {
      for (const range of missing) {
        const place = await window.acquire(this.#signal);
        let doneBytes = 0;
        try {
          await this.#fetch(range, identity, place);
          doneBytes = range.end - range.start;
        } finally {
          place.release(doneBytes);
        }
      }
    };
    const workers = Array.from({ length: Math.min(window.sizeMax, ranges.length) }, work);
    try {
      await Promise.all(workers);
    } catch (error) {
      this.#stopper.abort(error);
      await Promise.allSettled(workers);
      throw error;
    }
  }

  async #fetch(
    range: DownloadRange,
    identity: ObjectIdentity,
    place: Awaited<ReturnType<TransferWindow["acquire"]>>,
  ): Promise<void> {
    const { bucket, clock, random, attemptCountMax } = this.#means;
    const sum = await fetchRange({
      ...{ bucket, clock, random, attemptCountMax, identity, range, place },
      key: this.#key,
      target: this.#target,
      signal: this.#signal,
      onReceived: (byteCount) => this.#received(byteCount, identity.sizeBytes),
    });
    this.#sums.set(range.index, sum);
    await this.#target.noteArrived({ rangeIndex: range.index, crc64: sum });
  }

  #received(byteCount: number, totalBytes: number): void {
    this.#receivedBytes += byteCount;
    this.#options.onProgress?.({ receivedBytes: this.#receivedBytes, totalBytes });
  }

  async #assertSame(whole: bigint, identity: ObjectIdentity): Promise<void> {
    if (identity.crc64 === undefined || identity.crc64 === whole) {
      return;
    }
    await this.#target.distrust();
    throw new ClientError(
      "checksum-mismatch",
      `oss://${this.#means.bucket.name}/${this.#key} arrived changed: its CRC-64 is ${identity.crc64}, of the bytes ` +
        `received ${whole}; ${this.#target.label} was not touched; download it again`,
    );
  }
}

function assertRangeSize(rangeSize: number): void {
  if (
    !Number.isSafeInteger(rangeSize) ||
    rangeSize < RANGE_SIZE_MIN_BYTES ||
    rangeSize > RANGE_SIZE_MAX_BYTES
  ) {
    throw new RangeError(
      `rangeSize must be an integer from ${RANGE_SIZE_MIN_BYTES} to ${RANGE_SIZE_MAX_BYTES}, but is ${rangeSize}`,
    );
  }
}
