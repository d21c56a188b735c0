// An answer as bytes on a socket.
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Headers, Method, ResponseMessage } from "../../protocol/http-message.ts";
import { ClientGone } from "../client-gone.ts";
import type { OutgoingResponse } from "../outgoing-response.ts";

const LINE_END = Buffer.from("\r\n");
const LAST_CHUNK = Buffer.from("0\r\n\r\n");

export interface AnswerSettings {
  readonly method: Method;
  readonly nowMs: number;
  /** How long the connection stays open for the next request; undefined when this answer is its last. */
  readonly keepAliveMs: number | undefined;
}

/**
 * Sends the answer and disposes of its body. The connection stays as it is.
 *
 * @throws {ClientGone}
 * @throws what reading the body throws; the status line is out by then
 */
export async function writeAnswer(
  { message, body }: OutgoingResponse,
  socket: Socket,
  settings: AnswerSettings,
): Promise<void> {
  await using _body = body;
  const isWithoutBody = settings.method === "HEAD" || message.status === 304 || message.status === 204;
  const text = isWithoutBody ? "" : (message.text ?? "");
  const chunks = isWithoutBody ? undefined : body?.chunks;
  const isChunked = chunks !== undefined && message.headers["content-length"] === undefined;
  const start = Buffer.from(headOf(message, settings, isChunked) + text, "utf8");
  if (chunks === undefined) {
    await write(socket, start);
    return;
  }
  // Not waited for: the head goes out together with the first bytes behind it, or at once when they are late.
  write(socket, start).catch(() => undefined);
  for await (const chunk of chunks) {
    await write(socket, isChunked ? framed(chunk) : chunk);
  }
  if (isChunked) {
    await write(socket, LAST_CHUNK);
  }
}

/** A chunk of a body whose length nobody knows before. Source: RFC 9112, 7.1. */
function framed(chunk: Uint8Array): Uint8Array {
  const size = chunk.length.toString(16);
  return Buffer.concat([Buffer.from(`${size}\r\n`), chunk, LINE_END]);
}

/** Resolves when the kernel has the bytes, so that `bytes` can be used again. */
function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const onClose = () => reject(new ClientGone());
    socket.once("close", onClose);
    socket.write(bytes, (error) => {
      socket.off("close", onClose);
      if (error) {
        reject(new ClientGone(undefined, { cause: error }));
      } else {
        resolve();
      }
    });
  });
}

function headOf(message: ResponseMessage, settings: AnswerSettings, isChunked: boolean): string {
  const { status } = message;
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, ...headerLines(message.headers)];
  if (isChunked) {
    lines.push("transfer-encoding: chunked");
  } else if (status !== 304 && status !== 204 && message.headers["content-length"] === undefined) {
    lines.push(`content-length: ${Buffer.byteLength(message.text ?? "", "utf8")}`);
  }
  lines.push(`Date: ${new Date(settings.nowMs).toUTCString()}`);
  if (settings.keepAliveMs === undefined) {
    lines.push("Connection: close");
  } else {
    lines.push("Connection: keep-alive", `Keep-Alive: timeout=${Math.floor(settings.keepAliveMs / 1000)}`);
  }
  lines.push("", "");
  return lines.join("\r\n");
}

/** Every header here was made by this server of what it has checked; a line end in one is a bug, never to be sent. */
function headerLines(headers: Headers): readonly string[] {
  return Object.entries(headers).map(([name, value]) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) {
      throw new TypeError(`header ${name} has a control character`);
    }
    return `${name}: ${value}`;
  });
}
