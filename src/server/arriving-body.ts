// A body on its way from a connection into the receive memory. The connection's side pushes what it has just read; the
// reader's side takes it. While nobody takes, the connection is paused; while nothing comes, there is no buffer.
import { serviceError } from "../protocol/errors/known-error.ts";
import { FilledBuffer } from "./filled-buffer.ts";
import type { ReceiveMemory } from "./receive-memory.ts";
import type { RequestBody } from "./request-body.ts";

export interface ArrivingBodyOptions {
  /** Undefined where only its end tells. */
  readonly sizeBytes: number | undefined;
  /** What of it came together with the head. */
  readonly early?: Uint8Array;
  /** Without a byte for so long, while a reader waits, the request fails with RequestTimeout. */
  readonly stallTimeoutMs: number;
  /** Lets the connection read; `push` tells when it must not any more. */
  readonly resume: () => void;
}

/** What a body may hold that waits for a buffer: the rest stays with the kernel, however many bodies there are. */
const STASHED_MAX_BYTES = 16 * 1024;

/** Shorter ones are cut from a pool of Node's own. */
const POOLED_EARLY_MIN_BYTES = 4 * 1024;
const IDLE_EARLY_BUFFERS_MAX = 64;
/** Used again, for memory of its own with each body is what makes V8 collect its whole heap several times a second. */
const idleEarlyBuffers: Buffer[] = [];

const NOTHING: Uint8Array = new Uint8Array();

export class ArrivingBody implements RequestBody {
  readonly sizeBytes: number | undefined;
  readonly #options: ArrivingBodyOptions;
  /** What the connection has not brought yet; infinite until the end of a body without a size. */
  #missingBytes: number;
  /** What came when there was no buffer for it. */
  #stash: Uint8Array[] = [];
  /** One of those that are used again, as long as the first of the stash lies in it. */
  #earlyBuffer: Buffer | undefined;
  #memory: ReceiveMemory | undefined;
  #filled: FilledBuffer | undefined;
  #isFilledWanted = false;
  #isDiscarded = false;
  #failure: Error | undefined;
  #wakeReader = () => {};

  constructor(options: ArrivingBodyOptions) {
    const { sizeBytes, early = NOTHING } = options;
    this.#options = options;
    this.sizeBytes = sizeBytes;
    this.#missingBytes = (sizeBytes ?? Number.POSITIVE_INFINITY) - early.length;
    if (early.length > 0) {
      this.#stash.push(this.#copyOfEarly(early));
    }
  }

  /** Whether the connection has brought all of it. */
  get isComplete(): boolean {
    return this.#missingBytes === 0;
  }

  /** How many bytes the connection may read next: never more than belong to the body. */
  get readSizeMaxBytes(): number {
    return Math.min(this.#missingBytes, this.#filled?.roomBytes || STASHED_MAX_BYTES);
  }

  /** Takes what the connection has read; the bytes may change afterwards. @returns whether it may read on */
  push(bytes: Uint8Array): boolean {
    this.#missingBytes -= bytes.length;
    if (this.#isDiscarded) {
      this.#wakeIf(this.isComplete);
      return !this.isComplete;
    }
    const rest = this.#stash.length === 0 ? this.#appendToBuffer(bytes) : bytes;
    if (rest.length > 0) {
      this.#stash.push(Buffer.from(rest));
    }
    const isReaderNeeded = rest.length > 0 || this.#filled?.roomBytes === 0 || this.isComplete;
    this.#wakeIf(isReaderNeeded);
    return !isReaderNeeded;
  }

  /** Nothing more belongs to it. */
  end(): void {
    this.#missingBytes = 0;
    this.#wakeReader();
  }

  /** The rest will not come. */
  fail(failure: Error): void {
    this.#failure ??= failure;
    this.#wakeReader();
  }

  get chunks(): AsyncIterable<Uint8Array> {
    return this.#readChunks();
  }

  /** Reads the rest and throws it away, for at most `limitMs`: nobody else gets any. @returns whether all of it came */
  async discard(limitMs: number): Promise<boolean> {
    this.#isDiscarded = true;
    this.#stash = [];
    // Who reads a form goes on behind its refusal, and would wait with a timer for what comes here now.
    this.#wakeReader();
    const deadline = setTimeout(() => this.fail(serviceError("RequestTimeout")), limitMs);
    try {
      while (!this.isComplete && this.#failure === undefined) {
        await this.#untilWoken();
      }
    } finally {
      clearTimeout(deadline);
    }
    return this.isComplete;
  }

  async *runs(memory: ReceiveMemory): AsyncGenerator<Uint8Array> {
    this.#memory = memory;
    try {
      for (;;) {
        if (this.#isDiscarded) {
          throw serviceError("IncompleteBody");
        }
        await this.#moveStash(memory);
        const isEnd = this.isComplete && this.#stash.length === 0;
        const filled = this.#filled;
        if (filled !== undefined && (isEnd || filled.roomBytes === 0 || this.#isFilledWanted)) {
          this.#filled = undefined;
          yield filled.handOver();
        } else if (isEnd) {
          return;
        } else {
          await this.#untilMore();
        }
      }
    } finally {
      this.#memory = undefined;
      this.#filled?.[Symbol.dispose]();
      this.#filled = undefined;
    }
  }

  async *#readChunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.#stash.shift();
      this.#earlyBuffer = undefined;
      if (chunk !== undefined) {
        yield chunk;
      } else if (this.#isDiscarded) {
        throw serviceError("IncompleteBody");
      } else if (this.isComplete) {
        return;
      } else {
        await this.#untilMore();
      }
    }
  }

