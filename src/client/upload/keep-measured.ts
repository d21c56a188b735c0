// What an upload has shown of the network, kept for the next one.
import type { GoodputMemory } from "../flow/goodput-memory.ts";
import type { UploadTask } from "./upload-task.ts";

/** Smaller uploads end before they show much. */
const MEASURED_SIZE_MIN_BYTES: number = 8 * 1024 * 1024;

/**
 * Parts of a size that the user chose may be so small that what they cost beside their bytes decides: then it takes many
 * of them at a time, which is nothing to begin the next upload with.
 */
export async function keepMeasured(
  memory: GoodputMemory | undefined,
  { window, plan, options }: UploadTask,
): Promise<void> {
  const isTelling = options.partSize === undefined && plan.sizeBytes >= MEASURED_SIZE_MIN_BYTES;
  if (window.measured !== undefined && isTelling) {
    await memory?.keep(window.measured);
  }
}
