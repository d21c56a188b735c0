// How the source of an earlier upload was cut. Pure.
import { PART_COUNT_MAX } from "../../protocol/limits.ts";
import { cutParts } from "./part-plan.ts";
import type { UploadPlan } from "./plan-upload.ts";
import { type Recut, recutAll } from "./recut.ts";

/** The plan of an upload that goes on: its parts stay as they were cut. Undefined if no upload can be cut so. */
export function planContinuation(
  sizeBytes: number,
  partSizeBytes: number,
  recuts: readonly Recut[] = [],
): UploadPlan | undefined {
  const isPossible = Number.isSafeInteger(partSizeBytes) && partSizeBytes > 0;
  if (!isPossible || Math.ceil(sizeBytes / partSizeBytes) > PART_COUNT_MAX) {
    return undefined;
  }
  const reasons = [`parts of ${partSizeBytes} bytes: the upload was begun so`];
  const parts = recutAll(cutParts(sizeBytes, partSizeBytes), recuts);
  return { method: "multipart", sizeBytes, partSizeBytes, parts, reasons, recuts };
}
