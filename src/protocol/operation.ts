// An operation is one value: its name, how to recognise it, the permission it needs, and four codecs. The client calls
// encodeRequest and decodeResponse, the server decodeRequest and encodeResponse; nobody else writes a path, a query,
// a header name or an XML tag.
//
// Laws, tested over the whole table (test/protocol/operation-table.test.ts): decode ∘ encode is the identity on both
// messages, and no request matches two operations.
import type { Dialect } from "./dialects/dialect.ts";
import type { Method, RequestMessage, ResponseMessage } from "./http-message.ts";

/** What tells operations of one method and one level apart. */
export interface Marks {
  /** Query names that must be there, such as `uploads`; with `=value` where the value decides too. */
  readonly query: readonly string[];
  /** Header names after the dialect's prefix that must be there, such as `copy-source`. */
  readonly headers?: readonly string[];
  /** Query names that may be there and mean nothing, though they are marks of other operations. */
  readonly ignoredQuery?: readonly string[];
}

/**
 * What travels beside a message: nothing, a document of JSON or XML, a text that may be empty, bytes of any length, or a
 * form with one file.
 */
export type BodyKind = "bytes" | "form" | "json" | "none" | "text" | "xml";

/** What a client needs of an operation. */
export interface OperationCall<Input, Output> {
  /** As the service spells it, such as `UploadPart`. */
  readonly name: string;
  readonly method: Method;
  readonly responseBody: BodyKind;
  /**
   * Whether sending it twice has the effect of sending it once, so that a client may send it again when it
   * does not know whether the first one arrived.
   */
  readonly isIdempotent: boolean;

  encodeRequest(input: Input, dialect: Dialect): RequestMessage;
  /** @throws {ServiceError} `InternalError`-like when the answer lacks what it must have */
  decodeResponse(response: ResponseMessage, dialect: Dialect): Output;
}

/** What a server needs besides. */
interface OperationService<Input, Output> {
  readonly level: "bucket" | "object" | "service";
  readonly marks: Marks;
  /** The RAM action, such as `oss:PutObject`. */
  readonly permission: string;
  readonly requestBody: BodyKind;

  /** @throws {ServiceError} what the service answers to such a request */
  decodeRequest(request: RequestMessage, dialect: Dialect): Input;
  /** The same with pauses, for documents that take long: whoever runs it may serve others at each `yield`. */
  decodeRequestInSteps?(request: RequestMessage, dialect: Dialect): Generator<void, Input, void>;
  encodeResponse(output: Output, dialect: Dialect): ResponseMessage;
}

export interface Operation<Input, Output>
  extends OperationCall<Input, Output>,
    OperationService<Input, Output> {}

/**
 * The operation of its two halves. Those that a page sends are written in halves, for a page pays for every byte: it takes
 * the call alone, and the server's half, with all that it brings along, stays behind. Mark it as pure: what a bundler
 * does not know to be without effects it has to keep.
 */
export function wholeOperation<Input, Output>(
  call: OperationCall<Input, Output>,
  service: OperationService<Input, Output>,
): Operation<Input, Output> {
  return { ...call, ...service };
}

// biome-ignore lint/suspicious/noExplicitAny: the table holds operations of all inputs and outputs
export type AnyOperation = Operation<any, any>;

export type InputOf<O> = O extends Operation<infer Input, infer _Output> ? Input : never;
export type OutputOf<O> = O extends Operation<infer _Input, infer Output> ? Output : never;
