// What an upload that ends without its parts has to know: how long it may try to remove them, and how it tells that they
// are left.
import type { UploadTask } from "./upload-task.ts";

/** How long a failed upload may take to remove its parts before it reports them as left. */
export const CLEAN_UP_MAX_MS = 10_000;

/**
 * Beside the upload's own outcome: parts cost space until somebody aborts `uploadId`.
 *
 * @param error  why they could not be removed
 */
export function tellPartsLeft(
  { key, reporter }: Pick<UploadTask, "key" | "reporter">,
  uploadId: string,
  error: unknown,
): void {
  const why = error instanceof Error ? error.message : error;
  const message = `the parts of upload ${uploadId} of ${key} could not be removed: ${why}`;
  reporter.tell({ type: "warning", code: "parts-left", message });
}
