import { deepEqual, equal, match, ok, rejects, throws } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { ByteStream } from "../../src/client/upload/byte-stream.ts";
import type { PartSpool } from "../../src/client/upload/part-spool.ts";
import { assertStreamFits } from "../../src/client/upload/stream-limit.ts";
import {
  openStreamParts,
  type StreamPart,
  type StreamPartsOptions,
} from "../../src/client/upload/stream-parts.ts";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";

const MIB = 1024 ** 2;
const PART = 100 * 1024;

function open(stream: ByteStream, options: Partial<StreamPartsOptions> = {}) {
  return openStreamParts(stream, { label: "the stream", ...options });
}

/** Pieces of the sizes that are asked for in turn. */
async function* piecesOf(bytes: Uint8Array, ...sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let position = 0;
  for (let index = 0; position < bytes.byteLength; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    yield bytes.subarray(position, position + size);
    position += size;
  }
}

async function contentOf({ source }: StreamPart): Promise<Uint8Array> {
  const content = new Uint8Array(source.sizeBytes);
  let position = 0;
  while (position < content.byteLength) {
    const readBytes = await source.read(position, content.subarray(position, position + 70_000));
    ok(readBytes > 0);
    position += readBytes;
  }
  equal(await source.read(position, new Uint8Array(1)), 0);
  return content;
}

interface CutPart {
  readonly partNumber: number;
  readonly isWhole: boolean;
  readonly sizeBytes: number;
}

/** Reads each part twice, then releases it. */
async function cut(parts: AsyncIterable<StreamPart>) {
  const cutParts: CutPart[] = [];
  const contents: Uint8Array[] = [];
  for await (const part of parts) {
    const { partNumber, isWhole, source } = part;
    const content = await contentOf(part);
    equal(crc64(await contentOf(part)), crc64(content));
    cutParts.push({ partNumber, isWhole, sizeBytes: source.sizeBytes });
    contents.push(content);
    await part.release();
  }
  return {
    cutParts,
    sizes: cutParts.map(({ sizeBytes }) => sizeBytes),
    crc64: crc64(Buffer.concat(contents)),
  };
}

/** In memory, with room for so many bytes, of which it may know too late. */
function smallSpool(roomBytes: number, { knowsRoom = true } = {}) {
  let freeBytes = roomBytes;
  let openCount = 0;
  const spool: PartSpool = {
    label: "the folder /small",
    hasRoom: async (sizeBytes) => !knowsRoom || sizeBytes <= freeBytes,
    async create() {
      openCount += 1;
      let content = Buffer.alloc(0);
      return {
        async append(bytes) {
          const hasRoom = bytes.byteLength <= freeBytes;
          if (hasRoom) {
            freeBytes -= bytes.byteLength;
            content = Buffer.concat([content, bytes]);
          }
          return hasRoom;
        },
        read: async (position, target) => content.copy(target, 0, position, position + target.byteLength),
        async discard() {
          openCount -= 1;
          freeBytes += content.byteLength;
        },
      };
    },
  };
  return { spool, openCount: () => openCount };
}

