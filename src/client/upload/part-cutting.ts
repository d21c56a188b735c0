// How the source of one upload is cut now: as it was planned, until its parts keep breaking; then what follows
// the last part that is there is cut into smaller ones.
import type { PlannedPart } from "./part-plan.ts";
import type { UploadPlan } from "./plan-upload.ts";
import { type Recut, recutParts } from "./recut.ts";
import { shrunkPartSize } from "./shrink-parts.ts";
import { sized } from "./usual-part-size.ts";

export class PartCutting {
  readonly #mayShrink: boolean;
  readonly #reasons: string[] = [];
  readonly #recuts: Recut[];
  #parts: readonly PlannedPart[];
  /** By part number, how many attempts broke or stalled since parts were last cut. */
  readonly #breakCounts = new Map<number, number>();
  #breakAgainCount = 0;
  #arrivedCount = 0;

  /** @param mayShrink  not where the user has said how large parts are, nor where parts come one after another */
  constructor(
    { parts, recuts = [] }: Pick<UploadPlan, "parts" | "recuts">,
    { mayShrink }: { readonly mayShrink: boolean },
  ) {
    this.#parts = parts;
    this.#recuts = [...recuts];
    this.#mayShrink = mayShrink;
  }

  /** By number. Of a source that is cut while it is read, those that have come. */
  get parts(): readonly PlannedPart[] {
    return this.#parts;
  }

  get recuts(): readonly Recut[] {
    return this.#recuts;
  }

  /** Why it was cut anew, one reason each time. */
  get reasons(): readonly string[] {
    return this.#reasons;
  }

  partArrived(): void {
    this.#arrivedCount += 1;
  }

  /** An attempt to send it broke or stalled. */
  partBroke(partNumber: number): void {
    const count = (this.#breakCounts.get(partNumber) ?? 0) + 1;
    this.#breakCounts.set(partNumber, count);
    this.#breakAgainCount += count > 1 ? 1 : 0;
  }

  /** Whether `shrink` would change anything. */
  isTooLarge(keptCount: number): boolean {
    return this.#shrunkPartSize(keptCount) !== undefined;
  }

  /**
   * Cuts what is not there into smaller parts, if that is called for.
   *
   * @param keptCount  parts with a higher number are not there, nor is any under way
   * @returns what has changed
   */
  shrink(keptCount: number): Recut | undefined {
    const first = this.#parts[keptCount];
    const partSizeBytes = this.#shrunkPartSize(keptCount);
    if (first === undefined || partSizeBytes === undefined) {
      return undefined;
    }
    const recut = { fromPartNumber: first.number, start: first.start, partSizeBytes };
    const parts = recutParts(this.#parts, recut);
    if (parts === undefined) {
      return undefined;
    }
    this.#reasons.push(
      `${sized(partSizeBytes)} parts from part ${first.number} on: larger ones broke again ${this.#breakAgainCount} times while ${this.#arrivedCount} arrived`,
    );
    this.#parts = parts;
    this.#recuts.push(recut);
    this.#breakCounts.clear();
    this.#breakAgainCount = 0;
    this.#arrivedCount = 0;
    return recut;
  }

  #shrunkPartSize(keptCount: number): number | undefined {
    const first = this.#parts[keptCount];
    if (!this.#mayShrink || first === undefined) {
      return undefined;
    }
    return shrunkPartSize({
      breakAgainCount: this.#breakAgainCount,
      arrivedCount: this.#arrivedCount,
      partSizeBytes: first.end - first.start,
      keptCount,
      remainingBytes: (this.#parts.at(-1)?.end ?? 0) - first.start,
    });
  }
}
