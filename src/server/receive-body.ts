// A request's body on its way in by node:http: its chunks go into the receive memory as they come.
import type { IncomingMessage } from "node:http";
import { serviceError } from "../protocol/errors/known-error.ts";
import { ArrivingBody } from "./arriving-body.ts";
import type { RequestBody } from "./service-context.ts";

export interface BodyReception {
  /** Called before the first byte is asked for: a client with `Expect: 100-continue` waits to be told. */
  readonly beforeReading: () => void;
  /** Without a byte for so long, the request fails with RequestTimeout. */
  readonly stallTimeoutMs: number;
}

export function bodyOf(request: IncomingMessage, reception: BodyReception): RequestBody {
  const length = request.headers["content-length"];
  return {
    sizeBytes: length === undefined ? undefined : Number(length),
    chunks: receive(request, reception, ({ chunks }) => chunks),
    runs: (memory) => receive(request, reception, (body) => body.runs(memory)),
  };
}

/** Nothing is read before the first piece is asked for, and nothing after the reader has left. */
async function* receive(
  request: IncomingMessage,
  { beforeReading, stallTimeoutMs }: BodyReception,
  piecesOf: (body: ArrivingBody) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  // The body's end is node:http's to tell, for it has trailers to read and a length to check.
  const body = new ArrivingBody({ sizeBytes: undefined, stallTimeoutMs, resume: () => request.resume() });
  const onData = (chunk: Uint8Array) => {
    if (!body.push(chunk)) {
      request.pause();
    }
    freeMemoryOf(chunk);
  };
  const onEnd = () => body.end();
  // Whoever stalls is told so before it is closed, so this does not end the connection.
  const onBreak = (cause?: unknown) => body.fail(serviceError("IncompleteBody", { cause }));
  beforeReading();
  if (request.readableEnded) {
    onEnd();
  } else if (request.destroyed) {
    onBreak(request.errored);
  }
  request.on("data", onData).on("end", onEnd).on("error", onBreak).on("close", onBreak);
  try {
    yield* piecesOf(body);
  } finally {
    request.off("data", onData).off("end", onEnd).off("error", onBreak).off("close", onBreak).pause();
  }
}

/** From the standard of 2024, whose types this project does not have. */
interface Transferable {
  transfer(sizeBytes: number): unknown;
}

/**
 * node:http copies each chunk into memory of its own. Left to V8 it is freed by a collection of the whole heap, of which
 * there were ten a second: they took more time than all else that was done with the bytes.
 *
 * @param chunk  has been copied, and nobody looks at it again
 */
function freeMemoryOf(chunk: Uint8Array): void {
  const memory = chunk.buffer as ArrayBufferLike & Transferable;
  // What is cut from a pool has neighbours there.
  if (memory.byteLength === chunk.byteLength) {
    memory.transfer(0);
  }
}
