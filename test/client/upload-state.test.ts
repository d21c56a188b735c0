import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { OnFailure, UploadAction, UploadFact } from "../../src/client/upload/upload-facts.ts";
import { UploadState } from "../../src/client/upload/upload-state.ts";

function part(partNumber: number) {
  return { partNumber, etag: `E${partNumber}` };
}

/** Takes the facts in turn. @returns what the last one led to */
function takeAll(state: UploadState, facts: readonly UploadFact[]): readonly UploadAction[] {
  return facts.reduce<readonly UploadAction[]>((_, fact) => state.take(fact), []);
}

interface Choice {
  readonly pick: number;
  readonly isSuccess: boolean;
  /** What the user, or the service, does between two ends; mostly nothing. */
  readonly whim: "cancel" | "gone" | "none" | "pause" | "resume" | "too-large" | "too-small";
}

/** The plays shall not grow for ever. */
const RECUT_PART_COUNT_MAX = 40;

/** Something under way that will end. */
type Open =
  | { readonly type: "initiate" }
  | { readonly type: "part"; readonly partNumber: number; isStopped: boolean }
  | { readonly type: "complete" }
  | { readonly type: "abort" };

/**
 * Plays the service, the window, the user and the conductor: `choices` decide which of the things under way ends next,
 * whether well, and what else happens. After `choices` everything goes well, so that each play comes to an end.
 */
class Play {
  readonly state: UploadState;
  readonly actions: UploadAction[] = [];
  /** What was under way at each completion and abort: nothing of it may be a part. */
  readonly openAtEnds: Open[][] = [];
  /** How many senders each part has had since the upload began; more than one only in the tail or after a stop. */
  readonly needlessParts: number[] = [];
  readonly #there = new Set<number>();
  /** Grows when what is not there is cut into smaller parts, falls when it is cut into larger ones. */
  partCount: number;
  #open: Open[] = [];