describe("openStreamParts()", () => {
  const small = randomBytes(3 * PART);
  const kinds: readonly { readonly name: string; readonly stream: (bytes: Uint8Array) => ByteStream }[] = [
    { name: "a web stream", stream: (bytes) => new Blob([new Uint8Array(bytes)]).stream() },
    { name: "a Readable", stream: (bytes) => Readable.from(piecesOf(bytes, 5_000)) },
    { name: "an async iterable", stream: (bytes) => piecesOf(bytes, 50_000, 7, 0) },
  ];
  for (const { name, stream } of kinds) {
    it(`cuts ${name}`, async () => {
      const { cutParts, ...made } = await cut(open(stream(small), { partSizeBytes: PART }));

      deepEqual(made, { sizes: [PART, PART, PART], crc64: crc64(small) });
      deepEqual(
        cutParts.map(({ partNumber, isWhole }) => [partNumber, isWhole]),
        [
          [1, false],
          [2, false],
          [3, false],
        ],
      );
    });
  }

  it("cuts any pieces into parts without gap or overlap, and makes no empty part of many", async () => {
    const pieceSizes = fc.array(fc.integer({ min: 0, max: 150_000 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.nat(4 * PART), pieceSizes, fc.boolean(), async (sizeBytes, sizes, isKnown) => {
        const bytes = small.subarray(0, Math.min(sizeBytes, small.byteLength));
        const stream = piecesOf(bytes, ...sizes, 1_000);
        const known = isKnown ? bytes.byteLength : undefined;

        const made = await cut(open(stream, { partSizeBytes: PART, sizeBytes: known }));

        const expected = Array.from({ length: Math.ceil(bytes.byteLength / PART) }, (_, index) =>
          Math.min(PART, bytes.byteLength - index * PART),
        );
        deepEqual(made.sizes, expected.length === 0 ? [0] : expected);
        equal(made.crc64, crc64(bytes));
        equal(made.cutParts[0]?.isWhole, expected.length <= 1);
      }),
      { numRuns: 40 },
    );
  });

  it("gives an empty stream one empty part, and one byte one part", async () => {
    deepEqual((await cut(open(piecesOf(new Uint8Array(0), 1)))).cutParts, [
      { partNumber: 1, isWhole: true, sizeBytes: 0 },
    ]);
    deepEqual((await cut(open(piecesOf(new Uint8Array(1), 1)))).cutParts, [
      { partNumber: 1, isWhole: true, sizeBytes: 1 },
    ]);
  });

  it("begins with 8 MiB when nothing is known, and divides a known length by the same size", async () => {
    const bytes = Buffer.alloc(8 * MIB + 1);

    deepEqual((await cut(open(piecesOf(bytes, MIB)))).sizes, [8 * MIB, 1]);
    deepEqual((await cut(open(piecesOf(bytes, MIB), { sizeBytes: bytes.length }))).sizes, [8 * MIB, 1]);
  });

  it("asks the stream for nothing while there is no room, and goes on when there is", async () => {
    let givenBytes = 0;
    async function* endless() {
      for (;;) {
        givenBytes += MIB;
        yield new Uint8Array(MIB);
      }
    }
    const parts = open(endless(), { partSizeBytes: 2 * MIB, memoryMaxBytes: 4 * MIB });
    const [first, second] = [(await parts.next()).value, (await parts.next()).value];
    const third = parts.next();
    await new Promise((resolve) => setImmediate(resolve));
    // One piece more than there is room for: it had to be seen that there is a third part.
    equal(givenBytes, 5 * MIB);

    await first?.release();
    equal((await third).value?.partNumber, 3);
    equal(givenBytes, 6 * MIB);

    await second?.release();
    await parts.return(undefined);
  });

  it("keeps none of the stream's pieces, which may be small slices of large slabs", async () => {
    const piece = new Uint8Array(PART).fill(1);
    async function* reusing() {
      yield piece;
      piece.fill(2);
      yield piece;
    }
    const parts = open(reusing(), { partSizeBytes: PART });
    const first = (await parts.next()).value;

    ok(first !== undefined);
    equal(crc64(await contentOf(first)), crc64(new Uint8Array(PART).fill(1)));
    await parts.return(undefined);
  });

  it("refuses to read a part that was released", async () => {
    const parts = open(piecesOf(small, 1_000));
    const first = (await parts.next()).value;
    await first?.release();
    await first?.release();

    await rejects(async () => first?.source.read(0, new Uint8Array(1)), /read after its release/);
  });
});

describe("openStreamParts() with a known length", () => {
  const bytes = randomBytes(250_000);
  for (const { what, sizeBytes, message } of [
    {
      what: "one byte fewer",
      sizeBytes: 250_001,
      message: /the stream ended after 250000 bytes, but 250001/,
    },
    { what: "one byte more", sizeBytes: 249_999, message: /but 249999 were announced/ },
    { what: "a byte more than whole parts", sizeBytes: 2 * PART, message: /the stream has more bytes/ },
    { what: "parts fewer", sizeBytes: 400_000, message: /the stream ended after 250000 bytes/ },
    { what: "something instead of nothing", sizeBytes: 0, message: /the stream has more bytes, but 0/ },
  ]) {
    it(`fails when ${what} came`, async () => {
      const parts = open(piecesOf(bytes, 7_000), { partSizeBytes: PART, sizeBytes });

      await rejects(cut(parts), { code: "source-size-mismatch", message });
    });
  }

  it("fails before the only part is given out", async () => {
    await rejects(open(piecesOf(bytes, 7_000), { sizeBytes: 5 }).next(), { code: "source-size-mismatch" });
  });
});

describe("openStreamParts() of a stream that fails", () => {
  it("says after how many bytes and why", async () => {
    async function* failing() {
      yield new Uint8Array(PART + 5);
      throw new Error("the cable was pulled");
    }
    const parts = open(failing(), { partSizeBytes: PART });
    await (await parts.next()).value?.release();

    await rejects(parts.next(), (error: Error & { readonly code?: string }) => {
      equal(error.code, "source-unreadable");
      match(error.message, /^the stream failed after \d+ bytes: the cable was pulled$/);
      return (error.cause as Error).message === "the cable was pulled";
    });
  });

  it("says that it gives no bytes", async () => {
    const texts = Readable.from(["a", "b"]) as unknown as ByteStream;

    await rejects(open(texts).next(), TypeError);
  });

  it("ends a stream that waits for ever, when its signal aborts", async () => {
    for (const stream of [new ReadableStream(), new Readable({ read() {} })]) {
      const stopper = new AbortController();
      const next = open(stream, { signal: stopper.signal }).next();
      stopper.abort(new Error("stopped"));

      await rejects(next, { message: "stopped" });
      ok(stream instanceof ReadableStream || stream.destroyed);
    }
  });

  it("stops waiting for room when its signal aborts", async () => {
    const stopper = new AbortController();
    const options = { partSizeBytes: 2 * MIB, memoryMaxBytes: 4 * MIB, signal: stopper.signal };
    const parts = open(piecesOf(Buffer.alloc(9 * MIB), MIB), options);
    await parts.next();
    await parts.next();
    const third = parts.next();
    stopper.abort(new Error("stopped"));

    await rejects(third, { message: "stopped" });
  });

  it("tells a stream that is left early to stop", async () => {
    let reason: unknown;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(PART)),
      cancel: (why) => {
        reason = why ?? "left";
      },
    });
    for await (const part of open(stream, { partSizeBytes: PART })) {
      await part.release();
      break;
    }

    equal(reason, "left");
  });

  it("refuses options outside their ranges, and a stream that somebody reads", () => {
    throws(() => open(piecesOf(new Uint8Array(1), 1), { partSizeBytes: 1 }), RangeError);
    throws(() => open(piecesOf(new Uint8Array(1), 1), { sizeBytes: -1 }), RangeError);
    throws(() => open(piecesOf(new Uint8Array(1), 1), { memoryMaxBytes: MIB }), RangeError);
    const stream = new ReadableStream<Uint8Array>();
    stream.getReader();
    throws(() => open(stream), TypeError);
  });
});

