// A handler turns the typed input of one operation into its typed output, with the two stores. It never sees HTTP.
import type { AnyOperation, InputOf, OutputOf } from "../protocol/operation.ts";
import type { RequestContext, ResponseBody } from "./service-context.ts";

interface Answer<Output> {
  readonly output: Output;
  /** For operations that answer with bytes. Whoever sends the answer disposes of it. */
  readonly body?: ResponseBody;
}

export type Handler<O extends AnyOperation> = (
  input: InputOf<O>,
  context: RequestContext,
) => Promise<Answer<OutputOf<O>>>;