  constructor(partCount: number, onFailure: OnFailure, kept: readonly number[]) {
    this.state = new UploadState(partCount, onFailure);
    this.partCount = partCount;
    for (const partNumber of kept) {
      this.#there.add(partNumber);
    }
    this.#start(
      kept.length > 0
        ? this.state.take({ type: "continued", uploadId: "U0", parts: kept.map(part) })
        : this.state.begin(),
    );
  }

  run(choices: readonly Choice[], placeCount: number): void {
    for (let index = 0; this.state.phase !== "completed" && this.state.phase !== "failed"; index += 1) {
      ok(index < 10_000, "the play does not come to an end");
      const { pick, isSuccess, whim } = choices[index] ?? { pick: 0, isSuccess: true, whim: "resume" };
      this.#indulge(whim, pick);
      this.#fill(placeCount, pick);
      this.#endOne(pick, isSuccess);
    }
  }

  #indulge(whim: Choice["whim"], pick: number): void {
    if (whim === "pause" || whim === "resume") {
      this.#take({ type: whim });
    }
    if (whim === "too-large") {
      this.#take({ type: "parts-too-large" });
    }
    const begunCount = whim === "too-small" ? this.state.highestBegun : undefined;
    if (begunCount !== undefined && begunCount < this.partCount) {
      // What nobody has begun is cut into half as many.
      this.partCount = begunCount + Math.ceil((this.partCount - begunCount) / 2);
      this.#take({ type: "recut", keptCount: begunCount, partCount: this.partCount });
    }
    if (whim === "cancel") {
      const onFailure = pick % 2 === 0 ? "abort" : "leave-parts";
      this.#take({ type: "failed", error: "cancelled", onFailure });
    }
    const sender = this.#open.find(({ type }) => type === "part");
    if (whim === "gone" && sender?.type === "part" && !sender.isStopped) {
      this.#open.splice(this.#open.indexOf(sender), 1);
      this.#there.clear();
      this.#take({ type: "upload-gone", partNumber: sender.partNumber, error: "gone" });
    }
  }

  #fill(placeCount: number, pick: number): void {
    while (this.state.senderCount < placeCount && this.state.isWaitingForPlace) {
      this.#take({ type: "place" });
    }
    if (this.state.senderCount < placeCount && this.state.isInTail) {
      this.#take({ type: "tail", partNumber: 1 + (pick % 20) });
    }
  }

  #endOne(pick: number, isSuccess: boolean): void {
    const [ended] = this.#open.splice(pick % Math.max(1, this.#open.length), 1);
    if (ended !== undefined) {
      this.#take(this.#endOf(ended, isSuccess));
    }
  }

  #endOf(ended: Open, isSuccess: boolean): UploadFact {
    switch (ended.type) {
      case "initiate":
        return isSuccess
          ? { type: "initiated", uploadId: "U1" }
          : { type: "initiate-failed", error: "initiate" };
      case "part": {
        const { partNumber } = ended;
        if (ended.isStopped) {
          return { type: "part-stopped", partNumber };
        }
        return isSuccess
          ? { type: "part-uploaded", part: part(partNumber) }
          : { type: "part-failed", partNumber, error: "part" };
      }
      case "complete":
        return isSuccess
          ? { type: "completed" }
          : { type: "complete-failed", error: "complete", isUploadGone: false };
      case "abort":
        return { type: isSuccess ? "aborted" : "abort-failed" };
    }
  }

  #take(fact: UploadFact): void {
    if (fact.type === "part-uploaded") {
      this.#there.add(fact.part.partNumber);
    }
    this.#start(this.state.take(fact));
  }

  #start(actions: readonly UploadAction[]): void {
    for (const action of actions) {
      this.actions.push(action);
      this.#startOne(action);
    }
  }

  #startOne(action: UploadAction): void {
    switch (action.type) {
      case "send-part":
        if (this.#there.has(action.partNumber)) {
          this.needlessParts.push(action.partNumber);
        }
        this.#open.push({ type: "part", partNumber: action.partNumber, isStopped: false });
        return;
      case "stop-part":
        this.#stop((partNumber) => partNumber === action.partNumber);
        return;
      case "stop-parts":
      case "stop":
        this.#stop(() => true);
        return;
      case "initiate":
        this.#there.clear();
        this.#open.push({ type: "initiate" });
        return;
      case "recut":
        this.openAtEnds.push([...this.#open]);
        this.#recut();
        return;
      case "complete":
      case "abort":
        this.openAtEnds.push([...this.#open]);
        this.#open.push({ type: action.type });
        return;
      default:
    }
  }

  #recut(): void {
    const isLeft = this.state.highestUploaded < this.partCount;
    if (isLeft && this.partCount < RECUT_PART_COUNT_MAX) {
      this.partCount += 1 + (this.partCount % 3);
      this.state.take({ type: "recut", keptCount: this.state.highestUploaded, partCount: this.partCount });
    }
  }

  #stop(isMeant: (partNumber: number) => boolean): void {
    for (const open of this.#open) {
      if (open.type === "part" && isMeant(open.partNumber)) {
        open.isStopped = true;
      }
    }
  }
}

const scenario = fc
  .record({
    partCount: fc.integer({ min: 1, max: 20 }),
    keptMask: fc.oneof(fc.constant(0), fc.nat(2 ** 20 - 1)),
    placeCount: fc.integer({ min: 1, max: 8 }),
    onFailure: fc.constantFrom<OnFailure>("abort", "leave-parts"),
    choices: fc.array(
      fc.record({
        pick: fc.nat(40),
        isSuccess: fc.oneof(
          { weight: 30, arbitrary: fc.constant(true) },
          { weight: 1, arbitrary: fc.boolean() },
        ),
        whim: fc.oneof(
          { weight: 12, arbitrary: fc.constant<Choice["whim"]>("none") },
          { weight: 6, arbitrary: fc.constantFrom<Choice["whim"]>("pause", "resume") },
          {
            weight: 1,
            arbitrary: fc.constantFrom<Choice["whim"]>("cancel", "gone", "too-large", "too-small"),
          },
        ),
      }),
      { maxLength: 80 },
    ),
  })
  .map(({ partCount, keptMask, ...others }) => ({
    ...others,
    partCount,
    kept: numbersTo(partCount).filter((partNumber) => (keptMask >> (partNumber - 1)) & 1),
  }));

function numberOf(action: UploadAction | undefined): number | undefined {
  return action?.type === "send-part" ? action.partNumber : undefined;
}

function numbersTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** Runs many plays and looks at each. */
function always(look: (play: Play) => void): void {
  fc.assert(
    fc.property(scenario, ({ partCount, kept, placeCount, onFailure, choices }) => {
      const play = new Play(partCount, onFailure, kept);

      play.run(choices, placeCount);

      look(play);
    }),
    { numRuns: 300 },
  );
}

