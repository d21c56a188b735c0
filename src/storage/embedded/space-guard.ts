// Says no before a body is received that the disk cannot take. What is under way counts with the length that its sender
// declared, as far as it is not written yet; the reserve counts as taken, also while it is given back.
import { statfs } from "node:fs/promises";
import { StorageError } from "../storage-error.ts";
import { fillReserve, isReserveWhole, releaseReserve, removeReserve, reserveSize } from "./disk-reserve.ts";
import type { SharedPromises } from "./shared-promises.ts";

export interface SpaceGuardOptions {
  /** The data folder. */
  readonly folder: string;
  /** Bytes that are held back for aborts, deletions and the like; 0 for none. */
  readonly reserveBytes: number;
  readonly reportError: (error: unknown) => void;
  /** What all processes over the folder have promised. Default: this is the only one. The guard closes it. */
  readonly promises?: SharedPromises;
}

/** What one body may still write. Disposing of it twice counts once. */
export interface SpaceShare extends Disposable {
  /** To be called before so many bytes are written. @throws {StorageError} no-space */
  take(sizeBytes: number): Promise<void>;
}

/** How long a measurement of the disk counts. What this process writes meanwhile is subtracted. */
const MEASURED_FOR_MS = 50;
/** What other processes may write in that time. */
const WRITTEN_MEANWHILE_MAX_BYTES = 1024 * 1024 * 1024;
/**
 * While there is room in plenty, a process promises so much more than its bodies declare, and lets in so much without a
 * look at what others have promised: small bodies would cost five calls of the system each.
 */
const PROMISED_AHEAD_BYTES = 16 * 1024 * 1024;
/** So much of a body counts until its end, for what a body gives may be on its way to the disk, or wait for others. */
const WRITTEN_LATE_MAX_BYTES = 1024 * 1024;
/** For the database to grow in without the reserve, which has to be written anew each time. */
const MARGIN_MAX_BYTES = 4 * 1024 * 1024;
/** With less than this no database can be opened. */
const OPENING_BYTES = 1024 * 1024;
const FILL_EVERY_MS = 5_000;

