// An answer on its way out: its bytes as fast as the client takes them, and an end that the client gets to see.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Headers } from "../protocol/http-message.ts";
import { ClientGone } from "./client-gone.ts";
import type { OutgoingResponse } from "./outgoing-response.ts";

export interface SendLimits {
  /** A client that takes no byte for so long is left. */
  readonly stallTimeoutMs: number;
  /** How long the rest of a refused body is read and thrown away, so that the client sees the answer. */
  readonly lingerMs: number;
}

/**
 * Sends the answer and disposes of its body.
 *
 * @throws {ClientGone}
 * @throws what reading the body throws; the status line may be out by then
 */
export async function sendAnswer(
  { message, body }: OutgoingResponse,
  request: IncomingMessage,
  response: ServerResponse,
  { stallTimeoutMs, lingerMs }: SendLimits,
): Promise<void> {
  await using _body = body;
  const text = Buffer.from(message.text ?? "", "utf8");
  // Node looks whether bytes move, not whether a write is through, so a slow client is no stalled one.
  response.setTimeout(stallTimeoutMs);
  response.writeHead(
    message.status,
    lengthLast(encodeHeaders(message.headers), message.status, ownLengthOf(text, body)),
  );
  for await (const chunk of body?.chunks ?? []) {
    await write(response, chunk);
  }
  if (text.length > 0) {
    response.write(text);
  } else {
    // There is nothing to wait with, and Node would send headers alone as UTF-8 of what is UTF-8 already.
    response.end();
  }
  if (!request.complete && lingerMs > 0) {
    await throwRestAway(request, lingerMs);
  }
  response.end();
}

/** Resolves when the kernel has the bytes, so that `chunk` can be used again. */
function write(response: ServerResponse, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const onClose = () => reject(new ClientGone());
    response.once("close", onClose);
    response.write(chunk, (error) => {
      response.off("close", onClose);
      if (error) {
        reject(new ClientGone(undefined, { cause: error }));
      } else {
        resolve();
      }
    });
  });
}

/**
 * Reads what is left of a body that nobody wants. A connection that is closed while the client still sends is reset,
 * and the answer is lost on its way; many clients look for it only when they have sent everything.
 */
function throwRestAway(request: IncomingMessage, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const onOver = () => {
      clearTimeout(timer);
      request.off("end", onOver).off("close", onOver);
      resolve();
    };
    const timer = setTimeout(() => request.destroy(), limitMs);
    request.once("end", onOver).once("close", onOver).resume();
    if (request.destroyed) {
      onOver();
    }
  });
}

/** Behind a Content-Length, Node takes a Content-Disposition for Latin-1 and breaks it (nodejs/node#46528). */
function lengthLast(
  { "content-length": length, ...headers }: Record<string, string>,
  status: number,
  ownLength: string | undefined,
): Record<string, string> {
  const isWithoutBody = status === 304 || status === 204;
  const told = length ?? ownLength;
  return isWithoutBody || told === undefined ? headers : { ...headers, "content-length": told };
}

/** Of a body that comes as it is made, nobody knows it before. */
function ownLengthOf(text: Buffer, body: OutgoingResponse["body"]): string | undefined {
  return body === undefined ? String(text.length) : undefined;
}

function encodeHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.from(value, "utf8").toString("latin1")]),
  );
}
