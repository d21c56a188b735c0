// What a server that keeps versions acknowledged: each version that was put, each delete marker, each version that was
// removed for good. Whoever uses a key waits for each answer, so at most one call about it is without an answer.
import assert from "node:assert/strict";
import { ABSENT, type Content, describeStates, isRight, type ObjectState } from "./ledger.ts";

/** A version by its id; ABSENT for a delete marker. */
export type Versions = ReadonlyMap<string, ObjectState>;

type Unanswered =
  | { readonly act: "put"; readonly state: ObjectState }
  | { readonly act: "remove"; readonly versionId: string };

export class VersionLedger {
  readonly #versions = new Map<string, Map<string, ObjectState>>();
  readonly #unanswered = new Map<string, Unanswered>();
  acknowledgedCount = 0;

  get keys(): readonly string[] {
    return [...this.#versions.keys()];
  }

  idsOf(key: string): readonly string[] {
    return [...this.#of(key).keys()];
  }

  /** @param act  answers with the new version's id */
  async put(key: string, content: Content, act: () => Promise<string | undefined>): Promise<void> {
    await this.#add(key, content, act);
  }

  /** @param act  answers with the delete marker's id */
  async mark(key: string, act: () => Promise<string | undefined>): Promise<void> {
    await this.#add(key, ABSENT, act);
  }

  async remove(key: string, versionId: string, act: () => Promise<unknown>): Promise<void> {
    this.#unanswered.set(key, { act: "remove", versionId });
    await act();
    this.#of(key).delete(versionId);
    this.#answered(key);
  }

  /** @throws {AssertionError} if `found` is not what was acknowledged, with or without what has no answer */
  settle(key: string, found: Versions): void {
    const acknowledged = this.#of(key);
    const unanswered = this.#unanswered.get(key);
    for (const [versionId, state] of acknowledged) {
      const there = found.get(versionId);
      const mayBeGone = unanswered?.act === "remove" && unanswered.versionId === versionId;
      assert.ok(there !== undefined || mayBeGone, `version ${versionId} of ${key} is lost`);
      assert.ok(
        there === undefined || isRight(there, [state]),
        `version ${versionId} of ${key} is ${describeStates([there ?? ABSENT])}, but should be ${describeStates([state])}`,
      );
    }
    const added = [...found].filter(([versionId]) => !acknowledged.has(versionId));
    const right = unanswered?.act === "put" ? [unanswered.state] : [];
    assert.ok(
      added.length <= right.length && added.every(([, state]) => isRight(state, right)),
      `${key} has versions that nobody put: ${added.map(([versionId]) => versionId).join(", ")}`,
    );
    this.#versions.set(key, new Map(found));
    this.#unanswered.delete(key);
  }

  async #add(key: string, state: ObjectState, act: () => Promise<string | undefined>): Promise<void> {
    this.#unanswered.set(key, { act: "put", state });
    const versionId = await act();
    assert.ok(versionId !== undefined, `${key} has no version`);
    this.#of(key).set(versionId, state);
    this.#answered(key);
  }

  #answered(key: string): void {
    this.#unanswered.delete(key);
    this.acknowledgedCount += 1;
  }

  #of(key: string): Map<string, ObjectState> {
    const versions = this.#versions.get(key) ?? new Map<string, ObjectState>();
    this.#versions.set(key, versions);
    return versions;
  }
}
