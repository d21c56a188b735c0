// The course of an upload in parts, as a pure function: what has happened → how things stand, and what to do next.
// The conductor in upload-in-parts.ts does it and reports back. Resuming is replaying the events of an earlier run.
import type { UploadedPart } from "./part-info.ts";

type UploadPhase =
  | "initiating"
  | "uploading"
  | "completing"
  | "completed"
  /** It has failed; parts that are under way have yet to end, for one that arrives after the abort would stay. */
  | "stopping"
  | "aborting"
  | "failed";

export interface UploadState {
  readonly phase: UploadPhase;
  /** What to do with the parts when the upload fails. */
  readonly onFailure: "abort" | "leave-parts";
  readonly uploadId: string | undefined;
  /** By part index, which is the part's number less 1. */
  readonly parts: readonly (UploadedPart | undefined)[];
  readonly uploadedCount: number;
  /** Numbers of the parts under way. */
  readonly running: ReadonlySet<number>;
  /** Why it failed: the first error; later ones follow from it. */
  readonly failure: { readonly error: unknown } | undefined;
  /** Whether it failed and parts may be left with the service. */
  readonly arePartsLeft: boolean;
}

export type UploadEvent =
  | { readonly type: "initiated"; readonly uploadId: string }
  | { readonly type: "part-started"; readonly partNumber: number }
  | { readonly type: "part-uploaded"; readonly part: UploadedPart }
  | { readonly type: "part-failed"; readonly partNumber: number; readonly error: unknown }
  /** Initiating or completing failed, or whatever else ends the upload. */
  | { readonly type: "failed"; readonly error: unknown }
  | { readonly type: "completed" }
  | { readonly type: "aborted" }
  | { readonly type: "abort-failed" };

export type UploadAction =
  | { readonly type: "initiate" }
  | { readonly type: "start-part"; readonly uploadId: string; readonly partNumber: number }
  | { readonly type: "complete"; readonly uploadId: string; readonly parts: readonly UploadedPart[] }
  /** End what is under way: the parts, and the call that initiates or completes. */
  | { readonly type: "stop" }
  | { readonly type: "abort"; readonly uploadId: string }
  /** Nothing more will happen. */
  | { readonly type: "finish" };

export interface UploadStep {
  readonly state: UploadState;
  readonly actions: readonly UploadAction[];
}

/** @param partCount  1 … PART_COUNT_MAX */
export function newUpload(partCount: number, onFailure: UploadState["onFailure"]): UploadState {
  return {
    phase: "initiating",
    onFailure,
    uploadId: undefined,
    parts: Array.from({ length: partCount }, () => undefined),
    uploadedCount: 0,
    running: new Set(),
    failure: undefined,
    arePartsLeft: false,
  };
}

/** The actions with which to begin, or to go on after a replay. */
export function nextActions(state: UploadState): readonly UploadAction[] {
  const { phase, uploadId } = state;
  if (phase === "initiating") {
    return [{ type: "initiate" }];
  }
  if (phase === "uploading") {
    return missingParts(state).map((partNumber) => ({
      type: "start-part",
      uploadId: idOf(state),
      partNumber,
    }));
  }
  if (phase === "completing") {
    return [completeAction(state)];
  }
  if (phase === "aborting" && uploadId !== undefined) {
    return [{ type: "abort", uploadId }];
  }
  return phase === "stopping" ? [] : [{ type: "finish" }];
}

/** Events that make no sense in the phase, such as the end of a part after the upload's, change nothing. */
export function stepUpload(state: UploadState, event: UploadEvent): UploadStep {
  switch (event.type) {
    case "initiated":
      return state.phase === "initiating"
        ? enter({ ...state, phase: "uploading", uploadId: event.uploadId })
        : stay(state);
    case "part-started":
      return stay({ ...state, running: new Set([...state.running, event.partNumber]) });
    case "part-uploaded":
      return afterPart(withPart(state, event.part));
    case "part-failed": {
      const settled = withoutRunning(state, event.partNumber);
      return state.phase === "uploading" ? fail(settled, event.error) : afterPart(settled);
    }
    case "failed":
      return fail(state, event.error);
    case "completed":
      return state.phase === "completing" ? enter({ ...state, phase: "completed" }) : stay(state);
    case "aborted":
      return state.phase === "aborting" ? enter({ ...state, phase: "failed" }) : stay(state);
    case "abort-failed":
      return state.phase === "aborting"
        ? enter({ ...state, phase: "failed", arePartsLeft: true })
        : stay(state);
  }
}

function stay(state: UploadState): UploadStep {
  return { state, actions: [] };
}

function enter(state: UploadState): UploadStep {
  return { state, actions: nextActions(state) };
}

function afterPart(state: UploadState): UploadStep {
  if (state.phase === "uploading" && state.uploadedCount === state.parts.length) {
    return enter({ ...state, phase: "completing" });
  }
  return state.phase === "stopping" && state.running.size === 0 ? cleanUp(state) : stay(state);
}

function fail(state: UploadState, error: unknown): UploadStep {
  const failed = { ...state, failure: { error } };
  if (state.phase === "initiating") {
    return enter({ ...failed, phase: "failed" });
  }
  if (state.phase !== "uploading" && state.phase !== "completing") {
    return stay(state);
  }
  const stop: UploadAction = { type: "stop" };
  if (state.running.size > 0) {
    return { state: { ...failed, phase: "stopping" }, actions: [stop] };
  }
  const { state: next, actions } = cleanUp(failed);
  return { state: next, actions: [stop, ...actions] };
}

function cleanUp(state: UploadState): UploadStep {
  return state.onFailure === "abort"
    ? enter({ ...state, phase: "aborting" })
    : enter({ ...state, phase: "failed", arePartsLeft: true });
}

function withPart(state: UploadState, part: UploadedPart): UploadState {
  const partIndex = part.partNumber - 1;
  const isNew = state.parts[partIndex] === undefined;
  return {
    ...withoutRunning(state, part.partNumber),
    parts: state.parts.with(partIndex, part),
    uploadedCount: state.uploadedCount + (isNew ? 1 : 0),
  };
}

function withoutRunning(state: UploadState, partNumber: number): UploadState {
  return { ...state, running: new Set([...state.running].filter((running) => running !== partNumber)) };
}

function missingParts({ parts, running }: UploadState): readonly number[] {
  return parts
    .map((part, partIndex) => (part === undefined ? partIndex + 1 : 0))
    .filter((partNumber) => partNumber > 0 && !running.has(partNumber));
}

function completeAction(state: UploadState): UploadAction {
  const parts = state.parts.filter((part) => part !== undefined);
  return { type: "complete", uploadId: idOf(state), parts };
}

function idOf({ uploadId }: UploadState): string {
  if (uploadId === undefined) {
    throw new Error("impossible: an upload is under way without an id");
  }
  return uploadId;
}
