// Changes what is stored with an object that is there, as it was seen: between the look and the change, another may
// have taken its place.
import { serviceError } from "../protocol/errors/known-error.ts";
import type { AttributesChange, ObjectId, ObjectRecord } from "../storage/records.ts";
import { requireObject } from "./require-resources.ts";
import type { RequestContext } from "./service-context.ts";

/** How often the object is looked at again when it was replaced meanwhile. */
const CHANGE_ATTEMPTS_MAX = 5;

/**
 * @param decide  the change for the object that is there; it may refuse by throwing
 * @returns the object as it was before
 * @throws {ServiceError} NoSuchKey, NoSuchVersion, MethodNotAllowed; ServiceUnavailable when the object is replaced all the time
 * @throws {StorageError} bucket-missing
 */
export async function changeObject(
  id: ObjectId,
  decide: (object: ObjectRecord) => AttributesChange,
  context: RequestContext,
): Promise<ObjectRecord> {
  for (let attempt = 1; attempt <= CHANGE_ATTEMPTS_MAX; attempt += 1) {
    const object = await requireObject(id, context);
    const { generation } = object;
    if (await context.store.metadata.changeObject(id, decide(object), { generation })) {
      return object;
    }
  }
  throw serviceError("ServiceUnavailable", { message: "The object is being replaced all the time." });
}