  async #moveStash(memory: ReceiveMemory): Promise<void> {
    for (let chunk = this.#stash[0]; chunk !== undefined; chunk = this.#stash[0]) {
      this.#filled ??= this.#newFilled(await memory.take(), memory);
      const rest = this.#filled.append(chunk);
      if (rest.length > 0) {
        this.#stash[0] = rest;
        return;
      }
      this.#stash.shift();
      this.#giveEarlyBuffer();
    }
  }

  #copyOfEarly(early: Uint8Array): Uint8Array {
    if (early.length < POOLED_EARLY_MIN_BYTES || early.length > STASHED_MAX_BYTES) {
      return Buffer.from(early);
    }
    this.#earlyBuffer = idleEarlyBuffers.pop() ?? Buffer.allocUnsafeSlow(STASHED_MAX_BYTES);
    this.#earlyBuffer.set(early);
    return this.#earlyBuffer.subarray(0, early.length);
  }

  /** Only where it was copied on: who reads chunks may keep them. */
  #giveEarlyBuffer(): void {
    if (this.#earlyBuffer !== undefined && idleEarlyBuffers.length < IDLE_EARLY_BUFFERS_MAX) {
      idleEarlyBuffers.push(this.#earlyBuffer);
    }
    this.#earlyBuffer = undefined;
  }

  /** @returns what had no room */
  #appendToBuffer(bytes: Uint8Array): Uint8Array {
    const memory = this.#memory;
    if (this.#filled === undefined && memory !== undefined) {
      const buffer = memory.tryTake();
      this.#filled = buffer && this.#newFilled(buffer, memory);
    }
    return this.#filled?.append(bytes) ?? bytes;
  }

  #newFilled(buffer: Uint8Array, memory: ReceiveMemory): FilledBuffer {
    this.#isFilledWanted = false;
    return new FilledBuffer(buffer, memory, () => {
      this.#isFilledWanted = true;
      this.#wakeReader();
    });
  }

  /** @throws {ServiceError} IncompleteBody, RequestTimeout */
  async #untilMore(): Promise<void> {
    const stall = setTimeout(() => this.fail(serviceError("RequestTimeout")), this.#options.stallTimeoutMs);
    this.#stall = stall;
    try {
      await this.#untilWoken();
    } finally {
      clearTimeout(stall);
      this.#stall = undefined;
    }
    if (this.#failure !== undefined && !this.isComplete) {
      throw this.#failure;
    }
  }

  #stall: NodeJS.Timeout | undefined;

  #untilWoken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeReader = resolve;
      if (this.#failure !== undefined) {
        resolve();
      } else {
        this.#options.resume();
      }
    });
  }

  #wakeIf(isNeeded: boolean): void {
    this.#stall?.refresh();
    if (isNeeded) {
      this.#wakeReader();
    }
  }
}
