import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  newUpload,
  nextActions,
  stepUpload,
  type UploadAction,
  type UploadEvent,
  type UploadState,
} from "../../src/client/upload/upload-state.ts";

function part(partNumber: number) {
  return { partNumber, etag: `E${partNumber}` };
}

function replay(state: UploadState, events: readonly UploadEvent[]): UploadState {
  return events.reduce((before, event) => stepUpload(before, event).state, state);
}

type OpenEnd = { readonly type: "end-part"; readonly partNumber: number };

/**
 * Plays the service, the scheduler and the conductor: `choices` decide which of the things under way ends next, and
 * whether well.
 */
function simulate(
  partCount: number,
  onFailure: UploadState["onFailure"],
  choices: readonly { readonly pick: number; readonly isSuccess: boolean }[],
) {
  let state = newUpload(partCount, onFailure);
  let open: (OpenEnd | UploadAction)[] = [...nextActions(state)];
  const done: UploadAction[] = [];
  const runningAtAbort: number[] = [];
  const apply = (event: UploadEvent) => {
    const step = stepUpload(state, event);
    state = step.state;
    open.push(...step.actions);
  };
  for (let index = 0; open.length > 0; index += 1) {
    const { pick, isSuccess } = choices[index % choices.length] ?? { pick: 0, isSuccess: true };
    // Whoever stops does so at once; everything else takes its time.
    const stopIndex = open.findIndex(({ type }) => type === "stop");
    const [action] = open.splice(stopIndex === -1 ? pick % open.length : stopIndex, 1);
    if (action?.type === "start-part") {
      open.push({ type: "end-part", partNumber: action.partNumber });
    }
    if (action?.type === "stop") {
      open = open.filter(({ type }) => type !== "start-part");
    }
    if (action?.type === "abort") {
      runningAtAbort.push(...open.flatMap((other) => (other.type === "end-part" ? [other.partNumber] : [])));
    }
    if (action !== undefined && action.type !== "end-part") {
      done.push(action);
    }
    for (const event of action === undefined ? [] : outcome(action, isSuccess)) {
      apply(event);
    }
  }
  return { state, done, runningAtAbort };
}

function outcome(action: OpenEnd | UploadAction, isSuccess: boolean): readonly UploadEvent[] {
  const error = new Error("scripted");
  switch (action.type) {
    case "initiate":
      return [isSuccess ? { type: "initiated", uploadId: "U" } : { type: "failed", error }];
    case "start-part":
      return [{ type: "part-started", partNumber: action.partNumber }];
    case "end-part": {
      const { partNumber } = action;
      return [
        isSuccess
          ? { type: "part-uploaded", part: part(partNumber) }
          : { type: "part-failed", partNumber, error },
      ];
    }
    case "complete":
      return [isSuccess ? { type: "completed" } : { type: "failed", error }];
    case "abort":
      return [isSuccess ? { type: "aborted" } : { type: "abort-failed" }];
    default:
      return [];
  }
}

const scenario = fc.record({
  partCount: fc.integer({ min: 1, max: 20 }),
  onFailure: fc.constantFrom<UploadState["onFailure"]>("abort", "leave-parts"),
  choices: fc.array(
    fc.record({
      pick: fc.nat(30),
      isSuccess: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.boolean()),
    }),
    { minLength: 1, maxLength: 60 },
  ),
});

describe("stepUpload()", () => {
  it("always comes to an end, and to one end only", () => {
    fc.assert(
      fc.property(scenario, ({ partCount, onFailure, choices }) => {
        const { state, done } = simulate(partCount, onFailure, choices);

        ok(state.phase === "completed" || state.phase === "failed");
        equal(done.filter(({ type }) => type === "finish").length, 1);
        equal(state.phase === "failed", state.failure !== undefined);
      }),
    );
  });

  it("completes once at most, and only with every part in order", () => {
    fc.assert(
      fc.property(scenario, ({ partCount, onFailure, choices }) => {
        const { done } = simulate(partCount, onFailure, choices);
        const completions = done.filter((action) => action.type === "complete");

        ok(completions.length <= 1);
        for (const { parts } of completions) {
          deepEqual(
            parts.map(({ partNumber }) => partNumber),
            Array.from({ length: partCount }, (_, index) => index + 1),
          );
        }
      }),
    );
  });

  it("starts no part twice", () => {
    fc.assert(
      fc.property(scenario, ({ partCount, onFailure, choices }) => {
        const started = simulate(partCount, onFailure, choices).done.flatMap((action) =>
          action.type === "start-part" ? [action.partNumber] : [],
        );

        equal(new Set(started).size, started.length);
      }),
    );
  });

  it("leaves parts behind only if told to, or if it cannot remove them", () => {
    fc.assert(
      fc.property(scenario, ({ partCount, onFailure, choices }) => {
        const { state, done } = simulate(partCount, onFailure, choices);
        const aborts = done.filter(({ type }) => type === "abort").length;
        const isFailedWithId = state.phase === "failed" && state.uploadId !== undefined;

        equal(aborts, isFailedWithId && onFailure === "abort" ? 1 : 0);
        ok(!state.arePartsLeft || state.phase === "failed");
      }),
    );
  });

  it("aborts only when no part is under way", () => {
    fc.assert(
      fc.property(scenario, ({ partCount, onFailure, choices }) => {
        deepEqual(simulate(partCount, onFailure, choices).runningAtAbort, []);
      }),
    );
  });

  it("waits for the parts under way before it aborts", () => {
    const events: readonly UploadEvent[] = [
      { type: "initiated", uploadId: "U" },
      { type: "part-started", partNumber: 1 },
      { type: "part-started", partNumber: 2 },
    ];
    const running = replay(newUpload(3, "abort"), events);

    const failed = stepUpload(running, { type: "part-failed", partNumber: 1, error: "first" });
    const stopped = stepUpload(failed.state, { type: "part-failed", partNumber: 2, error: "second" });

    deepEqual(failed.actions, [{ type: "stop" }]);
    deepEqual(stopped.actions, [{ type: "abort", uploadId: "U" }]);
    equal(stopped.state.failure?.error, "first");
  });

  it("goes on where a replayed run was, with the parts that are missing", () => {
    const events: readonly UploadEvent[] = [
      { type: "initiated", uploadId: "U" },
      { type: "part-uploaded", part: part(3) },
      { type: "part-uploaded", part: part(1) },
    ];

    const actions = nextActions(replay(newUpload(4, "abort"), events));

    deepEqual(actions, [
      { type: "start-part", uploadId: "U", partNumber: 2 },
      { type: "start-part", uploadId: "U", partNumber: 4 },
    ]);
  });

  it("completes after a replay of all parts", () => {
    const events: readonly UploadEvent[] = [
      { type: "initiated", uploadId: "U" },
      { type: "part-uploaded", part: part(2) },
      { type: "part-uploaded", part: part(1) },
    ];

    const actions = nextActions(replay(newUpload(2, "abort"), events));

    deepEqual(actions, [{ type: "complete", uploadId: "U", parts: [part(1), part(2)] }]);
  });

  it("counts a part once that is uploaded twice", () => {
    const events: readonly UploadEvent[] = [
      { type: "initiated", uploadId: "U" },
      { type: "part-uploaded", part: part(1) },
      { type: "part-uploaded", part: part(1) },
    ];

    equal(replay(newUpload(2, "abort"), events).phase, "uploading");
  });
});
