// The door: node:http requests in, answers out. Bodies stay streams of chunks in both directions; nothing is gathered.
import { type IncomingMessage, Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Duplex } from "node:stream";
import { serviceError } from "../protocol/errors/known-error.ts";
import type { Headers, Method } from "../protocol/http-message.ts";
import { answerByHand, serviceErrorOfParser } from "./broken-request.ts";
import { ClientGone } from "./client-gone.ts";
import { probeClient } from "./client-probe.ts";
import { FastDoor } from "./fast-door/fast-door.ts";
import { handleRequest, type Service } from "./handle-request.ts";
import type { ListenerLimits } from "./listener-limits.ts";
import { bodyOf } from "./receive-body.ts";
import { sendAnswer } from "./send-answer.ts";

/** Which way requests come in: "fast" reads plain ones itself and leaves the rest to node:http, "http" leaves it all. */
export type Door = "fast" | "http";

/** What a server proves with who it is: PEM. */
export interface Certificate {
  /** The certificate, and behind it those that lead from it to an authority. */
  readonly cert: Buffer | string;
  readonly key: Buffer | string;
}

export interface ListenerOptions {
  readonly door: Door;
  /** With one, connections are encrypted, and all requests come in by node:https. */
  readonly certificate?: Certificate | undefined;
}

export function createListener(
  service: Service,
  limits: ListenerLimits,
  { door, certificate }: ListenerOptions,
): Server {
  const settings = {
    maxHeaderSize: limits.headerSizeMaxBytes,
    headersTimeout: limits.headersTimeoutMs,
    // A part of 5 GiB over a slow line may take hours; what must not take long is a pause in it.
    requestTimeout: 0,
    keepAliveTimeout: limits.idleTimeoutMs,
    noDelay: true,
    requireHostHeader: false,
  };
  const server =
    certificate === undefined
      ? new ListeningServer(settings)
      : createTlsServer({ ...settings, ...certificate });
  if (door === "fast" && server instanceof ListeningServer) {
    server.fastDoor = new FastDoor(server, service, limits);
  }
  // Else node:http ends its side as soon as the client has ended its own, and no answer gets out. It is no documented
  // property, but has been there as long as the parser; without it such clients lose answers that take long.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.maxConnections = limits.connectionCountMax;
  /** The answer to the last request of each connection. */
  const lastAnswers = new WeakMap<Duplex, Answer>();
  const requestCounts = new WeakMap<Duplex, number>();
  const listen = (awaitsContinue: boolean) => (request: IncomingMessage, response: Answer) => {
    const before = lastAnswers.get(request.socket);
    lastAnswers.set(request.socket, response);
    const requestCount = (requestCounts.get(request.socket) ?? 0) + 1;
    requestCounts.set(request.socket, requestCount);
    response.shouldKeepAlive &&= requestCount < limits.requestsPerConnectionMax;
    behind(before, request, () => {
      // While it drains, a server takes no further request: a busy connection would keep it from ever ending.
      response.shouldKeepAlive &&= server.listening;
      // What the taking of the answer before it was given counts no more.
      request.socket.setTimeout(0);
      void serve(request, response, { service, limits, awaitsContinue });
    });
  };
  server.on("request", listen(false));
  server.on("checkContinue", listen(true));
  // Other expectations than 100-continue may be ignored (RFC 9110, 10.1.1), and every answer here has a request id.
  server.on("checkExpectation", listen(false));
  server.on("connect", (_request, socket) => {
    const fields = { ResourceType: "Service", Method: "CONNECT" };
    const last = lastAnswers.get(socket);
    if (last !== undefined && !last.writableFinished) {
      // Its answer would stand where that of the request before it belongs, which Node lets nobody write any more.
      socket.destroy();
      return;
    }
    answerByHand(serviceError("MethodNotAllowed", { fields }), socket, { service, limits });
  });
  const broken = new WeakSet<Duplex>();
  server.on("clientError", (failure: NodeJS.ErrnoException, socket) => {
    if (failure.code === "ECONNRESET" || !socket.writable) {
      socket.destroy();
      return;
    }
    // While an answer is under way, Node says it of each piece that comes.
    if (broken.has(socket)) {
      return;
    }
    broken.add(socket);
    inTurn(lastAnswers.get(socket), socket, () => {
      answerByHand(serviceErrorOfParser(failure), socket, { service, limits });
    });
  });
  return server;
}

type Answer = ServerResponse<IncomingMessage>;

/** Whoever closes its connections means those at the fast door too. */
class ListeningServer extends Server {
  fastDoor: FastDoor | undefined;