function count(play: Play, type: UploadAction["type"]): number {
  return play.actions.filter((action) => action.type === type).length;
}

describe("UploadState", () => {
  it("always comes to an end, and to one end only", () => {
    always((play) => {
      equal(count(play, "finish"), 1);
      equal(play.state.phase === "failed", play.state.failure !== undefined);
    });
  });

  it("completes once at most, and only with every part in order", () => {
    always((play) => {
      const completions = play.actions.filter((action) => action.type === "complete");

      ok(completions.length <= 1);
      for (const { parts } of completions) {
        deepEqual(
          parts.map(({ partNumber }) => partNumber),
          numbersTo(play.partCount),
        );
      }
    });
  });

  it("neither completes, nor aborts, nor cuts anew while a part or a duplicate is under way", () => {
    always((play) => {
      deepEqual(play.openAtEnds.flat(), []);
      equal(play.state.senderCount, 0);
    });
  });

  it("sends no part that is there", () => {
    always((play) => {
      deepEqual(play.needlessParts, []);
    });
  });

  it("leaves parts behind only if told to, or if it cannot remove them", () => {
    always((play) => {
      ok(!play.state.arePartsLeft || play.state.phase === "failed");
      ok(count(play, "abort") <= 1);
      ok(play.state.phase !== "completed" || count(play, "abort") === 0);
    });
  });

  it("tells of a pause and its end in turn", () => {
    always((play) => {
      const told = play.actions.flatMap(({ type }) =>
        type === "tell-paused" || type === "tell-resumed" ? [type] : [],
      );

      ok(told.every((type, index) => (type === "tell-paused") === (index % 2 === 0)));
    });
  });

  it("begins anew at most once", () => {
    always((play) => {
      ok(count(play, "tell-restarted") <= 1);
    });
  });

  it("waits for the parts under way before it cuts what is not there anew, and goes on with that", () => {
    const state = new UploadState(4, "abort");
    takeAll(state, [
      { type: "initiated", uploadId: "U" },
      { type: "place" },
      { type: "place" },
      { type: "place" },
      { type: "part-uploaded", part: part(2) },
    ]);

    deepEqual(state.take({ type: "parts-too-large" }), [{ type: "stop-parts" }]);
    equal(state.isWaitingForPlace, false);
    deepEqual(state.take({ type: "part-stopped", partNumber: 3 }), []);
    deepEqual(state.take({ type: "part-stopped", partNumber: 1 }), [{ type: "recut" }]);
    equal(state.highestUploaded, 2);
    state.take({ type: "recut", keptCount: 2, partCount: 5 });

    const sent = [1, 2, 3, 4].map(() => state.take({ type: "place" }).map((action) => numberOf(action)));
    deepEqual(sent, [[1], [3], [4], [5]]);
    equal(state.isWaitingForPlace, false);
  });

  it("leaves what is under way as it is while what nobody has begun is cut anew", () => {
    const state = new UploadState(9, "abort");
    takeAll(state, [
      { type: "initiated", uploadId: "U" },
      { type: "place" },
      { type: "place" },
      { type: "place" },
      { type: "part-uploaded", part: part(2) },
      { type: "part-stopped", partNumber: 1 },
    ]);

    equal(state.highestBegun, 3);
    deepEqual(state.take({ type: "recut", keptCount: 3, partCount: 5 }), []);

    equal(state.isBeingSent(3), true);
    const sent = [1, 2, 3].map(() => state.take({ type: "place" }).map((action) => numberOf(action)));
    deepEqual(sent, [[1], [4], [5]]);
    equal(state.isWaitingForPlace, false);
  });

  it("waits for the parts under way before it aborts", () => {
    const state = new UploadState(3, "abort");
    state.begin();
    takeAll(state, [{ type: "initiated", uploadId: "U" }, { type: "place" }, { type: "place" }]);

    const failed = state.take({ type: "part-failed", partNumber: 1, error: "first" });
    const stopped = state.take({ type: "part-failed", partNumber: 2, error: "second" });

    deepEqual(failed, [{ type: "stop" }]);
    deepEqual(stopped, [{ type: "abort", uploadId: "U" }]);
    equal(state.failure?.error, "first");
  });

  it("goes on with what an earlier run left: the parts that are missing, in order", () => {
    const state = new UploadState(4, "abort");
    state.take({ type: "continued", uploadId: "U", parts: [part(3), part(1)] });

    const sent = [
      state.take({ type: "place" }),
      state.take({ type: "place" }),
      state.take({ type: "place" }),
    ];

    deepEqual(sent, [
      [{ type: "send-part", uploadId: "U", partNumber: 2, isDuplicate: false }],
      [{ type: "send-part", uploadId: "U", partNumber: 4, isDuplicate: false }],
      [],
    ]);
  });

  it("completes at once when an earlier run had sent everything", () => {
    const state = new UploadState(2, "abort");

    const actions = state.take({ type: "continued", uploadId: "U", parts: [part(2), part(1)] });

    deepEqual(actions, [{ type: "complete", uploadId: "U", parts: [part(1), part(2)] }]);
  });

  it("ends the loser when a part that was sent twice is there, and completes only after it", () => {
    const state = new UploadState(1, "abort");
    state.begin();
    const tail = takeAll(state, [
      { type: "initiated", uploadId: "U" },
      { type: "place" },
      { type: "tail", partNumber: 1 },
    ]);

    const won = state.take({ type: "part-uploaded", part: part(1) });
    const lost = state.take({ type: "part-stopped", partNumber: 1 });

    deepEqual(tail, [{ type: "send-part", uploadId: "U", partNumber: 1, isDuplicate: true }]);
    deepEqual(won, [{ type: "stop-part", partNumber: 1 }]);
    deepEqual(lost, [{ type: "complete", uploadId: "U", parts: [part(1)] }]);
  });

  it("takes a failed duplicate for nothing while the first is under way", () => {
    const state = new UploadState(1, "abort");
    state.begin();
    takeAll(state, [
      { type: "initiated", uploadId: "U" },
      { type: "place" },
      { type: "tail", partNumber: 1 },
    ]);

    const failed = state.take({ type: "part-failed", partNumber: 1, error: "duplicate" });
    const won = state.take({ type: "part-uploaded", part: part(1) });

    deepEqual(failed, []);
    deepEqual(won, [{ type: "complete", uploadId: "U", parts: [part(1)] }]);
  });

  it("waits with a pause for what is under way, and sends it again afterwards", () => {
    const state = new UploadState(2, "abort");
    state.begin();
    takeAll(state, [{ type: "initiated", uploadId: "U" }, { type: "place" }]);

    const asked = state.take({ type: "pause" });
    const paused = state.take({ type: "part-stopped", partNumber: 1 });
    const refused = state.take({ type: "place" });
    const resumed = state.take({ type: "resume" });
    const again = state.take({ type: "place" });

    deepEqual(asked, [{ type: "stop-parts" }]);
    deepEqual(paused, [{ type: "tell-paused" }]);
    deepEqual(refused, []);
    deepEqual(resumed, [{ type: "tell-resumed" }]);
    deepEqual(again, [{ type: "send-part", uploadId: "U", partNumber: 1, isDuplicate: false }]);
  });

  it("does not hold up a completion, and is not ended by a cancel that comes too late", () => {
    const state = new UploadState(1, "abort");
    state.take({ type: "continued", uploadId: "U", parts: [part(1)] });

    const paused = state.take({ type: "pause" });
    const cancelled = state.take({ type: "failed", error: "cancelled" });
    const completed = state.take({ type: "completed" });

    deepEqual([paused, cancelled, completed], [[], [{ type: "stop" }], [{ type: "finish" }]]);
    equal(state.phase, "completed");
  });

  it("removes an upload that was begun while it was given up", () => {
    const state = new UploadState(1, "abort");
    state.begin();

    const failed = state.take({ type: "failed", error: "cancelled" });
    const begun = state.take({ type: "initiated", uploadId: "U" });

    deepEqual(failed, [{ type: "stop" }]);
    deepEqual(begun, [{ type: "abort", uploadId: "U" }]);
  });

  it("takes 10,000 parts in no time", () => {
    const partCount = 10_000;
    const state = new UploadState(partCount, "abort");
    state.begin();
    state.take({ type: "initiated", uploadId: "U" });
    const startedAtMs = performance.now();

    const sent = numbersTo(partCount).map((partNumber) => {
      state.take({ type: "place" });
      return state.take({ type: "part-uploaded", part: part(partNumber) });
    });

    deepEqual(
      sent.at(-1)?.map(({ type }) => type),
      ["complete"],
    );
    ok(performance.now() - startedAtMs < 500);
  });
});
