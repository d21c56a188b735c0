// MD5 of many bodies at once. One MD5 is bound by the chain of its steps, so the filled buffers of up to four bodies are
// hashed together: once a turn of the event loop, what has come by then.
import {
  BLOCK_SIZE_BYTES,
  initialRegisters,
  LANE_COUNT,
  type Md5Kernel,
  type Md5Lane,
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

/** Below this, to wait for company takes longer than to hash alone. */
const QUEUED_BLOCKS_MIN = 64;

/** How many turns of the event loop one or two streams wait for others: four together take little longer than one. */
const WAITED_TURN_COUNT_MAX = 2;

const BIT_COUNT_SIZE_BYTES = 8;
const PADDING_SIZE_BYTES: number = 2 * BLOCK_SIZE_BYTES;

export class Md5Queue {
  readonly #kernel: Md5Kernel;
  /** Of the kernel's memory: where blocks are put together that do not lie in one piece. Used within one call. */
  readonly #scratch: Buffer;
  readonly #schedule: (turn: () => void) => void;
  #jobs: Job[] = [];
  #isScheduled = false;
  #waitedTurnCount = 0;
  /** Streams that were begun and may still bring bytes. */
  #openCount = 0;

  /** @param schedule  calls its argument in the next turn of the event loop, after what has come from the network */
  constructor(kernel: Md5Kernel, schedule: (turn: () => void) => void = setImmediate) {
    this.#kernel = kernel;
    this.#scratch = Buffer.from(kernel.memory.buffer, kernel.freeAddress, PADDING_SIZE_BYTES);
    this.#schedule = schedule;
  }

  /** Bytes from here on are not the queue's. */
  get freeAddress(): number {
    return this.#scratch.byteOffset + PADDING_SIZE_BYTES;
  }

  /** An MD5 over nothing yet. */
  start(): RunningDigest {
    this.#openCount += 1;
    return new QueuedDigest({
      hash: (registers, bytes) => this.#hash(registers, bytes),
      hashCopied: (registers, blocks) => this.#hashCopied(registers, blocks),
      end: () => {
        this.#openCount -= 1;
      },
    });
  }

  #hash(registers: Uint32Array, blocks: Uint8Array): Promise<void> {
    const address = blocks.byteOffset;
    const blockCount = blocks.length / BLOCK_SIZE_BYTES;
    if (blockCount < QUEUED_BLOCKS_MIN) {
      this.#kernel.hash([{ registers, address }], blockCount);
      return Promise.resolve();
    }
    return new Promise((onDone) => {
      this.#jobs.push({ registers, address, blockCount, onDone });
      this.#scheduleTurn();
    });
  }

  /** For a block or two from anywhere. */
  #hashCopied(registers: Uint32Array, blocks: Uint8Array): void {
    this.#scratch.set(blocks);
    const lane = { registers, address: this.#scratch.byteOffset };
    this.#kernel.hash([lane], blocks.length / BLOCK_SIZE_BYTES);
  }

  #scheduleTurn(): void {
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      this.#schedule(() => {
        this.#isScheduled = false;
        this.#runTurn();
      });
    }
  }

  #runTurn(): void {
    const isCompanyComing = this.#jobs.length < Math.min(LANE_COUNT, this.#openCount);
    if (isCompanyComing && this.#waitedTurnCount < WAITED_TURN_COUNT_MAX) {
      this.#waitedTurnCount += 1;
      this.#scheduleTurn();
      return;
    }
    this.#waitedTurnCount = 0;
    // Each stream has one job at most, so what is here is bounded by the buffers that there are.
    const jobs = this.#jobs;
    this.#jobs = [];
    hashTogether(jobs, this.#kernel);
  }
}

/** Up to four jobs side by side; the shortest leaves, and the next one takes its place. */
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
  hash(registers: Uint32Array, blocks: Uint8Array): Promise<void>;
  hashCopied(registers: Uint32Array, blocks: Uint8Array): void;
  end(): void;
}

/** Cuts what comes into whole blocks, and pads the last one. */
class QueuedDigest implements RunningDigest {
  readonly #hashing: BlockHashing;
  readonly #registers = initialRegisters();
  /** The beginning of a block whose rest has not come. */
  readonly #carry = Buffer.alloc(BLOCK_SIZE_BYTES);
  #carriedBytes = 0;
  #sizeBytes = 0;

  constructor(hashing: BlockHashing) {
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
      this.#hashing.hashCopied(this.#registers, this.#carry);
    }
    const wholeBytes = rest.length - (rest.length % BLOCK_SIZE_BYTES);
    this.#carry.set(rest.subarray(wholeBytes));
    this.#carriedBytes = rest.length - wholeBytes;
    await this.#hashing.hash(this.#registers, rest.subarray(0, wholeBytes));
  }

  /** Padding: a bit 1, zeros, and the number of bits. Source: RFC 1321, sections 3.1 and 3.2. */
  digest(): Buffer {
    const isOneBlock = this.#carriedBytes < BLOCK_SIZE_BYTES - BIT_COUNT_SIZE_BYTES;
    const last = Buffer.alloc(isOneBlock ? BLOCK_SIZE_BYTES : PADDING_SIZE_BYTES);
    last.set(this.#carry.subarray(0, this.#carriedBytes));
    last[this.#carriedBytes] = 0x80;
    last.writeBigUInt64LE(BigInt(this.#sizeBytes) * 8n, last.length - BIT_COUNT_SIZE_BYTES);
    this.#hashing.hashCopied(this.#registers, last);
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
