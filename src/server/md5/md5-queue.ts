// MD5 of many bodies at once. One MD5 is bound by the chain of its steps, so the filled buffers of up to eight bodies
// are hashed together: once a turn of the event loop, what has come by then.
import {
  BLOCK_SIZE_BYTES,
  initialRegisters,
  LANE_COUNT,
  type Md5Kernel,
  type Md5Lane,
  type Md5Registers,
} from "./md5-kernel.ts";

/** An MD5 under way. */
export interface RunningDigest {
  /**
   * Takes in `bytes`, which lie in the queue's memory and stay as they are until the promise resolves. One call at a
   * time.
   */
  update(bytes: Uint8Array): Promise<void>;
  /** The 16 bytes of the digest. Ends it: to be called once, or `abandon`. */
  digest(): Buffer;
  /** Ends it without a result: nobody waits for its bytes any more. */
  abandon(): void;
}

/** Whole blocks of one stream. */
interface Job extends Md5Lane {
  address: number;
  blockCount: number;
  readonly onDone: () => void;
}

/** When the queue goes to work. */
export interface QueueClock {
  /** Calls in the next turn of the event loop, after what has come from the network. */
  readonly nextTurn: (work: () => void) => void;
  /** Calls after so long. @returns takes it back */
  readonly after: (durationMs: number, work: () => void) => () => void;
}

const systemQueueClock: QueueClock = {
  nextTurn: setImmediate,
  after(durationMs, work) {
    const timer = setTimeout(work, durationMs);
    return () => clearTimeout(timer);
  },
};

/** Below this, to wait for company takes longer than to hash alone. */
const QUEUED_BLOCKS_MIN = 64;

/** How long fewer than eight streams wait for others that are under way: eight take half as long again as one. */
const COMPANY_WAIT_MS = 4;

/** Eight buffers of 512 KiB take some 1.3 ms: then it is the turn of others, for the loop must not be held up. */
const TURN_JOB_COUNT_MAX: number = LANE_COUNT;

const BIT_COUNT_SIZE_BYTES = 8;
const PADDING_SIZE_BYTES: number = 2 * BLOCK_SIZE_BYTES;

export class Md5Queue {
  readonly #kernel: Md5Kernel;
  /** Of the kernel's memory: where blocks are put together that do not lie in one piece. Used within one call. */
  readonly #scratch: Buffer;
  readonly #clock: QueueClock;
  readonly #jobs: Job[] = [];
  #isTurnComing = false;
  #endWait: (() => void) | undefined;
  /** Streams from which a job may come soon. Who lets the others wait in vain is left out until it brings one. */
  readonly #expected = new Set<Md5Registers>();

  constructor(kernel: Md5Kernel, clock: QueueClock = systemQueueClock) {
    this.#kernel = kernel;
    this.#scratch = Buffer.from(kernel.memory.buffer, kernel.freeAddress, PADDING_SIZE_BYTES);
    this.#clock = clock;
  }

  /** Bytes from here on are not the queue's. */
  get freeAddress(): number {
    return this.#scratch.byteOffset + PADDING_SIZE_BYTES;
  }

  /** An MD5 over nothing yet. */
  start(): RunningDigest {
    const registers = initialRegisters();
    this.#expected.add(registers);
    return new QueuedDigest(registers, {
      hash: (bytes) => this.#hash(registers, bytes),
      hashCopied: (blocks) => this.#hashCopied(registers, blocks),
      end: () => this.#expected.delete(registers),
    });
  }

