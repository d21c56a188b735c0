// One operation and arbitrary inputs and outputs of it.
import type fc from "fast-check";
import type { AnyOperation, Operation } from "../../src/protocol/index.ts";

export interface OperationCase {
  readonly operation: AnyOperation;
  readonly input: fc.Arbitrary<unknown>;
  readonly output: fc.Arbitrary<unknown>;
}

/** A case whose arbitraries have the operation's own types. */
export function operationCase<Input, Output>(
  operation: Operation<Input, Output>,
  {
    input,
    output,
  }: { readonly input: fc.Arbitrary<NoInfer<Input>>; readonly output: fc.Arbitrary<NoInfer<Output>> },
): OperationCase {
  return { operation, input, output };
}
