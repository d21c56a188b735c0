// Questions that travel between the threads in another form than the port has them, as packed-outputs.ts has answers.
import type { MetadataStore } from "../metadata-store.ts";
import { type PackedCompletion, packCompletion } from "./packed-completion.ts";

export interface PackedInputs {
  readonly completeUpload: readonly [PackedCompletion];
}

/** @returns what the thread is asked: packed where `PackedInputs` says so */
export function packInput(operation: keyof MetadataStore, input: readonly unknown[]): readonly unknown[] {
  if (operation === "completeUpload") {
    const [completion] = input as Parameters<MetadataStore["completeUpload"]>;
    return [packCompletion(completion)] satisfies PackedInputs["completeUpload"];
  }
  return input;
}
