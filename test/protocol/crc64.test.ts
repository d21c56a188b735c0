import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { combineCrc64 } from "../../src/protocol/crc64/combine-crc64.ts";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { Crc64Digest, crc64Kernel, FOLD_MIN_BYTES } from "../../src/protocol/crc64/crc64-digest.ts";
import { CRC64_MAX } from "../../src/protocol/crc64/crc64-register.ts";
import { crc64Table } from "../../src/protocol/crc64/crc64-table.ts";
import { CRC64_WASM_HEX } from "../../src/protocol/crc64/crc64-wasm.ts";
import {
  FOLD_COUNT_MAX,
  loadCrc64Kernel,
  type WebAssemblyPlatform,
} from "../../src/protocol/crc64/load-crc64-kernel.ts";

/** Declared here, because the types of Node leave it to those of a page. */
const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyPlatform };
const RING_SIZE_BYTES = 32_767;
const WINDOW_SIZE_BYTES = 4 * RING_SIZE_BYTES;
/** Bytes by a fixed linear congruential generator, three windows and a little. */
const noise = noiseBytes(3 * WINDOW_SIZE_BYTES + 4_096);

const crcs = fc.bigInt({ min: 0n, max: CRC64_MAX });

describe("crc64()", () => {
  it("gives the check value of CRC-64/XZ", () => {
    // https://reveng.sourceforge.io/crc-catalogue/all.htm#crc.cat.crc-64-xz
    assert.equal(crc64(ascii("123456789")), 0x995d_c9bb_df19_39fan);
  });

  it("gives 0 for nothing, and the previous value for nothing more", () => {
    assert.equal(crc64(new Uint8Array(0)), 0n);
    assert.equal(crc64(new Uint8Array(0), 42n), 42n);
  });

  it("gives the values that the service computes for an object of two parts", () => {
    const first = new Uint8Array(102_400).fill(65);
    const second = new Uint8Array(5).fill(66);

    assert.equal(crc64(first), 9427277473487083924n);
    assert.equal(crc64(second), 6515222996279042683n);
    assert.equal(crc64(second, crc64(first)), 8028216303960365413n);
  });

  it("refuses a previous value that has not 64 bits", () => {
    assert.throws(() => crc64(new Uint8Array(1), -1n), RangeError);
    assert.throws(() => crc64(new Uint8Array(1), CRC64_MAX + 1n), RangeError);
  });

  it("leaves the caller's bytes as they are", () => {
    const bytes = noise.slice();

    crc64(bytes);

    assert.deepEqual(bytes, noise);
  });

  it("equals the table at every length up to a few blocks", () => {
    for (let size = 0; size < 300; size++) assertEqualsTable(noise.subarray(1, 1 + size), 7n);
  });

  const borders = [
    128,
    FOLD_MIN_BYTES,
    RING_SIZE_BYTES,
    2 * RING_SIZE_BYTES,
    3 * RING_SIZE_BYTES,
    WINDOW_SIZE_BYTES,
    WINDOW_SIZE_BYTES + 8_192,
    WINDOW_SIZE_BYTES + RING_SIZE_BYTES,
    2 * WINDOW_SIZE_BYTES,
    3 * WINDOW_SIZE_BYTES,
  ];
  for (const border of borders) {
    it(`equals the table on both sides of ${border} bytes`, () => {
      for (const size of [-17, -16, -15, -1, 0, 1, 15, 16, 17].map((distance) => border + distance)) {
        assertEqualsTable(noise.subarray(3, 3 + size), CRC64_MAX);
      }
    });
  }

  it("equals the table for any view, any previous value, any length and any cuts, 10,000 times", () => {
    // As many below 1 KB as above: the table would take minutes over 10,000 long ones.
    const sizes = fc
      .double({ min: 0, max: Math.log(noise.length), noNaN: true })
      .map((logarithm) => Math.floor(Math.exp(logarithm)));
    const shares = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(sizes, shares, fc.array(shares, { maxLength: 4 }), crcs, (size, place, cuts, previous) => {
        const start = Math.floor(place * (noise.length - size));
        const bytes = noise.subarray(start, start + size);
        const ends = [...cuts.toSorted((a, b) => a - b).map((cut) => Math.floor(cut * size)), size];
        const pieces = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));

        assert.equal(
          pieces.reduce((crc, piece) => crc64(piece, crc), previous),
          crc64Table(bytes, previous),
        );
      }),
      { numRuns: 10_000 },
    );
  });

  it("is the same however the bytes are cut", () => {
    const cuts = fc.array(fc.integer({ min: 0, max: noise.length }), { maxLength: 8 });
    const whole = crc64(noise);
    fc.assert(
      fc.property(cuts, (unordered) => {
        const ends = [...unordered.toSorted((a, b) => a - b), noise.length];
        const pieces = ends.map((end, index) => noise.subarray(ends[index - 1] ?? 0, end));
        assert.equal(
          pieces.reduce((crc, piece) => crc64(piece, crc), 0n),
          whole,
        );
      }),
    );
  });

  it("reads shared memory", () => {
    const shared = new Uint8Array(new SharedArrayBuffer(noise.length));
    shared.set(noise);

    assert.equal(crc64(shared), crc64(noise));
  });
});

