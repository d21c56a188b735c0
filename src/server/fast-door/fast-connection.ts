// One connection at the fast door. It serves plain requests, one after the other, and is handed over to node:http with
// the first that is not, for good.
import { Socket } from "node:net";
import { serviceError } from "../../protocol/errors/known-error.ts";
import { ArrivingBody } from "../arriving-body.ts";
import { answerByHand, LINGER_MAX_BYTES } from "../broken-request.ts";
import { ClientGone } from "../client-gone.ts";
import { probeClient } from "../client-probe.ts";
import { handleRequest, type Service } from "../handle-request.ts";
import type { ListenerLimits } from "../listener-limits.ts";
import type { OutgoingResponse } from "../outgoing-response.ts";
import { HandedOverSocket } from "./handed-over-socket.ts";
import { PLAIN_HEAD_SIZE_MAX_BYTES, type PlainHead, parsePlainHead } from "./plain-head.ts";
import { writeAnswer } from "./write-answer.ts";

/** What connections share. */
export interface FastDoorContext {
  readonly service: Service;
  readonly limits: ListenerLimits;
  /** What every socket reads into. Its bytes are another's as soon as a read has been dealt with. */
  readonly scratch: Buffer;
  /** False while the server drains: a connection's next answer is its last then. */
  readonly isOpen: () => boolean;
  /** Takes a connection that node:http is to serve. */
  readonly handOver: (connection: HandedOverSocket) => void;
}

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
const NOTHING: Buffer = Buffer.alloc(0);

export class FastConnection {
  readonly socket: Socket;
  readonly #door: FastDoorContext;
  /** Bytes of a head that is not all here, or of a request that came before the answer to the one before it. */
  #pending: Buffer = NOTHING;
  #isServing = false;
  /** Not a byte of the answer is out, so that another may go before it. */
  #isAnswerAwaited = false;
  #requestCount = 0;
  /** What came since it was answered by hand; undefined: it was not. */
  #lingeringBytes: number | undefined;
  #body: ArrivingBody | undefined;
  #handedOver: HandedOverSocket | undefined;
  #hasClientEnded = false;
  #headDeadline: NodeJS.Timeout | undefined;
  #abort: AbortController | undefined;
  #probe: Disposable | undefined;

