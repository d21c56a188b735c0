// How the source of one upload is cut now: as it was planned, until its parts keep breaking; then what nobody has begun
// is cut into smaller ones.
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
  #brokenTwiceCount = 0;
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
    this.#brokenTwiceCount += count === 2 ? 1 : 0;
  }

  /**
   * Cuts what nobody has begun into smaller parts, if that is called for.
   *
   * @param begunCount  parts with a higher number were never begun, nor are there
   * @returns what has changed
   */
  shrink(begunCount: number): Recut | undefined {
    const first = this.#parts[begunCount];
    const end = this.#parts.at(-1)?.end ?? 0;
    if (!this.#mayShrink || first === undefined) {
      return undefined;
    }
    const partSizeBytes = shrunkPartSize({
      brokenTwiceCount: this.#brokenTwiceCount,
      arrivedCount: this.#arrivedCount,
      partSizeBytes: first.end - first.start,
      begunCount,
      remainingBytes: end - first.start,
    });
    if (partSizeBytes === undefined) {
      return undefined;
    }
    const recut = { fromPartNumber: first.number, start: first.start, partSizeBytes };
    const parts = recutParts(this.#parts, recut);
    if (parts === undefined) {
      return undefined;
    }
    this.#reasons.push(
      `${sized(partSizeBytes)} parts from part ${first.number} on: ${this.#brokenTwiceCount} larger ones broke again and again, ${this.#arrivedCount} arrived`,
    );
    this.#parts = parts;
    this.#recuts.push(recut);
    this.#breakCounts.clear();
    this.#brokenTwiceCount = 0;
    this.#arrivedCount = 0;
    return recut;
  }
}
