// Whether parts that the service has are the source's own bytes at their place. By the CRC-64 that it lists, else by an
// ETag that is an MD5; what has neither is not kept.
import type { ByteSource } from "./byte-source.ts";
import type { ComparedPart, FittingPart } from "./fitting-plans.ts";
import { RangeDigests, type RunningMd5 } from "./range-digest.ts";
import type { JournaledPart } from "./upload-journal.ts";

export interface PartComparisonOptions {
  readonly source: ByteSource;
  /** For services that list no CRC-64; without it, nothing of theirs is kept. */
  readonly startMd5?: (() => RunningMd5) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told while the source is read: there may be as much to read as is listed. */
  readonly onProgress?: ((progress: SearchProgress) => void) | undefined;
}

export interface SearchProgress {
  /** Of the source, in all uploads looked at until now. */
  readonly comparedBytes: number;
  /** Those and what is left of the upload being looked at. */
  readonly totalBytes: number;
}

export class PartComparison {
  readonly #digests: RangeDigests;
  readonly #hasMd5: boolean;
  #comparedBytes = 0;
  #totalBytes = 0;

  constructor({ source, startMd5, signal, onProgress }: PartComparisonOptions) {
    this.#hasMd5 = startMd5 !== undefined;
    this.#digests = new RangeDigests({
      source,
      startMd5,
      signal,
      onRead: (byteCount) => {
        this.#comparedBytes += byteCount;
        onProgress?.({ comparedBytes: this.#comparedBytes, totalBytes: this.#totalBytes });
      },
    });
  }

  /**
   * Those that the service has as the source has them, in the order given, with the CRC-64 of the source's bytes.
   *
   * Gives up, with what it has, when it cannot come to more than `enoughBytes` any more; default 0.
   *
   * @throws {ClientError} `source-changed` if the source is shorter than it was
   * @throws the signal's reason after an abort
   */
  async equalParts(parts: readonly FittingPart[], enoughBytes = 0): Promise<readonly JournaledPart[]> {
    const comparable = parts.filter(({ listed }) => this.#isComparable(listed));
    const equal: JournaledPart[] = [];
    let possibleBytes = comparable.reduce((sum, { start, end }) => sum + end - start, 0);
    this.#totalBytes = this.#comparedBytes + possibleBytes;
    for (const part of comparable) {
      const kept = possibleBytes > enoughBytes ? await this.#ifEqual(part) : undefined;
      if (kept === undefined) {
        possibleBytes -= part.end - part.start;
      } else {
        equal.push(kept);
      }
    }
    return equal;
  }

  #isComparable({ crc64, etag }: ComparedPart): boolean {
    return crc64 !== undefined || (this.#hasMd5 && MD5.test(etag));
  }

  async #ifEqual({ listed, start, end }: FittingPart): Promise<JournaledPart | undefined> {
    const { partNumber, etag, sizeBytes } = listed;
    const { crc64, md5 } = await this.#digests.of(start, end, { md5: listed.crc64 === undefined });
    const isEqual = listed.crc64 === undefined ? md5 === etag.toLowerCase() : crc64 === listed.crc64;
    return isEqual ? { partNumber, etag, sizeBytes, crc64 } : undefined;
  }
}

/** The ETag of a part, where it is made of its content. */
const MD5 = /^[0-9a-f]{32}$/i;
