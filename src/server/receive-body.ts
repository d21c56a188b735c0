// A request's body on its way in: chunks as the socket gives them, pulled one by one.
import type { IncomingMessage } from "node:http";
import { serviceError } from "../protocol/errors/known-error.ts";
import type { ServiceError } from "../protocol/errors/service-error.ts";
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
    chunks: receive(request, reception),
  };
}

async function* receive(
  request: IncomingMessage,
  { beforeReading, stallTimeoutMs }: BodyReception,
): AsyncGenerator<Uint8Array> {
  beforeReading();
  for (;;) {
    const chunk = request.read() as Uint8Array | null;
    if (chunk !== null) {
      yield chunk;
    } else if (request.readableEnded) {
      return;
    } else {
      await untilReadable(request, stallTimeoutMs);
    }
  }
}

/** Waits without ending the connection: whoever stalls is told so before it is closed. */
function untilReadable(request: IncomingMessage, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (failure?: ServiceError) => {
      clearTimeout(timer);
      request.off("readable", onReadable).off("end", onReadable).off("error", onBreak).off("close", onBreak);
      if (failure === undefined) {
        resolve();
      } else {
        reject(failure);
      }
    };
    const onReadable = () => settle();
    const onBreak = (cause?: unknown) => settle(serviceError("IncompleteBody", { cause }));
    const timer = setTimeout(() => settle(serviceError("RequestTimeout")), timeoutMs);
    if (request.destroyed && !request.readableEnded) {
      onBreak(request.errored);
      return;
    }
    request.on("readable", onReadable).on("end", onReadable).on("error", onBreak).on("close", onBreak);
  });
}
