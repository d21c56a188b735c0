// The adaptive window over simulated links of all kinds, against fixed windows on the same links: what it was tuned on,
// and what must stay true.
import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import { createAdaptiveWindow } from "../../../src/client/flow/adaptive-window.ts";
import { createFixedWindow } from "../../../src/client/flow/fixed-window.ts";
import type { LinkMeasurement } from "../../../src/client/flow/link-measurement.ts";
import type { TransferWindow } from "../../../src/client/flow/transfer-window.ts";
import { choosePartSize } from "../../../src/client/upload/choose-part-size.ts";
import { seededRandom } from "./seeded-random.ts";
import { SimulatedLink } from "./simulated-link.ts";
import { simulateUpload, type UploadOptions } from "./simulated-upload.ts";
import { VirtualClock } from "./virtual-clock.ts";

interface Cell {
  readonly name: string;
  readonly rttMs: number;
  readonly mbits: number;
  readonly loss?: number;
  readonly resetChance?: number;
  /** What the link needs to carry the object when it is never idle. */
  readonly seconds?: number;
}

const FIXED_SIZES = [4, 32];
const MBIT_BYTES = 125_000;

interface Run {
  readonly cell: Cell;
  readonly seed?: number;
  readonly surroundings?: Partial<UploadOptions>;
}

async function upload(
  { cell, seed = 1, surroundings = {} }: Run,
  createWindow: (clock: VirtualClock) => TransferWindow,
): Promise<{ readonly seconds: number; readonly window: TransferWindow; readonly clock: VirtualClock }> {
  const { rttMs, mbits, loss = 0, resetChance = 0, seconds = 20 } = cell;
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const link = new SimulatedLink({ rttMs, bytesPerSecond: mbits * MBIT_BYTES, loss }, random);
  const sizeBytes = mbits * MBIT_BYTES * seconds;
  const { partSizeBytes } = choosePartSize({ sizeBytes });
  const window = createWindow(clock);
  const { tookMs } = await simulateUpload({
    clock,
    link,
    window,
    random,
    sizeBytes,
    partSizeBytes,
    commitMs: 5,
    resetChance,
    ...surroundings,
  });
  return { seconds: tookMs / 1_000, window, clock };
}

const adaptive = (clock: VirtualClock) => createAdaptiveWindow({ clock });

