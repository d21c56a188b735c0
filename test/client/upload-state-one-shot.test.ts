import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { UploadAction } from "../../src/client/upload/upload-facts.ts";
import { UploadState } from "../../src/client/upload/upload-state.ts";

function begun(): UploadState {
  const state = new UploadState(0, "abort", { isOneShot: true });
  state.begin();
  state.take({ type: "initiated", uploadId: "U" });
  return state;
}

function part(partNumber: number) {
  return { partNumber, etag: `E${partNumber}` };
}

describe("UploadState of a source that is cut while it is read", () => {
  it("asks for a part when none waits, and for a place when one does", () => {
    const state = begun();
    deepEqual([state.isWaitingForPart, state.isWaitingForPlace], [true, false]);

    state.take({ type: "part-read" });
    deepEqual([state.isWaitingForPart, state.isWaitingForPlace], [false, true]);

    const sent = { type: "send-part", uploadId: "U", partNumber: 1, isDuplicate: false };
    deepEqual(state.take({ type: "place" }), [sent]);
    deepEqual([state.isWaitingForPart, state.isWaitingForPlace, state.isInTail], [true, false, false]);
  });

  it("completes once, when the source has ended and every part is there, in whatever order that happens", () => {
    const stepOrder = fc.array(fc.nat(2), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), stepOrder, (partCount, order) => {
        const state = begun();
        const running: number[] = [];
        const actions: UploadAction[] = [];
        let readCount = 0;
        let hasEnded = false;
        const steps = [
          () => {
            if (!hasEnded && state.isWaitingForPart) {
              hasEnded = readCount === partCount;
              readCount += hasEnded ? 0 : 1;
              actions.push(...state.take({ type: hasEnded ? "source-ended" : "part-read" }));
            }
          },
          () => {
            for (const action of state.isWaitingForPlace ? state.take({ type: "place" }) : []) {
              ok(action.type === "send-part");
              running.push(action.partNumber);
            }
          },
          () => {
            const partNumber = running.shift();
            if (partNumber !== undefined) {
              actions.push(...state.take({ type: "part-uploaded", part: part(partNumber) }));
            }
          },
        ];

        for (const step of [
          ...order,
          ...Array.from({ length: 3 * (partCount + 2) }, (_, index) => index % 3),
        ]) {
          ok(!actions.some(({ type }) => type === "complete") || (hasEnded && running.length === 0));
          steps[step]?.();
        }

        deepEqual(
          actions.map((action) => (action.type === "complete" ? action.parts.length : action.type)),
          [partCount],
        );
      }),
    );
  });

  it("reads nothing while it is paused, and sends what was read when it goes on", () => {
    const state = begun();
    state.take({ type: "part-read" });
    state.take({ type: "place" });
    state.take({ type: "pause" });
    state.take({ type: "part-stopped", partNumber: 1 });
    deepEqual([state.isWaitingForPart, state.isWaitingForPlace], [false, false]);

    state.take({ type: "resume" });

    deepEqual([state.isWaitingForPart, state.isWaitingForPlace], [false, true]);
  });

  it("fails when the service has lost the upload, for the first parts cannot be had again", () => {
    const state = begun();
    state.take({ type: "part-read" });
    state.take({ type: "place" });

    state.take({ type: "upload-gone", partNumber: 1, error: "gone" });

    equal(state.failure?.error, "gone");
    ok(state.phase !== "restarting");
  });
});
