// A callback from its parameters to its answer. The object is stored by then, so a callback that fails is no failure
// of the upload: the answer is 203, and what the client needs to know of its object stands in the headers.
import { ServiceError } from "../../protocol/errors/service-error.ts";
import type { Headers } from "../../protocol/http-message.ts";
import type { RequestContext } from "../service-context.ts";
import { type CallbackFacts, callbackBody } from "./callback-body.ts";
import type { Callback } from "./parse-callback.ts";
import { CallbackFailure, sendCallback } from "./send-callback.ts";

/**
 * @param callback  undefined: nobody is to be called
 * @param headers   of the answer without a callback: they stay in the answer to one that failed
 * @returns what the answer's `callbackBody` must be
 * @throws {ServiceError} CallbackFailed
 */
export async function callBack(
  callback: Callback | undefined,
  stored: Omit<CallbackFacts, "clientAddress" | "requestId">,
  { headers, context }: { readonly headers: Headers; readonly context: RequestContext },
): Promise<{ readonly callbackBody?: string }> {
  if (callback === undefined) {
    return {};
  }
  const { clientAddress, requestId } = context;
  const body = callbackBody(callback, { ...stored, clientAddress, requestId });
  try {
    const request = { ...callback, body, bucket: stored.bucket, requestId };
    return { callbackBody: await sendCallback(request, context.callbacks) };
  } catch (failure) {
    if (!(failure instanceof CallbackFailure)) {
      throw failure;
    }
    throw new ServiceError("CallbackFailed", { message: failure.message, headers, cause: failure });
  }
}
