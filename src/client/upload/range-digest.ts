// Digests of ranges of a source, read piece by piece. Ranges that were read stay known, for uploads of one source that
// were cut alike ask for the same ones.
import { Crc64Digest } from "../../protocol/crc64/crc64-digest.ts";
import { BufferPool } from "./buffer-pool.ts";
import type { ByteSource } from "./byte-source.ts";
import { BUFFERS_PER_BODY, READ_SIZE_BYTES, sourceBody } from "./source-body.ts";

export interface RunningMd5 {
  update(bytes: Uint8Array): void;
  /** In lower-case hex. Nothing can be added afterwards. */
  digest(): string;
}

export interface RangeDigest {
  readonly crc64: bigint;
  /** In lower-case hex; undefined where there is no MD5, or it was not asked for. */
  readonly md5: string | undefined;
}

export interface RangeDigestsOptions {
  readonly source: ByteSource;
  /** Left out where the platform has none. */
  readonly startMd5?: (() => RunningMd5) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Bytes that were read since the last call. */
  readonly onRead?: ((byteCount: number) => void) | undefined;
}

export class RangeDigests {
  readonly #options: RangeDigestsOptions;
  /** Two buffers, whatever the ranges' sizes. */
  readonly #pool = new BufferPool({ bufferSizeBytes: READ_SIZE_BYTES, bufferCountMax: BUFFERS_PER_BODY });
  readonly #known = new Map<string, RangeDigest>();

  constructor(options: RangeDigestsOptions) {
    this.#options = options;
  }

  /**
   * The digests of the bytes from `start` up to, but not including, `end`.
   *
   * @throws {ClientError} `source-changed` if the source has not as many
   * @throws the signal's reason after an abort
   */
  async of(start: number, end: number, needs: { readonly md5: boolean }): Promise<RangeDigest> {
    const name = `${start} ${end}`;
    const known = this.#known.get(name);
    if (known !== undefined && (known.md5 !== undefined || !needs.md5)) {
      this.#options.onRead?.(end - start);
      return known;
    }
    const digest = await this.#read(start, end, needs.md5);
    this.#known.set(name, digest);
    return digest;
  }

  async #read(start: number, end: number, needsMd5: boolean): Promise<RangeDigest> {
    const { source, startMd5, signal, onRead } = this.#options;
    const md5 = needsMd5 ? startMd5?.() : undefined;
    const crc64 = new Crc64Digest();
    try {
      for await (const chunk of sourceBody({ source, start, end, pool: this.#pool }).chunks()) {
        signal?.throwIfAborted();
        crc64.update(chunk);
        md5?.update(chunk);
        onRead?.(chunk.byteLength);
      }
      return { crc64: crc64.value, md5: md5?.digest() };
    } finally {
      // Its place in the kernel is given back also after a failure.
      void crc64.value;
    }
  }
}