  /** @param handle  the accepted connection, as the listening socket gives it */
  constructor(handle: object, door: FastDoorContext) {
    this.#door = door;
    const onread = { buffer: () => this.#target(), callback: (sizeBytes: number) => this.#onRead(sizeBytes) };
    this.socket = new Socket({ handle, allowHalfOpen: true, onread } as never);
    this.socket.setNoDelay(true);
    this.socket.setTimeout(door.limits.idleTimeoutMs);
    this.socket.on("timeout", () => this.#onTimeout());
    this.socket.on("end", () => this.#onEnd());
    this.socket.on("error", () => this.socket.destroy());
    this.socket.on("close", () => this.#onClose());
  }

  /** Whether it waits for a request of which nothing has come. */
  get isIdle(): boolean {
    return !this.#isServing && this.#handedOver === undefined && this.#pending.length === 0;
  }

  /** Where the next read goes: of what may be a head no more than is parsed here, of a body no more than belongs to it. */
  #target(): Buffer {
    const { scratch } = this.#door;
    const sizeMaxBytes =
      this.#body === undefined || this.#body.isComplete
        ? PLAIN_HEAD_SIZE_MAX_BYTES
        : this.#body.readSizeMaxBytes;
    return scratch.subarray(0, Math.min(scratch.length, sizeMaxBytes));
  }

  /** @returns whether the socket may read on */
  #onRead(sizeBytes: number): boolean {
    const bytes = this.#door.scratch.subarray(0, sizeBytes);
    if (this.#handedOver !== undefined) {
      return this.#handedOver.receive(bytes);
    }
    if (this.#lingeringBytes !== undefined) {
      return this.#throwAway(sizeBytes);
    }
    if (this.#body !== undefined && !this.#body.isComplete) {
      return this.#body.push(bytes) || this.#body.isComplete;
    }
    const received = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    if (this.#isServing) {
      this.#pending = Buffer.from(received);
      return false;
    }
    return this.#startRequest(received);
  }

  /** @param received  may change afterwards: what is kept of it is copied @returns whether the socket may read on */
  #startRequest(received: Buffer): boolean {
    const head = parsePlainHead(received);
    const sizeBytes = typeof head === "object" ? head.sizeBytes : received.length;
    if (head === "odd" || sizeBytes > this.#door.limits.headerSizeMaxBytes) {
      this.#pending = Buffer.from(received);
      return this.#handOver();
    }
    if (head === "incomplete") {
      this.#pending = Buffer.from(received);
      this.#headDeadline ??= setTimeout(() => this.#onHeadTimeout(), this.#door.limits.headersTimeoutMs);
      return true;
    }
    clearTimeout(this.#headDeadline);
    this.#headDeadline = undefined;
    const behind = received.subarray(head.sizeBytes);
    const body = new ArrivingBody({
      sizeBytes: head.bodySizeBytes,
      early: behind.subarray(0, head.bodySizeBytes),
      stallTimeoutMs: this.#door.limits.bodyStallTimeoutMs,
      resume: () => this.socket.resume(),
    });
    this.#pending =
      behind.length > head.bodySizeBytes ? Buffer.from(behind.subarray(head.bodySizeBytes)) : NOTHING;
    this.#body = body;
    this.#isServing = true;
    this.#requestCount += 1;
    this.socket.setTimeout(0);
    void this.#serve(head, body);
    // Behind a whole request the socket is read on, which shows when the client goes away.
    return body.isComplete && this.#pending.length === 0;
  }

  async #serve(head: PlainHead, body: ArrivingBody): Promise<void> {
    const { service, limits } = this.#door;
    this.#abort = new AbortController();
    this.#isAnswerAwaited = true;
    const outgoing = await handleRequest(
      {
        method: head.method,
        target: head.target,
        headers: head.headers,
        body,
        clientAddress: this.socket.remoteAddress ?? "",
        signal: this.#abort.signal,
      },
      service,
    );
    this.#isAnswerAwaited = false;
    this.#endProbe();
    const isWorn = this.#requestCount >= limits.requestsPerConnectionMax;
    const isLast = head.isLastOfConnection || isWorn || this.#hasClientEnded || !this.#door.isOpen();
    try {
      // A client that takes no byte for so long is left; Node looks whether bytes move.
      this.socket.setTimeout(limits.bodyStallTimeoutMs);
      await writeAnswer(outgoing, this.socket, {
        method: head.method,
        nowMs: service.now(),
        keepAliveMs: isLast ? undefined : limits.idleTimeoutMs,
      });
    } catch (failure) {
      this.#breakOff(failure, outgoing);
      return;
    }
    // Of a refused body the rest is read, for a client that has not sent it all would not see the answer.
    const isBodyGone = body.isComplete || (await body.discard(limits.lingerMs));
    this.#abort = undefined;
    if (!isBodyGone) {
      this.socket.destroy();
    } else if (isLast || this.#hasClientEnded) {
      this.socket.end();
      this.socket.setTimeout(limits.lingerMs);
    } else {
      this.#awaitNext();
    }
  }

  #awaitNext(): void {
    this.#isServing = false;
    this.#body = undefined;
    this.socket.setTimeout(this.#door.limits.idleTimeoutMs);
    if (this.#pending.length > 0) {
      // Requests that come before their turn are rare, and node:http keeps their answers in order.
      this.#handOver();
    } else if (!this.#door.isOpen()) {
      this.socket.destroy();
    } else {
      this.socket.resume();
    }
  }

  /** The status line may be out, so the only honest end is a broken connection: the client sees a short body. */
  #breakOff(failure: unknown, outgoing: OutgoingResponse): void {
    this.socket.destroy();
    if (!(failure instanceof ClientGone)) {
      const requestId = outgoing.message.headers["x-oss-request-id"] ?? "";
      this.#door.service.reportFailure(failure, requestId);
    }
  }

  #handOver(): boolean {
    clearTimeout(this.#headDeadline);
    const connection = new HandedOverSocket(this.socket, this.#pending);
    this.#handedOver = connection;
    this.#pending = NOTHING;
    if (this.#hasClientEnded) {
      connection.push(null);
    }
    this.#door.handOver(connection);
    return true;
  }

  #onHeadTimeout(): void {
    const { service, limits } = this.#door;
    this.#isServing = true;
    this.#lingeringBytes = 0;
    answerByHand(serviceError("RequestTimeout"), this.socket, { service, limits });
  }

  #throwAway(sizeBytes: number): boolean {
    this.#lingeringBytes = (this.#lingeringBytes ?? 0) + sizeBytes;
    if (this.#lingeringBytes > LINGER_MAX_BYTES) {
      this.socket.destroy();
    }
    return true;
  }

  #onTimeout(): void {
    if (this.#handedOver === undefined) {
      this.socket.destroy();
    }
  }

  #onEnd(): void {
    this.#hasClientEnded = true;
    if (this.#handedOver !== undefined) {
      return;
    }
    this.#body?.fail(serviceError("IncompleteBody"));
    if (this.#isServing) {
      if (this.#isAnswerAwaited) {
        this.#probe ??= probeClient(() => this.socket.write(CONTINUE));
      }
      return;
    }
    if (this.#pending.length > 0) {
      // A head that ends in the middle is node:http's to judge.
      this.#handOver();
    } else {
      this.socket.end();
    }
  }

  #endProbe(): void {
    this.#probe?.[Symbol.dispose]();
    this.#probe = undefined;
  }

  #onClose(): void {
    this.#endProbe();
    clearTimeout(this.#headDeadline);
    this.#body?.fail(serviceError("IncompleteBody"));
    this.#abort?.abort(new ClientGone());
  }
}
