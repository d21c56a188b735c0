// When the queue hashes at once, and when it waits for other bodies: by a clock that the test moves.
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { describe, it } from "node:test";
import { loadMd5Kernel, type WebAssemblyPlatform } from "../../../src/server/md5/md5-kernel.ts";
import { Md5Queue, type QueueClock, type RunningDigest } from "../../../src/server/md5/md5-queue.ts";

const PAGE_SIZE_BYTES = 64 * 1024;
const BODY_SIZE_BYTES = 8 * 1024;
const BODY_COUNT = 12;
const EXPECTED = hash("md5", Buffer.alloc(BODY_SIZE_BYTES, 7));

describe("the queue of bodies to be hashed", () => {
  it("takes a lone body in the next turn, and waits for nobody", async () => {
    const { clock, start } = newQueue();
    const body = start();

    clock.turn();

    assert.equal(await body.digest(), EXPECTED);
    assert.equal(clock.timerCount, 0);
  });

  it("waits for another body that has begun, and no longer than until that has come", async () => {
    const { clock, start, begin } = newQueue();
    const [first, other] = [start(), begin()];

    clock.turn();
    await settled();
    assert.equal(first.isHashed(), false);
    assert.equal(clock.timerCount, 1);
    other.bring();
    clock.turn();

    assert.deepEqual(await Promise.all([first.digest(), other.digest()]), [EXPECTED, EXPECTED]);
    assert.equal(clock.timerCount, 0);
  });

  it("gives up waiting after 4 ms, and does not wait for that body again until it brings something", async () => {
    const { clock, start, begin } = newQueue();
    const [first, slow] = [start(), begin()];
    clock.turn();

    clock.passMs(3);
    await settled();
    assert.equal(first.isHashed(), false);
    clock.passMs(1);
    assert.equal(await first.digest(), EXPECTED);
    const second = start();
    clock.turn();
    assert.equal(await second.digest(), EXPECTED);

    slow.bring();
    clock.turn();
    assert.equal(await slow.digest(), EXPECTED);
    assert.equal(clock.timerCount, 0);
  });

  it("does not wait for a body that was given up", async () => {
    const { clock, start, begin } = newQueue();
    const [first, gone] = [start(), begin()];
    gone.abandon();

    clock.turn();

    assert.equal(await first.digest(), EXPECTED);
  });

  it("takes eight in a turn, and lets others have theirs before the rest", async () => {
    const { clock, start } = newQueue();
    const bodies = Array.from({ length: BODY_COUNT }, start);

    clock.turn();
    await settled();
    const afterOne = bodies.filter((body) => body.isHashed()).length;
    const digests = Promise.all(bodies.map((body) => body.digest()));
    await settled();
    clock.turn();
    clock.passMs(4);

    assert.equal(afterOne, 8);
    assert.deepEqual(new Set(await digests), new Set([EXPECTED]));
  });
});

class TestClock implements QueueClock {
  #turns: (() => void)[] = [];
  readonly #timers = new Map<() => void, number>();
  #nowMs = 0;

  readonly nextTurn = (work: () => void): void => {
    this.#turns.push(work);
  };

  readonly after = (durationMs: number, work: () => void): (() => void) => {
    this.#timers.set(work, this.#nowMs + durationMs);
    return () => void this.#timers.delete(work);
  };

  get timerCount(): number {
    return this.#timers.size;
  }

  turn(): void {
    for (const work of this.#turns.splice(0)) {
      work();
    }
  }

  passMs(durationMs: number): void {
    this.#nowMs += durationMs;
    for (const [work, atMs] of this.#timers) {
      if (atMs <= this.#nowMs) {
        this.#timers.delete(work);
        work();
      }
    }
  }
}

class Body {
  readonly #md5: RunningDigest;
  readonly #bytes: Uint8Array;
  #hashed: Promise<void> | undefined;
  #isHashed = false;

  constructor(md5: RunningDigest, bytes: Uint8Array) {
    this.#md5 = md5;
    this.#bytes = bytes;
  }

  bring(): void {
    this.#hashed = this.#md5.update(this.#bytes).then(() => {
      this.#isHashed = true;
    });
  }

  isHashed(): boolean {
    return this.#isHashed;
  }

  abandon(): void {
    this.#md5.abandon();
  }

  async digest(): Promise<string> {
    await this.#hashed;
    return this.#md5.digest().toString("hex");
  }
}

/** `start` begins a body and brings its bytes, `begin` brings them later. */
function newQueue() {
  const platform = (globalThis as unknown as { readonly WebAssembly: WebAssemblyPlatform }).WebAssembly;
  const pageCount = 1 + Math.ceil((BODY_COUNT * BODY_SIZE_BYTES) / PAGE_SIZE_BYTES);
  const memory = new platform.Memory({ initial: pageCount, maximum: pageCount });
  const clock = new TestClock();
  const queue = new Md5Queue(loadMd5Kernel(memory, platform), clock);
  let index = 0;
  const begin = () => {
    const address = PAGE_SIZE_BYTES + index * BODY_SIZE_BYTES;
    index += 1;
    return new Body(queue.start(), new Uint8Array(memory.buffer, address, BODY_SIZE_BYTES).fill(7));
  };
  const start = () => {
    const body = begin();
    body.bring();
    return body;
  };
  return { clock, begin, start };
}

/** All that is settled has told so. */
function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
