// How the source of one upload is cut now: as it was planned, until its parts keep breaking; then what follows
// the last part that is there is cut into smaller ones, and what nobody has begun to send, once they hold, into larger
// ones again.
import { grownPartSize } from "./grow-parts.ts";
import type { PlannedPart } from "./part-plan.ts";
import type { UploadPlan } from "./plan-upload.ts";
import { type Recut, recutParts } from "./recut.ts";
import { shrunkPartSize } from "./shrink-parts.ts";
import { sized } from "./usual-part-size.ts";

export class PartCutting {
  readonly #mayCutAnew: boolean;
  readonly #reasons: string[] = [];
  readonly #recuts: Recut[];
  readonly #plannedSizeBytes: number;
  #parts: readonly PlannedPart[];
  #shrinkCount: number;
  /** By part number, how many attempts broke or stalled since parts were last cut. */
  readonly #breakCounts = new Map<number, number>();
  #breakAgainCount = 0;
  #arrivedCount = 0;
  #steadyCount = 0;

  /** @param mayCutAnew  not where the user has said how large parts are, nor where parts come one after another */
  constructor(
    { parts, partSizeBytes, recuts = [] }: Pick<UploadPlan, "parts" | "partSizeBytes" | "recuts">,
    { mayCutAnew }: { readonly mayCutAnew: boolean },
  ) {
    this.#parts = parts;
    this.#plannedSizeBytes = partSizeBytes;
    this.#recuts = [...recuts];
    this.#mayCutAnew = mayCutAnew;
    const sizes = [partSizeBytes, ...recuts.map((recut) => recut.partSizeBytes)];
    this.#shrinkCount = sizes.filter((size, index) => size < (sizes[index - 1] ?? 0)).length;
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

  partArrived(partNumber: number): void {
    this.#arrivedCount += 1;
    // Those before are of another size.
    this.#steadyCount += partNumber >= (this.#recuts.at(-1)?.fromPartNumber ?? 1) ? 1 : 0;
  }

  /** An attempt to send it broke or stalled. */
  partBroke(partNumber: number): void {
    const count = (this.#breakCounts.get(partNumber) ?? 0) + 1;
    this.#breakCounts.set(partNumber, count);
    this.#breakAgainCount += count > 1 ? 1 : 0;
    this.#steadyCount = 0;
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
    const reason = `larger ones broke again ${this.#breakAgainCount} times while ${this.#arrivedCount} arrived`;
    const recut = this.#cutAnew(keptCount, this.#shrunkPartSize(keptCount), reason);
    this.#shrinkCount += recut === undefined ? 0 : 1;
    return recut;
  }

  /**
   * Cuts what nobody has begun to send into larger parts, if that is called for.
   *
   * @param begunCount  parts with a higher number are not there, nor were they ever begun
   * @returns what has changed
   */
  grow(begunCount: number): Recut | undefined {
    const reason = `${this.#steadyCount} smaller ones arrived without a break`;
    return this.#cutAnew(begunCount, this.#grownPartSize(begunCount), reason);
  }

  #cutAnew(keptCount: number, partSizeBytes: number | undefined, reason: string): Recut | undefined {
    const first = this.#parts[keptCount];
    if (first === undefined || partSizeBytes === undefined) {
      return undefined;
    }
    const recut = { fromPartNumber: first.number, start: first.start, partSizeBytes };
    const parts = recutParts(this.#parts, recut);
    if (parts === undefined) {
      return undefined;
    }
    this.#reasons.push(`${sized(partSizeBytes)} parts from part ${first.number} on: ${reason}`);
    this.#parts = parts;
    this.#recuts.push(recut);
    this.#breakCounts.clear();
    this.#breakAgainCount = 0;
    this.#arrivedCount = 0;
    this.#steadyCount = 0;
    return recut;
  }

  #shrunkPartSize(keptCount: number): number | undefined {
    const remainingBytes = this.#bytesAfter(keptCount);
    return this.#mayCutAnew && remainingBytes > 0
      ? shrunkPartSize({
          breakAgainCount: this.#breakAgainCount,
          arrivedCount: this.#arrivedCount,
          partSizeBytes: this.#presentSize(keptCount),
          keptCount,
          remainingBytes,
        })
      : undefined;
  }

  #grownPartSize(begunCount: number): number | undefined {
    return this.#mayCutAnew
      ? grownPartSize({
          steadyCount: this.#steadyCount,
          shrinkCount: this.#shrinkCount,
          partSizeBytes: this.#presentSize(begunCount),
          plannedSizeBytes: this.#plannedSizeBytes,
          remainingBytes: this.#bytesAfter(begunCount),
        })
      : undefined;
  }

  #bytesAfter(count: number): number {
    const first = this.#parts[count];
    return first === undefined ? 0 : (this.#parts.at(-1)?.end ?? 0) - first.start;
  }

  /** Of the parts cut last; the very last of them says nothing, unless there is no other. */
  #presentSize(count: number): number {
    const part = this.#parts[Math.max(count, this.#parts.length - 2)];
    return part === undefined ? 0 : part.end - part.start;
  }
}
