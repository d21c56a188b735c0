// One request and its answer, over a plain connection or node:http. The body is written piece by piece, each only after
// the socket took the one before, so that the caller's buffers can be used again and a slow network holds back the reading.
//
// A plain connection costs least, node:http with pooled buffers 10 to 38 % more; streams, fetch and blobs cost two to five
// times as much (bench/README.md).

import type { Chunks } from "../request-body.ts";
import type { TransportRequest, TransportResponse } from "../transport.ts";
import { TransportError } from "../transport-error.ts";
import type { ExchangesUnderWay } from "./exchanges-under-way.ts";
import type { NodeConnections, OutgoingRequest } from "./node-connections.ts";
import { failureOf } from "./node-failure.ts";
import { type ExchangeBeingRead, type IncomingAnswer, readResponse } from "./node-response.ts";
import { SilenceWatch } from "./silence-watch.ts";
import { DrainEstimate, type WritePace } from "./write-pace.ts";

/** What all exchanges of a transport share. */
export interface ExchangeContext {
  readonly connections: NodeConnections;
  readonly connectTimeoutMs: number;
  readonly pace: WritePace;
  /** Each until its connection serves others or is closed. */
  readonly underWay: ExchangesUnderWay;
}

/** @throws {TransportError} or the signal's reason */
export async function exchange(
  request: TransportRequest,
  context: ExchangeContext,
): Promise<TransportResponse> {
  request.signal?.throwIfAborted();
  return new Exchange(request, context).run();
}

class Exchange implements ExchangeBeingRead {
  readonly #request: TransportRequest;
  readonly #connectTimeoutMs: number;
  readonly #pace: WritePace;
  readonly #underWay: ExchangesUnderWay;
  readonly #outgoing: OutgoingRequest;
  readonly #label: string;
  readonly #isSecure: boolean;
  readonly #silence: SilenceWatch;
  /** Ends the making of a connection through a proxy, which the request has no hold on yet. */
  #connecting: AbortController | undefined;
  /** Why the exchange ended early, when it was our decision. */
  #reason: { readonly error: unknown } | undefined;
  #isClosed = false;
  #isConnected = false;
  #isAnswered = false;
  #isBodyHandedOver = false;
  /** Whether the other end is waited for; else the source of the body is, which may take its time. */
  #isNetworksTurn = false;
  readonly #drain = new DrainEstimate();
  /**
   * Ends the wait for a write, also for one whose callback will not come. It is the promise's own function: with one around
   * it, whole exchanges outlive V8's collections of young objects, and the heap grows three times as large.
   */
  #endWrite: (isTaken: boolean) => void = () => {};
  #writtenBytes = 0;
  #writeStartMs = 0;
  /** One function for all writes, of which there is one at a time. */
  readonly #onTaken = (error?: Error | null): void => {
    this.#isNetworksTurn = false;
    if (!this.#isAnswered) {
      this.disarm();
    }
    this.#took();
    this.#endWrite(!error);
  };

  constructor(request: TransportRequest, context: ExchangeContext) {
    const { connections, connectTimeoutMs, pace, underWay } = context;
    const connecting = () => {
      this.#connecting = new AbortController();
      return this.#connecting.signal;
    };
    const { outgoing, label, isSecure } = connections.open(request, lengthHeaders(request), connecting);
    this.#request = request;
    this.#connectTimeoutMs = connectTimeoutMs;
    this.#pace = pace;
    this.#underWay = underWay;
    this.#outgoing = outgoing;
    this.#label = label;
    this.#isSecure = isSecure;
    this.#silence = new SilenceWatch((limitMs) => this.stop(this.#timeout(limitMs)));
  }

  async run(): Promise<TransportResponse> {
    const { signal } = this.#request;
    const abort = () => this.stop(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    const place = this.#underWay.begin(this);
    this.#outgoing.once("close", () => {
      this.#underWay.end(place);
      signal?.removeEventListener("abort", abort);
      this.#silence.end();
    });
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
    this.#connecting?.abort(error);
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
    this.#silence.begin(this.#isConnected ? timeoutMs : Math.min(timeoutMs, this.#connectTimeoutMs));
  }

  disarm(): void {
    this.#silence.pause();
  }

  /** What to throw when Node reports `error`. */
  reasonFor(error: unknown): unknown {
    return this.#reason ? this.#reason.error : failureOf(error, this.#label);
  }

  #answer(): Promise<IncomingAnswer> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => {
        this.disarm();
        this.#isClosed = true;
        this.#endWrite(false);
        // Every exchange closes; an error is dear to make, and after the answer nobody waits for it here.
        if (!this.#isAnswered) {
          reject(this.reasonFor(error));
        }
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
        socket.once(this.#isSecure ? "secureConnect" : "connect", connected);
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
      const chunks: Chunks = body?.chunks() ?? NO_CHUNKS;
      for await (const first of chunks) {
        for (let chunk: Uint8Array | undefined = first; chunk !== undefined; chunk = chunks.nextNow?.()) {
          sentBytes += chunk.byteLength;
          assertFits(sentBytes, sizeBytes);
          const isLastChunk = sentBytes === sizeBytes;
          for (let start = 0, end = 0; start < chunk.byteLength; start = end) {
            if (this.#isClosed || this.#isAnswered) {
              return;
            }
            end = Math.min(chunk.byteLength, start + this.#pace.sizeBytes);
            this.#isBodyHandedOver = isLastChunk && end === chunk.byteLength;
            const isWhole = end - start === chunk.byteLength;
            const piece = isWhole ? chunk : chunk.subarray(start, end);
            const isTaken = this.#write(piece);
            if (isTaken !== true && !(await isTaken)) {
              return;
            }
            this.#request.onSent?.(end - start);
          }
        }
      }
      assertWhole(sentBytes, sizeBytes);
      this.#isBodyHandedOver = true;
      this.#outgoing.end();
      this.#awaitNetwork();
      this.#silence.extend(this.#drain.drainMs);
    } catch (error) {
      this.stop(error);
    }
  }

  /** @returns whether the system took it: true if it did at once, as it does with most pieces where it has room */
  #write(piece: Uint8Array): true | Promise<boolean> {
    this.#writtenBytes = piece.byteLength;
    this.#writeStartMs = performance.now();
    if (this.#outgoing.tryWrite?.(piece, this.#onTaken)) {
      this.#took();
      return true;
    }
    if (this.#outgoing.tryWrite === undefined) {
      this.#outgoing.write(piece, this.#onTaken);
    }
    this.#awaitNetwork();
    return new Promise((resolve) => {
      this.#endWrite = resolve;
    });
  }

  #took(): void {
    const durationMs = performance.now() - this.#writeStartMs;
    this.#drain.took(this.#writtenBytes, durationMs);
    this.#pace.took(durationMs);
  }

  #awaitNetwork(): void {
    this.#isNetworksTurn = true;
    if (!this.#isAnswered && !this.#isClosed) {
      this.arm();
    }
  }

  #timeout(limitMs: number): TransportError {
    const what = this.#isConnected ? "no byte moved" : "no connection came about";
    return new TransportError(
      "timeout",
      `${this.#label}: ${what} within ${limitMs} ms; check the network, or raise timeoutMs`,
      { mayHaveArrived: this.#isConnected },
    );
  }
}

const NO_CHUNKS: Chunks = { async *[Symbol.asyncIterator]() {} };

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
