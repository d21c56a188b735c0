import { deepEqual, equal, rejects } from "node:assert/strict";
import { describe, it } from "node:test";
import { measureBody } from "../../src/client/measured-body.ts";
import { bytesBody, type RequestBody } from "../../src/client/request-body.ts";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { crc64Kernel } from "../../src/protocol/crc64/crc64-digest.ts";
import { FOLD_COUNT_MAX } from "../../src/protocol/crc64/load-crc64-kernel.ts";

const LONG = Buffer.alloc(64 * 1024, 7);

/** How many of the kernel's places are free. */
function freePlaceCount(): number {
  const folds = Array.from({ length: FOLD_COUNT_MAX }, () => crc64Kernel().kernel?.startFold(0n));
  for (const fold of folds) {
    fold?.fold(LONG);
    fold?.finish();
  }
  return folds.filter((fold) => fold !== undefined).length;
}

async function readAll(body: RequestBody): Promise<void> {
  for await (const _ of body.chunks());
}

/** Gives long bytes twice, and then fails. */
const failing: RequestBody = {
  sizeBytes: 3 * LONG.length,
  async *chunks() {
    yield LONG;
    yield LONG;
    throw new Error("unreadable");
  },
};

describe("measureBody()", () => {
  it("knows the size and the CRC-64 of what the latest iteration gave", async () => {
    const body = measureBody(bytesBody(LONG));

    await readAll(body);
    await readAll(body);

    deepEqual(body.measured, { sizeBytes: LONG.length, crc64: crc64(LONG) });
  });

  it("knows them of one that was ended early", async () => {
    const body = measureBody(failing);

    for await (const _ of body.chunks()) {
      break;
    }

    deepEqual(body.measured, { sizeBytes: LONG.length, crc64: crc64(LONG) });
  });

  const ends: readonly { readonly what: string; readonly end: () => Promise<void> }[] = [
    { what: "is read and never asked about", end: () => readAll(measureBody(bytesBody(LONG))) },
    { what: "fails", end: () => rejects(readAll(measureBody(failing)), { message: "unreadable" }) },
    {
      what: "fails after another attempt has begun",
      end: async () => {
        const body = measureBody(failing);
        const earlier = body.chunks()[Symbol.asyncIterator]();
        await earlier.next();
        await rejects(readAll(body), { message: "unreadable" });
        await earlier.next();
        await rejects(earlier.next(), { message: "unreadable" });
      },
    },
  ];
  for (const { what, end } of ends) {
    it(`keeps no place of the kernel for a body that ${what}`, async () => {
      const before = freePlaceCount();

      await end();

      equal(freePlaceCount(), before);
    });
  }
});