describe("Crc64Digest", () => {
  // A message that is long enough for the kernel comes in pieces of any size, long and short, beside others.
  const pieces = fc.array(fc.integer({ min: 1, max: 3 * FOLD_MIN_BYTES }), { minLength: 1, maxLength: 12 });

  it("equals the table for any pieces, whatever came before", () => {
    fc.assert(
      fc.property(pieces, crcs, (sizes, previous) => {
        const message = messageOf(sizes);
        const digest = new Crc64Digest(previous);
        for (const piece of message.pieces) digest.update(piece);

        assert.equal(digest.value, crc64Table(message.whole, previous));
      }),
    );
  });

  it("goes on behind a value that was asked for", () => {
    fc.assert(
      fc.property(pieces, (sizes) => {
        const message = messageOf(sizes);
        const digest = new Crc64Digest();
        for (const piece of message.pieces) {
          digest.update(piece);
          assert.equal(digest.value, digest.value);
        }

        assert.equal(digest.value, crc64Table(message.whole));
      }),
      { numRuns: 30 },
    );
  });

  it("reads what lies in the kernel's own memory where it is, and any of it", () => {
    const { kernel } = crc64Kernel();
    assert.ok(kernel !== undefined);
    const start = kernel.memory.grow(16) * 65_536;
    const own = new Uint8Array(kernel.memory.buffer, start, 16 * 65_536);
    own.set(noise);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: noise.length }), pieces, (from, sizes) => {
        const digest = new Crc64Digest();
        let at = from;
        for (const size of sizes) {
          digest.update(own.subarray(at, Math.min(at + size, noise.length)));
          at = Math.min(at + size, noise.length);
        }

        assert.equal(digest.value, crc64Table(noise.subarray(from, at)));
      }),
      { numRuns: 30 },
    );
    assert.deepEqual(own.subarray(0, noise.length), noise);
  });

  it("is right for more messages at a time than the kernel has places, and gives back every place", () => {
    for (let round = 0; round < 2; round++) {
      const digests = Array.from(
        { length: FOLD_COUNT_MAX + 3 },
        (_, index) => new Crc64Digest(BigInt(index)),
      );
      for (const digest of digests) digest.update(noise.subarray(0, FOLD_MIN_BYTES + 5));
      for (const digest of digests) digest.update(noise.subarray(FOLD_MIN_BYTES + 5));

      for (const [index, digest] of digests.entries()) {
        assert.equal(digest.value, crc64Table(noise, BigInt(index)));
      }
    }
    assertAllPlacesAreFree();
  });

  it("gives its place back as often as it is asked, and has no more than one", () => {
    for (let count = 0; count < 2 * FOLD_COUNT_MAX; count++) {
      const digest = new Crc64Digest();
      digest.update(noise);
      digest.update(noise);
      assert.equal(digest.value, digest.value);
    }

    assertAllPlacesAreFree();
  });

  it("takes the tables where there is no WebAssembly", () => {
    const digest = new Crc64Digest(7n, { kernel: loadCrc64Kernel(undefined) });
    digest.update(noise);

    assert.equal(digest.value, crc64Table(noise, 7n));
  });
});

describe("loadCrc64Kernel()", () => {
  it("finds no kernel where WebAssembly has no SIMD or a page's policy forbids it", () => {
    const Module = class {
      constructor() {
        throw new Error("refused");
      }
    };

    assert.equal(loadCrc64Kernel({ Module, Instance: WebAssembly.Instance }), undefined);
  });

  it("stays below the 4 KiB that old versions of Chrome compile synchronously", () => {
    assert.ok(Buffer.from(CRC64_WASM_HEX, "hex").length < 4_096);
  });

  it("has room for all its folds before its memory grows", () => {
    const kernel = loadCrc64Kernel(WebAssembly);
    const folds = Array.from({ length: FOLD_COUNT_MAX }, () => kernel?.startFold(1n));
    assert.equal(kernel?.startFold(1n), undefined);

    for (const fold of folds) fold?.fold(noise);

    for (const fold of folds) assert.equal(fold?.finish(), crc64Table(noise, 1n));
  });
});

