// The answer's body, read as the caller asks for it, under the same limits on silence as the sending.

import type { IncomingMessage } from "node:http";
import type { Method } from "../../protocol/http-message.ts";
import type { TransportResponse } from "../transport.ts";
import { TransportError } from "../transport-error.ts";
import { decodeHeaders } from "./header-bytes.ts";
import type { PlainAnswer } from "./plain-request.ts";

export type IncomingAnswer = IncomingMessage | PlainAnswer;

/** An answer that came before the request was whole is an error message, and those are short. */
const EARLY_ANSWER_SIZE_MAX_BYTES = 1024 * 1024;

export interface NodeResponse extends TransportResponse {
  /** The same answer with its body in memory. */
  buffered(): Promise<TransportResponse>;
}

/** What the reading asks of the exchange that it ends. */
export interface ExchangeBeingRead {
  /** The silence allowed begins now. */
  arm(): void;
  disarm(): void;
  /** Closes the connection, the answer having been given up. */
  close(): void;
  /** What to throw when Node reports `error`. */
  reasonFor(error: unknown): unknown;
}

export function readResponse(
  incoming: IncomingAnswer,
  exchange: ExchangeBeingRead,
  method: Method,
): NodeResponse {
  const body = readBody(incoming, exchange);
  const head = { status: incoming.statusCode ?? 0, headers: joinedHeaders(incoming) };
  return {
    ...head,
    body,
    text: async (limitBytes) => decode(await collect(body, limitBytes)),
    discard() {
      // Without a body the connection can serve the next request; a body is not worth reading for that.
      if (method === "HEAD" || incoming.headers["content-length"] === "0" || head.status === 204) {
        incoming.resume();
        return;
      }
      exchange.close();
    },
    async buffered() {
      const chunks = await collect(body, EARLY_ANSWER_SIZE_MAX_BYTES);
      return { ...head, body: replay(chunks), text: async () => decode(chunks), discard() {} };
    },
  };
}

async function* readBody(incoming: IncomingAnswer, exchange: ExchangeBeingRead): AsyncGenerator<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = incoming[Symbol.asyncIterator]();
  try {
    for (;;) {
      exchange.arm();
      const { value, done } = await chunks.next();
      exchange.disarm();
      if (done) {
        return;
      }
      yield value;
    }
  } catch (error) {
    throw exchange.reasonFor(error);
  } finally {
    exchange.disarm();
    // Closes the connection unless the body has been read to its end.
    await chunks.return?.();
  }
}

async function collect(body: AsyncIterable<Uint8Array>, limitBytes: number): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > limitBytes) {
      throw new TransportError("answer-too-long", `the answer is longer than ${limitBytes} bytes`, {
        mayHaveArrived: true,
      });
    }
    chunks.push(chunk);
  }
  return chunks;
}

async function* replay(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

function decode(chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks).toString("utf8");
}

function joinedHeaders(incoming: IncomingAnswer): Record<string, string> {
  const entries = Object.entries(incoming.headers).map(
    ([name, value]) => [name, Array.isArray(value) ? value.join(",") : (value ?? "")] as const,
  );
  return decodeHeaders(Object.fromEntries(entries));
}
