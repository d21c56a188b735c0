// Where bodies are received: buffers in one WebAssembly memory, so that MD5 and CRC-64 work on them without a copy. There
// are so many and no more, whatever the number of connections. A connection has one only from the first byte that it puts
// there until that is hashed and written, and whoever fills one slowly is asked to let go of it. A body that fits in one may
// stay in it until it is durable, while there are plenty.
import { createHash } from "node:crypto";
import { loadMd5Kernel, type WebAssemblyPlatform } from "./md5/md5-kernel.ts";
import { Md5Queue, type RunningDigest } from "./md5/md5-queue.ts";

const BUFFER_SIZE_BYTES = 512 * 1024;

/** 32 MiB in all: 32 fast bodies, each of which has one buffer being filled and one being written. */
const BUFFER_COUNT = 64;

/** A buffer that nothing has come into for one to two such intervals is let go. */
const IDLE_CHECK_INTERVAL_MS = 100;

const WEB_ASSEMBLY_PAGE_SIZE_BYTES = 64 * 1024;

/** A buffer that is being filled. */
export interface Filling extends Disposable {
  /** Something has come. */
  touch(): void;
}

interface RegisteredFilling {
  readonly onWanted: () => void;
  wasTouched: boolean;
}

export interface ReceiveMemorySize {
  /** Default 64. */
  readonly bufferCount?: number;
  /** Default 512 KiB. */
  readonly bufferSizeBytes?: number;
}

export class ReceiveMemory {
  readonly #startMd5: () => RunningDigest;
  readonly #idle: Uint8Array[];
  readonly #base: number;
  readonly #bufferCount: number;
  readonly #bufferSizeBytes: number;
  readonly #waiting: ((buffer: Uint8Array) => void)[] = [];
  /** The one that was begun first comes first. */
  readonly #fillings = new Set<RegisteredFilling>();
  #idleCheck: NodeJS.Timeout | undefined;

  /** @param platform  the global WebAssembly; without one, or without SIMD, MD5 is OpenSSL's, one body at a time */
  constructor(
    { bufferCount = BUFFER_COUNT, bufferSizeBytes = BUFFER_SIZE_BYTES }: ReceiveMemorySize = {},
    platform: WebAssemblyPlatform | undefined = (globalThis as { WebAssembly?: WebAssemblyPlatform })
      .WebAssembly,
  ) {
    this.#bufferCount = bufferCount;
    this.#bufferSizeBytes = bufferSizeBytes;
    const queue = platform && queueIn(platform, bufferCount * bufferSizeBytes);
    this.#startMd5 = queue === undefined ? startOpenSslMd5 : () => queue.md5.start();
    const memory = queue?.memory ?? new ArrayBuffer(bufferCount * bufferSizeBytes);
    this.#base = queue?.startAddress ?? 0;
    this.#idle = Array.from({ length: bufferCount }, (_, index) =>
      // A Buffer, because node:fs and sockets take one as it is.
      Buffer.from(memory, this.#base + index * bufferSizeBytes, bufferSizeBytes),
    );
  }

  /** How many buffers nobody has. */
  get idleCount(): number {
    return this.#idle.length;
  }

  /** Whether buffers may be kept for longer than is needed: at least a quarter of all is idle. */
  get isAmple(): boolean {
    return 4 * this.#idle.length >= this.#bufferCount;
  }

  /** An MD5 over bytes in these buffers. */
  startMd5(): RunningDigest {
    return this.#startMd5();
  }

  /** A buffer with anything in it, if one is idle. Give it back with `give`. */
  tryTake(): Uint8Array | undefined {
    return this.#idle.pop();
  }

  /** As `tryTake`, and waits for one, in turn; the slowest of those who fill one are asked to let go. */
  take(): Promise<Uint8Array> {
    const buffer = this.#idle.pop();
    if (buffer !== undefined) {
      return Promise.resolve(buffer);
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      const [slowest] = this.#fillings;
      this.#ask(slowest);
    });
  }

  /** @param bytes  a buffer, or any part of one: the whole buffer is given back */
  give(bytes: Uint8Array): void {
    const index = Math.floor((bytes.byteOffset - this.#base) / this.#bufferSizeBytes);
    const start = this.#base + index * this.#bufferSizeBytes;
    const buffer = Buffer.from(bytes.buffer as ArrayBuffer, start, this.#bufferSizeBytes);
    const waiting = this.#waiting.shift();
    if (waiting === undefined) {
      this.#idle.push(buffer);
    } else {
      waiting(buffer);
    }
  }

  /**
   * To be called by whoever waits for bytes with a buffer in hand that has some in it already.
   *
   * @param onWanted  called at most once, and not within this call: the buffer must go on as it is
   */
  fill(onWanted: () => void): Filling {
    const filling = { onWanted, wasTouched: true };
    this.#fillings.add(filling);
    if (this.#waiting.length > 0) {
      queueMicrotask(() => this.#ask(this.#fillings.has(filling) ? filling : undefined));
    }
    this.#idleCheck ??= setInterval(() => this.#askIdle(), IDLE_CHECK_INTERVAL_MS).unref();
    return {
      touch: () => {
        filling.wasTouched = true;
      },
      [Symbol.dispose]: () => {
        this.#fillings.delete(filling);
      },
    };
  }

  #askIdle(): void {
    if (this.#fillings.size === 0) {
      clearInterval(this.#idleCheck);
      this.#idleCheck = undefined;
    }
    for (const filling of this.#fillings) {
      if (!filling.wasTouched) {
        this.#ask(filling);
      }
      filling.wasTouched = false;
    }
  }

  #ask(filling: RegisteredFilling | undefined): void {
    if (filling !== undefined) {
      this.#fillings.delete(filling);
      filling.onWanted();
    }
  }
}

function queueIn(platform: WebAssemblyPlatform, buffersSizeBytes: number) {
  try {
    // The whole size at once, for a memory that grows takes its bytes from under those who hold them. Pages that were
    // never written to cost nothing. One page is the kernel's, and one lets the buffers begin at a whole page.
    const pageCount = Math.ceil(buffersSizeBytes / WEB_ASSEMBLY_PAGE_SIZE_BYTES) + 2;
    const memory = new platform.Memory({ initial: pageCount, maximum: pageCount });
    const md5 = new Md5Queue(loadMd5Kernel(memory, platform));
    const startAddress =
      Math.ceil(md5.freeAddress / WEB_ASSEMBLY_PAGE_SIZE_BYTES) * WEB_ASSEMBLY_PAGE_SIZE_BYTES;
    return { md5, memory: memory.buffer, startAddress };
  } catch {
    // Missing SIMD shows as an error of compilation, and OpenSSL's MD5 is as right, only slower.
    return undefined;
  }
}

function startOpenSslMd5(): RunningDigest {
  const md5 = createHash("md5");
  return {
    update: async (bytes) => void md5.update(bytes),
    digest: () => md5.digest(),
    abandon: () => undefined,
  };
}

let ofProcess: ReceiveMemory | undefined;

/** The process's only one, made when the first body comes. */
export function receiveMemory(): ReceiveMemory {
  ofProcess ??= new ReceiveMemory();
  return ofProcess;
}
