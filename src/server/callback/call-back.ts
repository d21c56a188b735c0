// A callback from its parameters to its answer. The object is stored by then, so a callback that fails is no failure
// of the upload: the answer is 203, and what the client needs to know of its object stands in the headers.
import { serviceError } from "../../protocol/errors/known-error.ts";
import { present } from "../../protocol/fields/present.ts";
import type { Headers } from "../../protocol/http-message.ts";
import type { ObjectRecord } from "../../storage/records.ts";
import { objectMetadataOf } from "../object-answer.ts";
import type { RequestContext } from "../service-context.ts";
import { type CallbackFacts, callbackBody } from "./callback-body.ts";
import type { Callback } from "./parse-callback.ts";
import { CallbackFailure, sendCallback } from "./send-callback.ts";

export interface StoredObject {
  /** Such as `PutObject`. */
  readonly operation: string;
  readonly object: ObjectRecord;
}

/**
 * @param callback  undefined: nobody is to be called
 * @param headers   of the answer without a callback: they stay in the answer to one that failed
 * @returns what the answer's `callbackBody` must be
 * @throws {ServiceError} CallbackFailed
 */
export async function callBack(
  callback: Callback | undefined,
  stored: StoredObject,
  { headers, context }: { readonly headers: Headers; readonly context: RequestContext },
): Promise<{ readonly callbackBody?: string }> {
  if (callback === undefined) {
    return {};
  }
  const body = callbackBody(callback, factsOf(stored, context));
  try {
    const request = { ...callback, body, bucket: stored.object.bucket, requestId: context.requestId };
    return { callbackBody: await sendCallback(request, context.callbacks) };
  } catch (failure) {
    if (!(failure instanceof CallbackFailure)) {
      throw failure;
    }
    throw serviceError("CallbackFailed", { message: failure.message, headers, cause: failure });
  }
}

function factsOf({ operation, object }: StoredObject, context: RequestContext): CallbackFacts {
  const { contentMd5, objectHeaders } = objectMetadataOf(object, context.now());
  return present({
    operation,
    bucket: object.bucket,
    key: object.key,
    etag: object.etag,
    sizeBytes: object.sizeBytes,
    contentType: objectHeaders.contentType ?? "",
    crc64: object.crc64,
    contentMd5,
    clientAddress: context.clientAddress,
    requestId: context.requestId,
  });
}
