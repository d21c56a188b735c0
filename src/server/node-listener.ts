// The door: node:http requests in, answers out. Bodies stay streams of chunks in both directions; nothing is gathered.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { ServiceError } from "../protocol/errors/service-error.ts";
import type { Headers, Method } from "../protocol/http-message.ts";
import { answerBrokenRequest } from "./broken-request.ts";
import { handleRequest, type OutgoingResponse, type Service } from "./handle-request.ts";
import type { RequestBody } from "./service-context.ts";

export interface ListenerLimits {
  /** All headers together. Above it: 400. */
  readonly headerSizeMaxBytes: number;
  /** From the first byte of a request to the end of its headers. */
  readonly headersTimeoutMs: number;
  /** Without a byte of a body, the request fails with RequestTimeout. */
  readonly bodyStallTimeoutMs: number;
  /** A connection without a request. */
  readonly idleTimeoutMs: number;
  /** How long the rest of a refused body is read and thrown away, so that the client sees the answer. */
  readonly lingerMs: number;
}

export const defaultListenerLimits: ListenerLimits = {
  headerSizeMaxBytes: 64 * 1024,
  headersTimeoutMs: 30_000,
  bodyStallTimeoutMs: 60_000,
  idleTimeoutMs: 75_000,
  lingerMs: 5_000,
};

export function createListener(service: Service, limits: ListenerLimits): Server {
  const server = createServer({
    maxHeaderSize: limits.headerSizeMaxBytes,
    headersTimeout: limits.headersTimeoutMs,
    // A part of 5 GiB over a slow line may take hours; what must not take long is a pause in it.
    requestTimeout: 0,
    keepAliveTimeout: limits.idleTimeoutMs,
    noDelay: true,
    requireHostHeader: false,
  });
  const listen = (awaitsContinue: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    void serve(request, response, { service, limits, awaitsContinue });
  };
  server.on("request", listen(false));
  server.on("checkContinue", listen(true));
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    answerBrokenRequest(error, socket as Socket, service);
  });
  return server;
}

interface Serving {
  readonly service: Service;
  readonly limits: ListenerLimits;
  /** The client sent `Expect: 100-continue` and sends its body only when told so. */
  readonly awaitsContinue: boolean;
}

async function serve(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  response.on("error", () => request.destroy());
  const outgoing = await handleRequest(
    {
      method: request.method as Method,
      target: request.url ?? "/",
      headers: headersOf(request),
      body: bodyOf(request, response, serving),
    },
    serving.service,
  );
  try {
    await send(outgoing, request, response, serving);
  } catch (failure) {
    // The status line is out, so the only honest end is a broken connection: the client sees a short body.
    response.destroy();
    if (!isDisconnect(failure)) {
      serving.service.reportFailure(failure, outgoing.message.headers["x-oss-request-id"] ?? "");
    }
  }
}

function headersOf(request: IncomingMessage): Headers {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      // Node gives header bytes as Latin-1; OSS's headers are UTF-8.
      Buffer.from(Array.isArray(value) ? value.join(",") : (value ?? ""), "latin1").toString("utf8"),
    ]),
  );
}

function bodyOf(request: IncomingMessage, response: ServerResponse, serving: Serving): RequestBody {
  const length = request.headers["content-length"];
  return {
    sizeBytes: length === undefined ? undefined : Number(length),
    chunks: receive(request, response, serving),
  };
}

async function* receive(
  request: IncomingMessage,
  response: ServerResponse,
  { limits, awaitsContinue }: Serving,
): AsyncGenerator<Uint8Array> {
  if (awaitsContinue) {
    response.writeContinue();
  }
  for (;;) {
    const chunk = request.read() as Uint8Array | null;
    if (chunk !== null) {
      yield chunk;
    } else if (request.readableEnded) {
      return;
    } else {
      await untilReadable(request, limits.bodyStallTimeoutMs);
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
    const onBreak = (cause?: unknown) => settle(new ServiceError("IncompleteBody", { cause }));
    const timer = setTimeout(() => settle(new ServiceError("RequestTimeout")), timeoutMs);
    if (request.destroyed && !request.readableEnded) {
      onBreak(request.errored);
      return;
    }
    request.on("readable", onReadable).on("end", onReadable).on("error", onBreak).on("close", onBreak);
  });
}

async function send(
  { message, body }: OutgoingResponse,
  request: IncomingMessage,
  response: ServerResponse,
  { limits, awaitsContinue }: Serving,
): Promise<void> {
  await using _body = body;
  if (awaitsContinue && !request.complete) {
    response.shouldKeepAlive = false;
  }
  const text = message.text === undefined ? undefined : Buffer.from(message.text, "utf8");
  response.writeHead(message.status, {
    ...encodeHeaders(message.headers),
    ...(message.headers["content-length"] === undefined && message.status !== 304 && message.status !== 204
      ? { "content-length": String(text?.length ?? 0) }
      : {}),
  });
  for await (const chunk of body?.chunks ?? []) {
    await write(response, chunk);
  }
  response.end(text);
  if (!request.complete) {
    // Node goes on reading what is left of the body, so that the answer is not lost in a reset; but not for ever.
    const timer = setTimeout(() => request.destroy(), limits.lingerMs).unref();
    request.socket.once("close", () => clearTimeout(timer));
  }
}

/** Resolves when the kernel has the bytes, so that `chunk` can be used again. */
function write(response: ServerResponse, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    response.once("close", onClose);
    function onClose(): void {
      reject(new ClientGone());
    }
    response.write(chunk, (error) => {
      response.off("close", onClose);
      if (error) {
        reject(error);
      } else {
        resolve();
      }
    });
  });
}

function encodeHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.from(value, "utf8").toString("latin1")]),
  );
}

class ClientGone extends Error {
  override readonly name = "ClientGone";
}

function isDisconnect(failure: unknown): boolean {
  const code = (failure as NodeJS.ErrnoException).code ?? "";
  return failure instanceof ClientGone || ["ECONNRESET", "EPIPE", "ERR_STREAM_DESTROYED"].includes(code);
}
