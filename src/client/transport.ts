// The port through which requests reach the network. Adapters: node/node-transport.ts.
import type { RequestAddress } from "../protocol/addressing/endpoint.ts";
import type { Headers, Method } from "../protocol/http-message.ts";
import type { BodyKind } from "../protocol/operation.ts";
import type { RequestBody } from "./request-body.ts";

export interface TransportRequest {
  readonly method: Method;
  readonly address: RequestAddress;
  /** Without `host`, `content-length` and `transfer-encoding`: those are the transport's. */
  readonly headers: Headers;
  readonly body?: RequestBody | undefined;
  /** Its abort closes the connection at once; `send` then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** The longest time without any byte moving, while connecting, sending or waiting; never a limit on the whole. */
  readonly timeoutMs: number;
  /** Told how many more bytes of the body the connection has taken. */
  readonly onSent?: ((byteCount: number) => void) | undefined;
  /** Not one of the connections kept open, which may be what makes a request slow. */
  readonly isOnNewConnection?: boolean | undefined;
  /** What a successful answer has. Default: it may be anything. */
  readonly responseBody?: BodyKind;
}

export interface TransportResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Read it once, or call `text` or `discard`; the connection is busy until then. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The body as UTF-8. @throws {TransportError} `answer-too-long` beyond `limitBytes` */
  text(limitBytes: number): Promise<string>;
  /** Gives up what has not been read. */
  discard(): void;
}

export interface Transport {
  /**
   * Sends one request and waits for the head of its answer, of whatever status.
   *
   * The answer may come before the whole body is sent; then no more of it is sent.
   *
   * @throws {TransportError} when no answer came
   */
  send(request: TransportRequest): Promise<TransportResponse>;
  /**
   * Closes all connections; what is under way fails. The transport stays usable.
   *
   * @param reason  what it fails with. Default: a TransportError `connection-lost`
   */
  close(reason?: unknown): void;
}