  override closeIdleConnections(): void {
    super.closeIdleConnections();
    this.fastDoor?.closeIdleConnections();
  }

  override closeAllConnections(): void {
    super.closeAllConnections();
    this.fastDoor?.closeAllConnections();
  }
}

/** How many requests of a connection may wait for the answer to one before them. With more of them it is closed. */
export const WAITING_COUNT_MAX = 256;

const waitingCounts = new WeakMap<Duplex, number>();

/**
 * Calls `serveNext` when the request before it is answered: Node gives out a request as soon as its head has come, but what
 * requests write they must write in their order, and read what those before them wrote (RFC 9112, 9.3.2).
 */
function behind(before: Answer | undefined, { socket }: IncomingMessage, serveNext: () => void): void {
  if (before === undefined || before.writableFinished || before.destroyed) {
    serveNext();
    return;
  }
  const waitingCount = (waitingCounts.get(socket) ?? 0) + 1;
  waitingCounts.set(socket, waitingCount);
  if (waitingCount > WAITING_COUNT_MAX) {
    socket.destroy();
    return;
  }
  before.once("close", () => {
    waitingCounts.set(socket, (waitingCounts.get(socket) ?? 0) - 1);
    // Else nobody could be told what became of it.
    if (!socket.destroyed && before.shouldKeepAlive) {
      serveNext();
    }
  });
}

/** Calls `answerBroken` when it is its turn on the connection, for its bytes must not stand inside another answer. */
function inTurn(last: Answer | undefined, socket: Duplex, answerBroken: () => void): void {
  if (last === undefined) {
    answerBroken();
  } else if (last.req.complete) {
    // What is broken is a request behind the last one.
    if (last.writableFinished) {
      answerBroken();
    } else {
      last.once("finish", answerBroken);
    }
  } else if (last.headersSent || last.socket !== socket) {
    // The body of the last request is broken, and its answer is out already, or others stand before it.
    socket.destroy();
  } else {
    answerBroken();
  }
}

interface Serving {
  readonly service: Service;
  readonly limits: ListenerLimits;
  /** The client sent `Expect: 100-continue` and sends its body only when told so. */
  readonly awaitsContinue: boolean;
}

async function serve(request: IncomingMessage, response: Answer, serving: Serving): Promise<void> {
  const { service, limits } = serving;
  let isBodyWithheld = serving.awaitsContinue;
  const beforeReading = () => {
    if (isBodyWithheld) {
      isBodyWithheld = false;
      response.writeContinue();
    }
  };
  response.on("error", () => request.destroy());
  const abort = new AbortController();
  let probe: Disposable | undefined;
  const onEnd = () => {
    probe = request.httpVersion === "1.1" ? probeClient(() => response.writeContinue()) : undefined;
  };
  request.socket.once("end", onEnd);
  response.on("close", () => {
    request.socket.off("end", onEnd);
    probe?.[Symbol.dispose]();
    if (!response.writableFinished) {
      abort.abort(new ClientGone());
    }
  });
  const outgoing = await handleRequest(
    {
      method: request.method as Method,
      target: request.url ?? "/",
      headers: headersOf(request),
      body: bodyOf(request, { beforeReading, stallTimeoutMs: limits.bodyStallTimeoutMs }),
      clientAddress: request.socket.remoteAddress ?? "",
      isEncrypted: "encrypted" in request.socket,
      signal: abort.signal,
    },
    service,
  );
  request.socket.off("end", onEnd);
  probe?.[Symbol.dispose]();
  if (isBodyWithheld && !request.complete) {
    // Whether the body comes all the same is up to the client, so nobody can tell where the next request begins.
    response.shouldKeepAlive = false;
  }
  try {
    await sendAnswer(outgoing, request, response, {
      stallTimeoutMs: limits.bodyStallTimeoutMs,
      lingerMs: isBodyWithheld ? 0 : limits.lingerMs,
    });
  } catch (failure) {
    // The status line is out, so the only honest end is a broken connection: the client sees a short body.
    response.destroy();
    if (!(failure instanceof ClientGone)) {
      service.reportFailure(failure, outgoing.message.headers["x-oss-request-id"] ?? "");
    }
  }
}

function headersOf(request: IncomingMessage): Headers {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      // Node gives header bytes as Latin-1; OSS's headers are UTF-8.
      Buffer.from(joinRepeated(String(value), request.headersDistinct[name]), "latin1").toString("utf8"),
    ]),
  );
}

/** Node joins with ", ", signatures count on ","; of some headers Node keeps the first alone. */
function joinRepeated(joined: string, values: readonly string[] = []): string {
  return joined === values[0] ? joined : values.join(",");
}