describe("combineCrc64()", () => {
  it("gives the value that the service computes for an object of two parts", () => {
    assert.equal(combineCrc64(9427277473487083924n, 6515222996279042683n, 5), 8028216303960365413n);
  });

  it("equals the CRC of both pieces together", () => {
    const cut = fc.integer({ min: 0, max: noise.length });
    fc.assert(
      fc.property(cut, (at) => {
        const [first, second] = [noise.subarray(0, at), noise.subarray(at)];
        assert.equal(combineCrc64(crc64(first), crc64(second), second.length), crc64(noise));
      }),
    );
  });

  it("is associative for sizes up to 48.8 TB", () => {
    const sizes = fc.bigInt({ min: 1n, max: 48_800_000_000_000n });
    fc.assert(
      fc.property(crcs, crcs, crcs, sizes, sizes, (first, second, third, secondSize, thirdSize) => {
        const leftFirst = combineCrc64(combineCrc64(first, second, secondSize), third, thirdSize);
        const rightFirst = combineCrc64(
          first,
          combineCrc64(second, third, thirdSize),
          secondSize + thirdSize,
        );
        assert.equal(leftFirst, rightFirst);
      }),
    );
  });

  it("gives the first for an empty second", () => {
    fc.assert(fc.property(crcs, (crc) => assert.equal(combineCrc64(crc, 0n, 0), crc)));
  });

  it("takes a size as a number or as a bigint", () => {
    assert.equal(combineCrc64(1n, 2n, 2 ** 40), combineCrc64(1n, 2n, 2n ** 40n));
  });

  it("stays right when more sizes come than it remembers", () => {
    const first = crc64(noise.subarray(0, 10));
    for (let size = 1; size < 200; size++) combineCrc64(first, 0n, size);

    const combined = combineCrc64(first, crc64(noise.subarray(10, 11)), 1);

    assert.equal(combined, crc64(noise.subarray(0, 11)));
  });

  it("refuses sizes that are no count of bytes, and values that have not 64 bits", () => {
    for (const size of [-1, -1n, 0.5, Number.NaN, 2 ** 53, 2n ** 64n]) {
      assert.throws(() => combineCrc64(0n, 0n, size), RangeError);
    }
    assert.throws(() => combineCrc64(-1n, 0n, 1), RangeError);
    assert.throws(() => combineCrc64(0n, CRC64_MAX + 1n, 1), RangeError);
  });
});

describe("the constants of the sparse fold", () => {
  // Not reflected: bit n is the coefficient of x^n.
  const P = 0x1_42f0_e1eb_a9ea_3693n;
  const L = 0xb184_9156_399bn;
  const B = 0x2_5f39n;

  it("factors the polynomial", () => {
    assert.equal(product(L, B), P);
  });

  it("has L divide x^65534 − 1, and so y^32767 − 1", () => {
    assert.equal(remainder(1n | (1n << 65_534n), L), 0n);
    assert.equal(remainder(1n | (1n << (8n * 32_767n)), L), 0n);
  });

  it("has B divide both trinomials", () => {
    assert.equal(remainder(1n | (1n << (8n * 183n)) | (1n << (8n * 857n)), B), 0n);
    assert.equal(remainder(1n | (1n << (8n * 2_928n)) | (1n << (8n * 13_712n)), B), 0n);
  });

  it("joins by the Chinese remainder theorem", () => {
    const joinModuloL = reversedBits(0xa73d_4cfd_ddf5_1087n);
    const joinModuloB = reversedBits(0x384d_c2a8_60d5_5347n);
    const undone = remainder(product(joinModuloB, remainder(1n << (8n * (13_712n + 857n)), B)), B);

    assert.equal(remainder(joinModuloL, L), 1n);
    assert.equal(remainder(joinModuloL, B), 0n);
    assert.equal(remainder(joinModuloB, L), 0n);
    assert.equal(undone, 1n);
  });
});

function assertEqualsTable(bytes: Uint8Array, previous: bigint): void {
  assert.equal(crc64(bytes, previous), crc64Table(bytes, previous), `${bytes.length} bytes`);
}

/** Pieces of these sizes, and what they are together. */
function messageOf(sizes: readonly number[]): {
  readonly pieces: readonly Uint8Array[];
  readonly whole: Uint8Array;
} {
  const size = sizes.reduce((sum, one) => sum + one, 0);
  const whole = Uint8Array.from({ length: size }, (_, index) => noise[index % noise.length] ?? 0);
  let end = 0;
  const pieces = sizes.map((one) => {
    end += one;
    return whole.subarray(end - one, end);
  });
  return { pieces, whole };
}

function assertAllPlacesAreFree(): void {
  const { kernel } = crc64Kernel();
  const folds = Array.from({ length: FOLD_COUNT_MAX + 1 }, () => kernel?.startFold(0n));
  for (const fold of folds) {
    fold?.fold(new Uint8Array(8));
    fold?.finish();
  }

  assert.equal(folds.filter((fold) => fold !== undefined).length, FOLD_COUNT_MAX);
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function noiseBytes(size: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: size }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  });
}

function reversedBits(value: bigint): bigint {
  return BigInt(`0b${value.toString(2).padStart(64, "0").split("").reverse().join("")}`);
}

function product(first: bigint, second: bigint): bigint {
  let sum = 0n;
  for (let bit = 0n; second >> bit > 0n; bit++) if ((second >> bit) & 1n) sum ^= first << bit;
  return sum;
}

function remainder(dividend: bigint, divisor: bigint): bigint {
  const degree = BigInt(divisor.toString(2).length - 1);
  let rest = 0n;
  for (const bit of dividend.toString(2)) {
    rest = (rest << 1n) | BigInt(bit);
    if (rest >> degree) rest ^= divisor;
  }
  return rest;
}
