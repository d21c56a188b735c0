import { deepEqual, equal, match, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  backOff,
  beginAt,
  type ControllerState,
  learnEpoch,
  newController,
} from "../../../src/client/flow/concurrency-controller.ts";
import type { GoodputSample } from "../../../src/client/flow/goodput-meter.ts";

const MB = 1e6;
const limits = { sizeMin: 1, sizeMax: 64 };

function sampleOf(goodput: number, changes: Partial<GoodputSample> = {}): GoodputSample {
  return { goodput, inUse: 8, fullShare: 1, durationMs: 1_000, ...changes };
}

/** Epochs over a link whose connections carry 1 MB/s each, up to `fullAt` of them. */
function run(state: ControllerState, fullAt: number, epochCount: number): ControllerState {
  return Array.from({ length: epochCount }).reduce<ControllerState>(
    (before) => learnEpoch(before, sampleOf(Math.min(before.size, fullAt) * MB), limits).state,
    state,
  );
}

/** Past its first epoch. */
function warmController(size: number): ControllerState {
  return { ...newController(size), isWarm: true };
}

describe("learnEpoch()", () => {
  it("takes nothing from the first epoch, in which all connections are new", () => {
    const { state, reason } = learnEpoch(newController(8), sampleOf(8 * MB), limits);

    deepEqual([state.size, reason, state.measured], [8, undefined, []]);
    equal(learnEpoch(state, sampleOf(8 * MB), limits).state.size, 16);
  });

  it("doubles while that pays, with its reason", () => {
    const first = learnEpoch(warmController(8), sampleOf(8 * MB), limits);
    const second = learnEpoch(first.state, sampleOf(16 * MB), limits);

    equal(first.state.size, 16);
    equal(second.state.size, 32);
    match(second.reason ?? "", /^16 at a time carry 16\.0 MB\/s, 8 carried 8\.00 MB\/s: trying 32$/);
  });

  it("goes down step by step from a window that brought nothing, as far as that carries as much", () => {
    const flat = run(warmController(8), 8, 4);
    deepEqual([flat.size, flat.phase], [16, "settled"]);

    const sizes = Array.from({ length: 40 }).reduce<readonly ControllerState[]>(
      (states) => [...states, run(states.at(-1) ?? flat, 8, 1)],
      [flat],
    );

    deepEqual([...new Set(sizes.map(({ size }) => size))].slice(0, 4), [16, 12, 9, 7]);
    equal(sizes.at(-1)?.homeSize, 9);
  });

  it("goes back up when its window carries less than the larger one that it had tried in vain", () => {
    const settled: ControllerState = {
      ...run(warmController(16), 16, 1),
      phase: "probing",
      size: 24,
      homeSize: 16,
    };
    const failed = run(settled, 16, 3);
    equal(failed.size, 16);

    const faded = run(failed, 13.8, 4);

    deepEqual([faded.size, faded.phase], [24, "growing"]);
  });

  it("ends within the smallest windows that carry 97 %, from any start, on any link", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 64 }), (start, fullAt) => {
        const { size, phase, homeSize } = run(warmController(start), fullAt, 400);
        const settledSize = phase === "probing" ? homeSize : size;

        ok(settledSize >= Math.floor(0.97 * fullAt), `${settledSize} where ${fullAt} fill the link`);
        ok(settledSize <= Math.max(2, 1.5 * fullAt), `${settledSize} where ${fullAt} fill the link`);
      }),
    );
  });

  it("never leaves its bounds, whatever it is told", () => {
    const event = fc.oneof(
      fc.record({
        goodput: fc.double({ min: 0, max: 1e12, noNaN: true }),
        fullShare: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.constantFrom("throttled" as const, "timeout" as const),
    );
    const bounds = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 100 }));
    fc.assert(
      fc.property(bounds, fc.array(event, { maxLength: 200 }), ([sizeMin, room], events) => {
        const own = { sizeMin, sizeMax: sizeMin + room };
        let state = warmController(sizeMin);
        for (const one of events) {
          const before = state.size;
          const step =
            typeof one === "string" ? backOff(state, one, own) : learnEpoch(state, sampleOf(0, one), own);
          state = step.state;
          ok(Number.isInteger(state.size) && state.size >= own.sizeMin && state.size <= own.sizeMax);
          equal(step.reason === undefined, before === state.size);
          ok(state.measured.length <= 16);
        }
      }),
    );
  });

  it("learns nothing from an epoch in which places stood empty", () => {
    const state = warmController(8);

    equal(learnEpoch(state, sampleOf(8 * MB, { fullShare: 0.5 }), limits).state, state);
  });

  it("begins anew when the network is another one, and says so", () => {
    const settled = run(warmController(8), 8, 8);
    const size = settled.phase === "settled" ? settled.size : settled.homeSize;
    const home: ControllerState = { ...settled, phase: "settled", size };

    const once = learnEpoch(home, sampleOf(100 * MB), limits);
    const twice = learnEpoch(once.state, sampleOf(100 * MB), limits);

    equal(once.state.size, size);
    ok(twice.state.size > size);
    match(twice.reason ?? "", /the network has changed/);
  });

  it("looks for more at once when its window carries much less than it did", () => {
    const settled: ControllerState = {
      ...run(warmController(16), 16, 1),
      phase: "settled",
      size: 16,
      epochsUntilProbe: 30,
      probeInterval: 32,
    };

    const faded = run(settled, 10, 3);

    deepEqual([faded.phase, faded.size, faded.homeSize], ["probing", 24, 16]);
  });
});

describe("backOff()", () => {
  it("takes three tenths of the window, down to its least", () => {
    const throttled = backOff(newController(10), "throttled", limits);
    const least = backOff(newController(1), "timeout", limits);

    equal(throttled.state.size, 7);
    match(throttled.reason ?? "", /the service asks for less: 7 at a time instead of 10/);
    deepEqual([least.state.size, least.reason], [1, undefined]);
  });

  it("grows only in small steps afterwards", () => {
    const throttled = backOff(newController(20), "throttled", limits).state;
    const sizes = Array.from({ length: 30 }).reduce<readonly ControllerState[]>(
      (states) => [...states, run(states.at(-1) ?? throttled, 64, 1)],
      [throttled],
    );

    const growths = sizes.slice(1).map(({ size }, index) => size / (sizes[index]?.size ?? 1));
    ok(Math.max(...growths) <= 1.5, String(growths));
    ok((sizes.at(-1)?.size ?? 0) > 14);
  });
});

describe("beginAt()", () => {
  it("begins with what was good in an earlier run, within the bounds", () => {
    equal(beginAt(newController(8), 24, limits).state.size, 24);
    equal(beginAt(newController(8), 200, limits).state.size, 64);
  });

  it("does nothing once something was learned", () => {
    const learned = run(newController(8), 64, 2);

    equal(beginAt(learned, 3, limits).state, learned);
  });
});
