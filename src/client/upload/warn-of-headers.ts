// An upload that was found on the service was begun by someone who may have wanted its object to carry something else.
import type { ObjectHeaders } from "../../protocol/fields/object-headers.ts";
import { unmetWishes } from "./unmet-wishes.ts";
import type { UploadTask } from "./upload-task.ts";

export async function warnOfHeaders(
  { bucket, key, control, reporter }: UploadTask,
  objectHeaders: ObjectHeaders,
): Promise<void> {
  const { objectHeaders: stored } = await bucket.headObject(key, { signal: control.signal });
  const unmet = unmetWishes(objectHeaders, stored);
  if (unmet.length > 0) {
    reporter.tell({
      type: "warning",
      code: "headers-differ",
      message: `${key} went on from an upload that was begun with other headers, and carries those: ${unmet.join(", ")} differ`,
    });
  }
}
