// Where the parts come from of a source that is cut while it is read.
import type { PlannedPart } from "./part-plan.ts";

export interface PartFeed {
  /** Of the whole source; undefined if nobody knows. */
  readonly sizeBytes: number | undefined;
  readonly partCount: number | undefined;
  /**
   * The next part, which is in the upload's plan then; undefined at the end. One call at a time.
   *
   * @throws as the iterator of `openStreamParts` does
   */
  next(): Promise<PlannedPart | undefined>;
  /** What the user should know of the parts that have come; told once. */
  takeWarning(): string | undefined;
  /** The service has the part, and nobody reads it any more. */
  release(partNumber: number): void;
}