describe("openStreamParts() with parts too large for the memory", () => {
  const bytes = randomBytes(20 * MIB);
  const large = { partSizeBytes: 4 * MIB, memoryMaxBytes: 4 * MIB };

  it("keeps them in the spool until they are released", async () => {
    const { spool, openCount } = smallSpool(100 * MIB);

    const made = await cut(open(piecesOf(bytes, 300_000), { ...large, spool }));

    deepEqual(
      made.sizes,
      Array.from({ length: 5 }, () => 4 * MIB),
    );
    deepEqual([made.crc64, openCount()], [crc64(bytes), 0]);
  });

  it("waits for room while parts are in the spool", async () => {
    const { spool } = smallSpool(8 * MIB);
    const parts = open(piecesOf(bytes, 300_000), { ...large, spool });
    const first = (await parts.next()).value;
    await parts.next();
    let hasThird = false;
    const third = parts.next().then(({ value }) => {
      hasThird = true;
      return value;
    });
    await new Promise((resolve) => setImmediate(resolve));
    equal(hasThird, false);

    await first?.release();

    equal((await third)?.source.sizeBytes, 4 * MIB);
    await parts.return(undefined);
  });

  for (const { what, options } of [
    { what: "without a spool", options: {} },
    { what: "with one that has no room", options: { spool: smallSpool(MIB).spool } },
    {
      what: "with one that finds out at once",
      options: { spool: smallSpool(0, { knowsRoom: false }).spool },
    },
  ]) {
    it(`goes on with smaller parts ${what}`, async () => {
      const made = await cut(open(piecesOf(bytes, 300_000), { ...large, ...options }));

      deepEqual(
        made.sizes,
        Array.from({ length: 10 }, () => 2 * MIB),
      );
      equal(made.crc64, crc64(bytes));
    });
  }

  it("tells of each part that there was no room for the size that was asked for", async () => {
    const unmet: unknown[] = [];
    for (const spool of [smallSpool(100 * MIB).spool, smallSpool(MIB).spool]) {
      const parts = open(piecesOf(bytes.subarray(0, 5 * MIB), 300_000), { ...large, spool });
      for await (const part of parts) {
        unmet.push(part.unmetSizeBytes);
        await part.release();
      }
    }

    deepEqual(unmet, [undefined, undefined, 4 * MIB, 4 * MIB, undefined]);
  });

  it("loses nothing when the disk becomes full in the middle of a part", async () => {
    const { spool, openCount } = smallSpool(3 * MIB, { knowsRoom: false });

    const made = await cut(open(piecesOf(bytes, 300_000), { ...large, spool }));

    deepEqual(made.sizes, [3 * MIB, ...Array.from({ length: 8 }, () => 2 * MIB), MIB]);
    deepEqual([made.crc64, openCount()], [crc64(bytes), 0]);
  });

  it("says at once how long a stream of known length may be", async () => {
    const sizeBytes = 10_000 * 2 * MIB + 1;
    const parts = open(piecesOf(bytes, MIB), { ...large, sizeBytes, spool: smallSpool(0).spool });

    await rejects(parts.next(), {
      code: "stream-too-long",
      message: /longer than the 20971520000 bytes that .* in the folder \/small: make room there/,
    });
  });
});

describe("assertStreamFits()", () => {
  const limit = {
    label: "the stream",
    sizeBytes: undefined,
    partSizeMaxBytes: 64 * MIB,
    spoolLabel: undefined,
  };

  it("lets a stream of unknown length have all parts, and says behind the last how long it may be", () => {
    assertStreamFits({ ...limit, partNumber: 10_000, cutBytes: 5 });

    throws(() => assertStreamFits({ ...limit, partNumber: 10_001, cutBytes: 123 }), {
      code: "stream-too-long",
      message: "the stream is longer than the 123 bytes that 10000 parts can hold; give a larger partSize",
    });
  });

  it("knows of a known length beforehand", () => {
    const sizeBytes = 5 + 2 * 64 * MIB;
    assertStreamFits({ ...limit, partNumber: 9_999, cutBytes: 5, sizeBytes });

    throws(
      () => assertStreamFits({ ...limit, partNumber: 9_999, cutBytes: 4, sizeBytes }),
      /134217732 bytes/,
    );
  });
});
