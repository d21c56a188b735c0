// One request and its answer over node:http. The body is written piece by piece, each only after the socket took the
// one before, so that the caller's buffers can be used again and a slow network holds back the reading.
//
// node:http with pooled buffers costs 0.7 CPU s/GB; streams, fetch and blobs cost 1.2 to 3.5.

import {
  type ClientRequest,
  type Agent as HttpAgent,
  type IncomingMessage,
  request as requestHttp,
} from "node:http";
import { type Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { TransportRequest, TransportResponse } from "../transport.ts";
import { TransportError } from "../transport-error.ts";
import { encodeHeaders } from "./header-bytes.ts";
import { failureOf } from "./node-failure.ts";
import { type ExchangeBeingRead, readResponse } from "./node-response.ts";

/** The connections that are kept open, one set for each scheme. */
export interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

/** Small enough that a piece passes a slow network within the timeout, large enough to cost little. */
const WRITE_SIZE_BYTES = 256 * 1024;

/** However long the user's timeout: a host that does not answer a SYN by then will not. */
const CONNECT_TIMEOUT_MAX_MS = 10_000;

/** @throws {TransportError} or the signal's reason */
export async function exchange(request: TransportRequest, agents: Agents): Promise<TransportResponse> {
  request.signal?.throwIfAborted();
  return new Exchange(request, agents).run();
}

class Exchange implements ExchangeBeingRead {
  readonly #request: TransportRequest;
  readonly #outgoing: ClientRequest;
  readonly #host: string;
  /** Why the exchange ended early, when it was our decision. */
  #reason: { readonly error: unknown } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #isConnected = false;
  #isAnswered = false;
  #isBodyHandedOver = false;
  /** Whether the other end is waited for; else the source of the body is, which may take its time. */
  #isNetworksTurn = false;
  /** Ends the wait for a write whose callback will not come. */
  #wakeWriter: () => void = () => {};

  constructor(request: TransportRequest, agents: Agents) {
    const { scheme, hostname, port, host, target } = request.address;
    this.#request = request;
    this.#host = `${hostname}:${port}`;
    const start = scheme === "https" ? requestHttps : requestHttp;
    this.#outgoing = start({
      method: request.method,
      hostname,
      port,
      path: target,
      // The length comes last: behind it, Node takes a Content-Disposition for Latin-1 and breaks it.
      headers: { ...encodeHeaders(request.headers), host, ...lengthHeaders(request) },
      agent: agents[scheme],
    });
  }

  async run(): Promise<TransportResponse> {
    const { signal } = this.#request;
    const abort = () => this.stop(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    this.#outgoing.once("close", () => signal?.removeEventListener("abort", abort));
    const answer = this.#answer();
    void this.#send();
    try {
      const incoming = await answer;
      const response = readResponse(incoming, this, this.#request.method);
      if (this.#isBodyHandedOver) {
        return response;
      }
      // The rest of the body is of no use to anyone. A piece of it may be with the socket, so the answer is read
      // and the connection closed before the caller goes on.
      const buffered = await response.buffered();
      this.#outgoing.destroy();
      return buffered;
    } catch (error) {
      this.#outgoing.destroy();
      throw error;
    }
  }

  /** Ends the exchange; whoever waits for it gets `error`. */
  stop(error: unknown): void {
    this.#reason ??= { error };
    this.#outgoing.destroy();
  }

  /** Closes the connection, the answer having been given up. */
  close(): void {
    this.disarm();
    this.#outgoing.destroy();
  }

  /** The silence allowed begins now. */
  arm(): void {
    const { timeoutMs } = this.#request;
    const limitMs = this.#isConnected ? timeoutMs : Math.min(timeoutMs, CONNECT_TIMEOUT_MAX_MS);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.stop(this.#timeout(limitMs)), limitMs);
  }

  disarm(): void {
    clearTimeout(this.#timer);
  }

  /** What to throw when Node reports `error`. */
  reasonFor(error: unknown): unknown {
    return this.#reason ? this.#reason.error : failureOf(error, this.#host);
  }

  #answer(): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => {
        this.disarm();
        this.#isClosed = true;
        this.#wakeWriter();
        reject(this.reasonFor(error));
      };
      this.#outgoing.once("socket", (socket) => {
        const connected = () => {
          this.#isConnected = true;
          this.disarm();
          if (this.#isNetworksTurn) {
            this.arm();
          }
        };
        if (!socket.connecting) {
          connected();
          return;
        }
        this.arm();
        socket.once(this.#request.address.scheme === "https" ? "secureConnect" : "connect", connected);
      });
      this.#outgoing.once("response", (incoming) => {
        this.disarm();
        this.#isAnswered = true;
        resolve(incoming);
      });
      // A listener must stay: a late error without one would end the process.
      this.#outgoing.on("error", fail);
      this.#outgoing.once("close", () => fail(undefined));
      this.arm();
    });
  }

  /** Never rejects: its failures end the exchange. */
  async #send(): Promise<void> {
    try {
      const { body } = this.#request;
      const sizeBytes = body ? body.sizeBytes : 0;
      let sentBytes = 0;
      this.#isBodyHandedOver = sizeBytes === 0;
      for await (const chunk of body?.chunks() ?? []) {
        sentBytes += chunk.byteLength;
        assertFits(sentBytes, sizeBytes);
        if (!(await this.#writeChunk(chunk, sentBytes === sizeBytes))) {
          return;
        }
      }
      assertWhole(sentBytes, sizeBytes);
      this.#isBodyHandedOver = true;
      this.#outgoing.end();
      this.#armUntilAnswered();
    } catch (error) {
      this.stop(error);
    }
  }

  /** @returns whether to go on */
  async #writeChunk(chunk: Uint8Array, isLastChunk: boolean): Promise<boolean> {
    for (let start = 0; start < chunk.byteLength; start += WRITE_SIZE_BYTES) {
      if (this.#isClosed || this.#isAnswered) {
        return false;
      }
      const piece = chunk.subarray(start, start + WRITE_SIZE_BYTES);
      this.#isBodyHandedOver = isLastChunk && start + piece.byteLength === chunk.byteLength;
      if (!(await this.#write(piece))) {
        return false;
      }
      this.#request.onSent?.(piece.byteLength);
    }
    return true;
  }

  /** @returns whether the socket took it */
  #write(piece: Uint8Array): Promise<boolean> {
    this.#armUntilAnswered();
    return new Promise((resolve) => {
      this.#wakeWriter = () => resolve(false);
      this.#outgoing.write(piece, (error) => {
        this.#isNetworksTurn = false;
        if (!this.#isAnswered) {
          this.disarm();
        }
        resolve(!error);
      });
    });
  }

  #armUntilAnswered(): void {
    this.#isNetworksTurn = true;
    if (!this.#isAnswered && !this.#isClosed) {
      this.arm();
    }
  }

  #timeout(limitMs: number): TransportError {
    const what = this.#isConnected ? "no byte moved" : "no connection came about";
    return new TransportError(
      "timeout",
      `${this.#host}: ${what} within ${limitMs} ms; check the network, or raise timeoutMs`,
      { mayHaveArrived: this.#isConnected },
    );
  }
}

function lengthHeaders({ method, body }: TransportRequest): Record<string, string> {
  if (body === undefined) {
    return method === "POST" || method === "PUT" ? { "content-length": "0" } : {};
  }
  return body.sizeBytes === undefined
    ? { "transfer-encoding": "chunked" }
    : { "content-length": String(body.sizeBytes) };
}

function assertFits(sentBytes: number, sizeBytes: number | undefined): void {
  if (sizeBytes !== undefined && sentBytes > sizeBytes) {
    throw new RangeError(`the body has more than the ${sizeBytes} bytes that it announced`);
  }
}

function assertWhole(sentBytes: number, sizeBytes: number | undefined): void {
  if (sizeBytes !== undefined && sentBytes < sizeBytes) {
    throw new RangeError(`the body ended after ${sentBytes} of the ${sizeBytes} bytes that it announced`);
  }
}