export class SpaceGuard implements AsyncDisposable {
  readonly #options: SpaceGuardOptions;
  readonly #marginBytes: number;
  /** By bodies of this process that are under way: declared, and not written yet or only just. */
  #promisedBytes = 0;
  /** What the others are told: what is promised, and what bodies may come that nobody looks for. */
  #statedBytes = 0;
  /** Of what was promised ahead, what no body has taken yet. */
  #aheadBytes = 0;
  /** Of all processes, when it was looked at last. */
  #totalBytes = 0;
  #freeBytes = 0;
  #measuredAtMs = Number.NEGATIVE_INFINITY;
  #measuring: Promise<void> | undefined;
  #filling: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: SpaceGuardOptions) {
    this.#options = options;
    this.#marginBytes = Math.min(MARGIN_MAX_BYTES, options.reserveBytes);
  }

  /** Makes the reserve, and makes it again in the background whenever there is space. Keeps no process alive. */
  async start(): Promise<void> {
    const { folder, reserveBytes, reportError } = this.#options;
    if (reserveBytes === 0) {
      await removeReserve(folder);
      return;
    }
    const fill = () => void this.refill().catch(reportError);
    this.#timer = setInterval(fill, FILL_EVERY_MS).unref();
    fill();
  }

  /** Makes the reserve whole if there is space for that beside all that is under way. */
  refill(): Promise<void> {
    this.#filling ??= this.#fill().finally(() => {
      this.#filling = undefined;
    });
    return this.#filling;
  }

  /** @param sizeBytes  what the sender declared; 0 if it declared nothing @throws {StorageError} no-space */
  async admit(sizeBytes: number): Promise<SpaceShare> {
    if (!this.#takeAhead(sizeBytes)) {
      await this.#measureFor(sizeBytes);
      // With no wait between the two, so that nobody else is promised the same room.
      this.#promise(sizeBytes);
    }
    let unwrittenBytes = sizeBytes;
    let promisedBytes = sizeBytes;
    const keepPromised = (keptBytes: number) => {
      this.#promisedBytes += keptBytes - promisedBytes;
      this.#stateLess();
      promisedBytes = keptBytes;
    };
    return {
      take: async (takenBytes) => {
        const declared = Math.min(takenBytes, unwrittenBytes);
        if (takenBytes > declared) {
          await this.#measureFor(takenBytes - declared);
          this.#assertRoomFor(takenBytes - declared);
        }
        unwrittenBytes -= declared;
        keepPromised(Math.max(unwrittenBytes, Math.min(sizeBytes, WRITTEN_LATE_MAX_BYTES)));
        this.#freeBytes -= takenBytes;
      },
      [Symbol.dispose]: () => keepPromised(0),
    };
  }

  /** From now on it refuses nothing: a store that is closed says so itself. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#filling?.catch(this.#options.reportError);
    this.#options.promises?.[Symbol.dispose]();
  }

  /**
   * Within what was promised ahead, of which others know and which was looked at. Each byte of that is taken once, for what
   * is written of it leaves the disk's room as well. @returns whether the body may come
   */
  #takeAhead(sizeBytes: number): boolean {
    const isFresh = performance.now() - this.#measuredAtMs <= MEASURED_FOR_MS;
    const roomBytes = this.#freeBytes - this.#marginBytes - this.#totalBytes;
    if (
      this.#isClosed ||
      sizeBytes > this.#aheadBytes ||
      !isFresh ||
      roomBytes < WRITTEN_MEANWHILE_MAX_BYTES
    ) {
      return false;
    }
    this.#aheadBytes -= sizeBytes;
    this.#promisedBytes += sizeBytes;
    return true;
  }

  /** @throws {StorageError} no-space; then nothing is promised */
  #promise(sizeBytes: number): void {
    const isRoomAmple =
      this.#options.promises !== undefined &&
      this.#freeBytes - this.#marginBytes - this.#totalBytes >=
        sizeBytes + PROMISED_AHEAD_BYTES + WRITTEN_MEANWHILE_MAX_BYTES;
    this.#promisedBytes += sizeBytes;
    this.#aheadBytes = isRoomAmple ? PROMISED_AHEAD_BYTES : 0;
    this.#state(this.#promisedBytes + this.#aheadBytes);
    // Looked at behind the promise, so that of two processes that promise at once one sees the other's.
    if (!this.#isClosed && this.#roomBytes() < 0) {
      this.#promisedBytes -= sizeBytes;
      this.#aheadBytes = 0;
      this.#state(this.#promisedBytes);
      throw this.#refusal(sizeBytes);
    }
  }

  /** A body has ended, or was written. What was promised ahead stays, until nothing is under way. */
  #stateLess(): void {
    if (this.#promisedBytes === 0) {
      this.#aheadBytes = 0;
    }
    if (this.#aheadBytes === 0) {
      this.#state(this.#promisedBytes);
    }
  }

  #state(statedBytes: number): void {
    if (statedBytes !== this.#statedBytes) {
      this.#statedBytes = statedBytes;
      this.#options.promises?.set(statedBytes);
    }
  }

  async #measureFor(sizeBytes: number): Promise<void> {
    if (!this.#isClosed && performance.now() - this.#measuredAtMs > MEASURED_FOR_MS) {
      await this.#measure();
    }
    // Once more, for the measurement may have begun before something was freed, or before another process wrote.
    const sparedBytes = this.#options.promises === undefined ? 0 : WRITTEN_MEANWHILE_MAX_BYTES;
    if (!this.#isClosed && this.#roomBytes() < sizeBytes + sparedBytes) {
      await this.#measure();
    }
  }

  #assertRoomFor(sizeBytes: number): void {
    if (!this.#isClosed && this.#roomBytes() < sizeBytes) {
      throw this.#refusal(sizeBytes);
    }
  }

  #roomBytes(): number {
    this.#totalBytes = this.#options.promises?.total() ?? this.#promisedBytes;
    return this.#freeBytes - this.#marginBytes - this.#totalBytes;
  }

  /** One measurement serves all who want one meanwhile: under load there are many, and each costs a thread's wake. */
  #measure(): Promise<void> {
    this.#measuring ??= this.#measureNow().finally(() => {
      this.#measuring = undefined;
    });
    return this.#measuring;
  }

  /** As if the reserve were whole: what is missing of it is nobody else's. */
  async #measureNow(): Promise<void> {
    const { folder, reserveBytes } = this.#options;
    const freeBytes = await freeBytesOf(folder);
    this.#freeBytes = freeBytes + Math.min(reserveSize(folder), reserveBytes) - reserveBytes;
    this.#measuredAtMs = performance.now();
  }

  async #fill(): Promise<void> {
    const { folder, reserveBytes } = this.#options;
    if (isReserveWhole(folder, reserveBytes)) {
      return;
    }
    await this.#measure();
    if (this.#roomBytes() >= 0) {
      await fillReserve(folder, reserveBytes);
    }
  }

  #refusal(sizeBytes: number): StorageError {
    const { folder, reserveBytes } = this.#options;
    const room = `${Math.max(0, this.#roomBytes())} bytes are left beside the reserve of ${reserveBytes} and bodies under way`;
    return new StorageError("no-space", `no space for ${sizeBytes} bytes on the disk of ${folder}: ${room}`, {
      fields: { path: folder, sizeBytes },
    });
  }
}

/** Before a folder is locked and its database opened: gives the reserve back if the disk is too full for that. */
export async function makeRoomToOpen(folder: string): Promise<void> {
  if ((await freeBytesOf(folder)) < OPENING_BYTES) {
    releaseReserve(folder);
  }
}

/** Infinity where the file system does not say. */
async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
}
