// What a request says, read so that no document holds up the others.
import { setImmediate as othersWereServed } from "node:timers/promises";
import type { Dialect } from "../protocol/dialects/dialect.ts";
import type { RequestMessage } from "../protocol/http-message.ts";
import type { Operation } from "../protocol/operation.ts";

/** @throws {ServiceError} what the operation answers to such a request */
export async function decodeRequest<Input, Output>(
  operation: Operation<Input, Output>,
  request: RequestMessage,
  dialect: Dialect,
): Promise<Input> {
  if (operation.decodeRequestInSteps === undefined) {
    return operation.decodeRequest(request, dialect);
  }
  const steps = operation.decodeRequestInSteps(request, dialect);
  for (;;) {
    const step = steps.next();
    if (step.done) {
      return step.value;
    }
    await othersWereServed();
  }
}