  #hash(registers: Md5Registers, blocks: Uint8Array): Promise<void> {
    const address = blocks.byteOffset;
    const blockCount = blocks.length / BLOCK_SIZE_BYTES;
    if (blockCount < QUEUED_BLOCKS_MIN) {
      this.#kernel.hash([{ registers, address }], blockCount);
      return Promise.resolve();
    }
    return new Promise((onDone) => {
      this.#jobs.push({ registers, address, blockCount, onDone });
      this.#expected.add(registers);
      this.#scheduleTurn();
    });
  }

  /** For a block or two from anywhere. */
  #hashCopied(registers: Md5Registers, blocks: Uint8Array): void {
    this.#scratch.set(blocks);
    const lane = { registers, address: this.#scratch.byteOffset };
    this.#kernel.hash([lane], blocks.length / BLOCK_SIZE_BYTES);
  }

  /** What comes within this turn is taken along. */
  #scheduleTurn(): void {
    if (!this.#isTurnComing) {
      this.#isTurnComing = true;
      this.#clock.nextTurn(() => {
        this.#isTurnComing = false;
        if (this.#isComplete) {
          this.#runTurn();
        } else {
          this.#endWait ??= this.#clock.after(COMPANY_WAIT_MS, () => this.#runTurn());
        }
      });
    }
  }

  /** All of whom a job may come soon have brought one, or as many as are hashed together. */
  get #isComplete(): boolean {
    return this.#jobs.length >= Math.min(LANE_COUNT, this.#expected.size);
  }

  #runTurn(): void {
    this.#endWait?.();
    this.#endWait = undefined;
    const isComplete = this.#isComplete;
    const jobs = this.#jobs.splice(0, TURN_JOB_COUNT_MAX);
    if (!isComplete) {
      this.#expected.clear();
      for (const { registers } of jobs) {
        this.#expected.add(registers);
      }
    }
    hashTogether(jobs, this.#kernel);
    if (this.#jobs.length > 0) {
      this.#scheduleTurn();
    }
  }
}

/** Up to eight jobs side by side; the shortest leaves, and the next one takes its place. */
function hashTogether(jobs: readonly Job[], kernel: Md5Kernel): void {
  let running = jobs.slice(0, LANE_COUNT);
  let nextIndex = running.length;
  while (running.length > 0) {
    const blockCount = Math.min(...running.map((job) => job.blockCount));
    kernel.hash(running, blockCount);
    for (const job of running) {
      job.blockCount -= blockCount;
      job.address += blockCount * BLOCK_SIZE_BYTES;
      if (job.blockCount === 0) {
        job.onDone();
      }
    }
    running = running.filter((job) => job.blockCount > 0);
    const joining = jobs.slice(nextIndex, nextIndex + LANE_COUNT - running.length);
    nextIndex += joining.length;
    running.push(...joining);
  }
}

interface BlockHashing {
  hash(blocks: Uint8Array): Promise<void>;
  hashCopied(blocks: Uint8Array): void;
  end(): void;
}

/** Cuts what comes into whole blocks, and pads the last one. */
class QueuedDigest implements RunningDigest {
  readonly #registers: Md5Registers;
  readonly #hashing: BlockHashing;
  /** The beginning of a block whose rest has not come. */
  readonly #carry = Buffer.alloc(BLOCK_SIZE_BYTES);
  #carriedBytes = 0;
  #sizeBytes = 0;

  constructor(registers: Md5Registers, hashing: BlockHashing) {
    this.#registers = registers;
    this.#hashing = hashing;
  }

  async update(bytes: Uint8Array): Promise<void> {
    this.#sizeBytes += bytes.length;
    let rest = bytes;
    if (this.#carriedBytes > 0) {
      const missing = rest.subarray(0, BLOCK_SIZE_BYTES - this.#carriedBytes);
      this.#carry.set(missing, this.#carriedBytes);
      this.#carriedBytes += missing.length;
      rest = rest.subarray(missing.length);
      if (this.#carriedBytes < BLOCK_SIZE_BYTES) {
        return;
      }
      this.#hashing.hashCopied(this.#carry);
    }
    const wholeBytes = rest.length - (rest.length % BLOCK_SIZE_BYTES);
    this.#carry.set(rest.subarray(wholeBytes));
    this.#carriedBytes = rest.length - wholeBytes;
    await this.#hashing.hash(rest.subarray(0, wholeBytes));
  }

  /** Padding: a bit 1, zeros, and the number of bits. Source: RFC 1321, sections 3.1 and 3.2. */
  digest(): Buffer {
    const isOneBlock = this.#carriedBytes < BLOCK_SIZE_BYTES - BIT_COUNT_SIZE_BYTES;
    const last = Buffer.alloc(isOneBlock ? BLOCK_SIZE_BYTES : PADDING_SIZE_BYTES);
    last.set(this.#carry.subarray(0, this.#carriedBytes));
    last[this.#carriedBytes] = 0x80;
    last.writeBigUInt64LE(BigInt(this.#sizeBytes) * 8n, last.length - BIT_COUNT_SIZE_BYTES);
    this.#hashing.hashCopied(last);
    this.#hashing.end();
    const digest = Buffer.alloc(this.#registers.byteLength);
    for (const [index, register] of this.#registers.entries()) {
      digest.writeUInt32LE(register, index * this.#registers.BYTES_PER_ELEMENT);
    }
    return digest;
  }

  abandon(): void {
    this.#hashing.end();
  }
}
