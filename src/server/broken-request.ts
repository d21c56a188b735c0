// What is answered to bytes that are no whole HTTP request. Node gives only the socket then, so the answer is written
// by hand; it is the same document as any other error.
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { encodeError } from "../protocol/errors/error-document.ts";
import { serviceError } from "../protocol/errors/known-error.ts";
import type { ServiceError } from "../protocol/errors/service-error.ts";
import type { Service } from "./handle-request.ts";

/**
 * What is read and thrown away of a connection that was answered by hand. A connection that is closed with bytes unread is
 * reset, and then the system of a client that has not read the answer yet throws it away.
 */
export const LINGER_MAX_BYTES: number = 4 * 1024 * 1024;

/**
 * Answers, tells the observer, and ends this side of the connection. What the client still sends is thrown away until it
 * ends its own; after `lingerMs`, or LINGER_MAX_BYTES that come in "data" events, the connection is closed.
 */
export function answerByHand(
  error: ServiceError,
  socket: Duplex,
  { service, limits }: { readonly service: Service; readonly limits: { readonly lingerMs: number } },
): void {
  const requestId = service.newRequestId();
  const message = encodeError(error, { requestId, hostId: "", method: "GET" }, service.dialect);
  const body = Buffer.from(message.text ?? "", "utf8");
  const head = [
    `HTTP/1.1 ${message.status} ${STATUS_CODES[message.status]}`,
    "Server: AliyunOSS",
    `Date: ${new Date(service.now()).toUTCString()}`,
    "Content-Type: application/xml",
    `Content-Length: ${body.length}`,
    `x-oss-request-id: ${requestId}`,
    "Connection: close",
    "",
    "",
  ].join("\r\n");
  // Of such bytes nothing is known but where they came from: neither a method nor a name that could be another's.
  service.observe?.({
    requestId,
    startedAtMs: service.now(),
    tookMs: 0,
    status: message.status,
    errorCode: error.code,
    receivedBytes: 0,
    sentBytes: body.length,
    clientAddress: ("remoteAddress" in socket && socket.remoteAddress?.toString()) || "",
    userAgent: "",
  });
  const timer = setTimeout(() => socket.destroy(), limits.lingerMs);
  socket.once("close", () => clearTimeout(timer));
  socket.on("error", () => socket.destroy());
  throwAway(socket);
  socket.end(Buffer.concat([Buffer.from(head, "latin1"), body]));
}

/** Nobody else gets the bytes any more: Node's parser would say of each piece that it is broken. */
function throwAway(socket: Duplex): void {
  let sizeBytes = 0;
  socket.removeAllListeners("data");
  socket.on("data", (bytes: Uint8Array) => {
    sizeBytes += bytes.length;
    if (sizeBytes > LINGER_MAX_BYTES) {
      socket.destroy();
    }
  });
  socket.resume();
}

/** What Node's parser found wrong, as an error of the wire. */
export function serviceErrorOfParser({ code }: NodeJS.ErrnoException): ServiceError {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return serviceError("BadRequest", { message: "The request's headers are too large." });
    case "HPE_INVALID_EOF_STATE":
      return serviceError("IncompleteBody");
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return serviceError("RequestTimeout");
    default:
      return serviceError("BadRequest", { message: "The request is not well-formed HTTP/1.1." });
  }
}
