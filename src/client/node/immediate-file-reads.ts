// Reading a file on the very thread that sends it. What is in the system's page cache costs a copy of some 50 µs a piece;
// through the pool of threads the same costs twice as much, and wakes two threads. What is on a disk or at the other end
// of a network must go through the pool, so that nobody waits for it. The system does not say beforehand which it will
// be, so the latest reads have to.
import { readSync } from "node:fs";
import type { ImmediateReads } from "../upload/byte-source.ts";

/** A copy of 256 KiB stays far below it, also on an old machine, unless another process got the processor meanwhile. */
export const QUICK_READ_MS = 0.5;

/** Read on this thread before everything else that is due gets its turn: about 1 ms with summing and sending it. */
export const BYTES_PER_TURN: number = 2 * 1024 * 1024;

/** After a slow read so many go the other way. Twice as many after each further one, for a cold file stays cold. */
export const REST_MIN_READS = 16;
export const REST_MAX_READS = 4096;

/** Node's global is a getter, which costs more than the clock, and this one is read twice for each piece of a file. */
const clock = performance;

/** So many quick reads in a row, and the slow ones before them are forgotten. */
const QUICK_READS_TO_FORGET = 16;

export interface ImmediateFileReadsOptions {
  readonly fd: number;
  /** Milliseconds, of any beginning. Default: `performance.now`. */
  readonly nowMs?: () => number;
  /** Default: `setImmediate`. */
  readonly atNextTurn?: (act: () => void) => void;
  /** Default: `readSync`. */
  readonly read?: (fd: number, target: Uint8Array, position: number) => number;
  /** How often this process has made a disk read until now. Default: what the system has counted. */
  readonly diskReadCount?: () => number;
}

export class ImmediateFileReads implements ImmediateReads {
  readonly #fd: number;
  readonly #nowMs: () => number;
  readonly #atNextTurn: (act: () => void) => void;
  readonly #read: (fd: number, target: Uint8Array, position: number) => number;
  readonly #diskReadCount: () => number;
  #lastDiskReadCount: number;
  /** How often `isDue` says no before one read is tried again. */
  #restReads = 0;
  #nextRestReads = REST_MIN_READS;
  #quickReads = 0;
  #turnBytes = 0;
  /** Of everything else; undefined before the first read of ours. */
  #turn: Promise<void> | undefined;
  #isClosed = false;

  constructor({
    fd,
    nowMs = () => clock.now(),
    atNextTurn = setImmediate,
    read = (from, target, position) => readSync(from, target, 0, target.byteLength, position),
    diskReadCount = () => process.resourceUsage().fsRead,
  }: ImmediateFileReadsOptions) {
    this.#fd = fd;
    this.#nowMs = nowMs;
    this.#atNextTurn = atNextTurn;
    this.#read = read;
    this.#diskReadCount = diskReadCount;
    this.#lastDiskReadCount = diskReadCount();
  }

  isDue(): boolean {
    if (this.#restReads > 0) {
      this.#restReads -= 1;
      return false;
    }
    return true;
  }

  turn(): Promise<void> | undefined {
    return this.#turnBytes < BYTES_PER_TURN ? undefined : this.#turn;
  }

  read(position: number, target: Uint8Array): number {
    if (this.#isClosed) {
      throw new Error("the file is closed");
    }
    this.#turn ??= new Promise((resolve) => {
      this.#atNextTurn(() => {
        this.#turnBytes = 0;
        this.#turn = undefined;
        resolve();
      });
    });
    this.#turnBytes += target.byteLength;
    const startMs = this.#nowMs();
    const byteCount = this.#read(this.#fd, target, position);
    this.#took(this.#nowMs() - startMs);
    return byteCount;
  }

  /** The descriptor's number may be another file's from now on. */
  close(): void {
    this.#isClosed = true;
  }

  #took(durationMs: number): void {
    if (durationMs <= QUICK_READ_MS || !this.#hasReadDisk()) {
      this.#quickReads += 1;
      if (this.#quickReads === QUICK_READS_TO_FORGET) {
        this.#nextRestReads = REST_MIN_READS;
      }
      return;
    }
    this.#quickReads = 0;
    this.#restReads = this.#nextRestReads;
    this.#nextRestReads = Math.min(REST_MAX_READS, this.#nextRestReads * 2);
  }

  /** Since it was asked last. A slow read without was no wait for a disk: something else had the processor. */
  #hasReadDisk(): boolean {
    const before = this.#lastDiskReadCount;
    this.#lastDiskReadCount = this.#diskReadCount();
    return this.#lastDiskReadCount > before;
  }
}