describe("an adaptive window", () => {
  const cells: readonly Cell[] = [
    { name: "short and narrow", rttMs: 1, mbits: 10 },
    { name: "short and wide", rttMs: 1, mbits: 200 },
    { name: "middling, with resets", rttMs: 20, mbits: 50, resetChance: 0.01 },
    { name: "middling and lossy", rttMs: 20, mbits: 200, loss: 0.005 },
    { name: "long and wide", rttMs: 100, mbits: 200 },
    { name: "long and lossy", rttMs: 100, mbits: 50, loss: 0.005 },
  ];
  for (const cell of cells) {
    it(`is within a tenth of the best fixed one where the link is ${cell.name}`, async () => {
      const fixed = await Promise.all(
        FIXED_SIZES.map((size) => upload({ cell }, (clock) => createFixedWindow(size, clock))),
      );

      const { seconds } = await upload({ cell }, adaptive);

      const best = Math.min(...fixed.map((one) => one.seconds));
      ok(seconds <= 1.1 * best, `${seconds} s; the best took ${best} s`);
    });
  }

  it("finds many connections where each is slow, and few where one suffices", async () => {
    const lossy = { name: "lossy", rttMs: 100, mbits: 200, loss: 0.005, seconds: 10 };
    const clean = { name: "clean", rttMs: 1, mbits: 200, seconds: 60 };

    const { window: wide } = await upload({ cell: lossy }, adaptive);
    const { window: narrow } = await upload({ cell: clean }, adaptive);

    ok(wide.size >= 32, `${wide.size} places on a lossy link`);
    ok(narrow.size <= 8, `${narrow.size} places on a clean one`);
  });

  it("keeps below what the service refuses, and loses little by finding out", async () => {
    const cell = { name: "throttled", rttMs: 20, mbits: 200, loss: 0.005 };
    const requestCountMax = 10;

    const { seconds, window } = await upload({ cell, surroundings: { requestCountMax } }, adaptive);
    const fixed = await upload({ cell, surroundings: { requestCountMax } }, (clock) =>
      createFixedWindow(requestCountMax, clock),
    );

    ok(window.size <= 1.5 * requestCountMax, `${window.size} places where ${requestCountMax} are served`);
    ok(seconds <= 1.3 * fixed.seconds, `${seconds} s; ${fixed.seconds} s with as many as are served`);
  });

  it("measures what a connection carries and a part costs, for the next upload", async () => {
    const cell = { name: "measured", rttMs: 20, mbits: 50 };

    const { window } = await upload({ cell }, adaptive);

    const { measured } = window;
    ok(measured !== undefined);
    const goodput = measured.connectionGoodput * measured.concurrency;
    ok(Math.abs(goodput - 50 * MBIT_BYTES) < 0.2 * 50 * MBIT_BYTES, `${goodput} bytes a second`);
    ok(measured.partCostMs >= 20 && measured.partCostMs <= 200, `${measured.partCostMs} ms a part`);
    equal(measured.lossPerByte, 0);
  });

  for (const seconds of [1.5, 5, 15]) {
    it(`does not begin with more and more, one upload of ${seconds} s after the other, where the first number fills the link`, async () => {
      const cell = { name: "short and wide", rttMs: 1, mbits: 1_000, seconds };
      const sizes: number[] = [];
      let measured: LinkMeasurement | undefined;

      for (let seed = 1; seed <= 8; seed += 1) {
        const { window } = await upload({ cell, seed }, (clock) => {
          const created = createAdaptiveWindow({ clock });
          if (measured !== undefined) {
            created.recall(measured);
          }
          sizes.push(created.size);
          return created;
        });
        measured = window.measured;
      }

      ok(Math.max(...sizes) <= 8, `they began with ${sizes.join(", ")}`);
    });
  }

  it("begins with as many as paid, where more paid", async () => {
    const cell = { name: "lossy", rttMs: 100, mbits: 200, loss: 0.005, seconds: 10 };

    const { window } = await upload({ cell }, adaptive);

    ok((window.measured?.concurrency ?? 0) >= 32, `${window.measured?.concurrency}`);
  });

  it("counts the connections that are lost", async () => {
    const cell = { name: "breaking", rttMs: 20, mbits: 50, resetChance: 0.2 };

    const { window } = await upload({ cell }, adaptive);

    const { lossPerByte = 0 } = window.measured ?? {};
    const { partSizeBytes } = choosePartSize({ sizeBytes: 15 * 50 * MBIT_BYTES });
    ok(lossPerByte * partSizeBytes > 0.1 && lossPerByte * partSizeBytes < 0.4, String(lossPerByte));
  });

  it("begins with what an earlier process measured", async () => {
    const clock = new VirtualClock();
    const window = adaptive(clock);
    const told: number[] = [];
    window.watch(({ size }) => told.push(size));

    window.recall({ connectionGoodput: 1e6, concurrency: 20, partCostMs: 10, lossPerByte: 0 });
    window.recall({ connectionGoodput: 1e6, concurrency: 20, partCostMs: 10, lossPerByte: 0 });

    deepEqual([window.size, told], [20, [20]]);
  });

  it("gives back all places and leaves no timer at the end", async () => {
    const cell = { name: "breaking", rttMs: 20, mbits: 50, resetChance: 0.05 };

    const { window, clock } = await upload({ cell, surroundings: { durationMaxMs: 3_000 } }, adaptive);

    equal(window.inUse, 0);
    equal(clock.waitCount, 0);
  });
});
