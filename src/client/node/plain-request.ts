// One request on a plain connection, with as much of the shape of node:http's as an exchange needs.
import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import type { AnswerHead } from "./answer-reader.ts";

/** A reader that is slower than the service holds it back from here on. */
const UNREAD_MAX_BYTES: number = 1024 * 1024;

/** What a request asks of the connection that it is on. */
export interface PlainWay {
  readonly socket: Socket;
  /** The request is whole, and with the socket. */
  wholeRequest(): void;
  /** The connection is of no use any more. */
  giveUp(): void;
}

/**
 * Tells, as node:http's does: `socket` with its socket; `response` with the answer; `error`; and at last `close`, when the
 * connection serves others or is closed.
 */
export class PlainRequest extends EventEmitter {
  readonly #way: PlainWay;
  /** Until it is sent, with the first of the body. */
  #head: string | undefined;
  #unwrittenCount = 0;
  #onTaken: ((error?: Error | null) => void) | undefined;
  /** One function for all pieces: Node makes one turn for all that were taken at once. */
  readonly #taken = (error?: Error | null): void => {
    this.#unwrittenCount -= 1;
    if (this.#unwrittenCount === 0 || error) {
      const onTaken = this.#onTaken;
      this.#onTaken = undefined;
      onTaken?.(error);
    }
    this.#lookWhetherWhole();
  };
  #isWhole = false;
  #answer: PlainAnswer | undefined;
  #isClosed = false;

  /** @param head  from its first line to the empty one */
  constructor(way: PlainWay, head: string) {
    super();
    this.#way = way;
    this.#head = head;
    process.nextTick(() => this.emit("socket", way.socket));
  }

  /** @param onTaken  told when the system has it, or with why it never will */
  write(piece: Uint8Array, onTaken: (error?: Error | null) => void): void {
    this.#onTaken = onTaken;
    this.#write(piece);
  }

  /** @returns whether the system has it already; if not, `onTaken` is told as by `write` */
  tryWrite(piece: Uint8Array, onTaken: (error?: Error | null) => void): boolean {
    this.#write(piece);
    const { socket } = this.#way;
    if (socket.writableLength === 0 && socket.writable) {
      return true;
    }
    this.#onTaken = onTaken;
    return false;
  }

  /** The body is whole. */
  end(): void {
    if (this.#isClosed) {
      return;
    }
    this.#writeHead();
    this.#isWhole = true;
    this.#lookWhetherWhole();
  }

  /** Closes the connection, unless it serves others by now. */
  destroy(): void {
    if (!this.#isClosed) {
      this.#way.giveUp();
    }
  }

  onHead(head: AnswerHead): void {
    this.#answer = new PlainAnswer(head, this.#way.socket, () => this.destroy());
    this.emit("response", this.#answer);
  }

  onBody(bytes: Buffer): void {
    this.#answer?.push(bytes);
  }

  onAnswerEnd(): void {
    this.#answer?.end();
  }

  /** The connection serves others from now on, or is closed. */
  onClose(error?: Error): void {
    if (this.#isClosed) {
      return;
    }
    this.#isClosed = true;
    if (this.#answer?.isWhole !== true) {
      const failure = error ?? Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
      this.#answer?.fail(failure);
      this.emit("error", failure);
    }
    this.emit("close");
  }

  #write(piece: Uint8Array): void {
    this.#unwrittenCount += 1;
    const { socket } = this.#way;
    if (this.#head === undefined) {
      socket.write(piece, this.#taken);
      return;
    }
    // The head goes in one packet with what follows it.
    socket.cork();
    this.#writeHead();
    socket.write(piece, this.#taken);
    socket.uncork();
  }

  #writeHead(): void {
    if (this.#head !== undefined) {
      this.#way.socket.write(this.#head, "latin1");
      this.#head = undefined;
    }
  }

  #lookWhetherWhole(): void {
    if (this.#isWhole && this.#unwrittenCount === 0 && !this.#isClosed) {
      this.#way.wholeRequest();
    }
  }
}

/** An answer whose body is read at its reader's pace. */
export class PlainAnswer implements AsyncIterableIterator<Uint8Array> {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly #socket: Socket;
  readonly #giveUp: () => void;
  readonly #unread: Buffer[] = [];
  #unreadBytes = 0;
  #isEnded = false;
  #failure: Error | undefined;
  #onMore: (() => void) | undefined;

  constructor({ status, headers }: AnswerHead, socket: Socket, giveUp: () => void) {
    this.statusCode = status;
    this.headers = headers;
    this.#socket = socket;
    this.#giveUp = giveUp;
  }

  get isWhole(): boolean {
    return this.#isEnded;
  }

  push(bytes: Buffer): void {
    this.#unread.push(bytes);
    this.#unreadBytes += bytes.length;
    if (this.#unreadBytes > UNREAD_MAX_BYTES) {
      this.#socket.pause();
    }
    this.#onMore?.();
  }

  end(): void {
    this.#isEnded = true;
    this.#onMore?.();
  }

  /** What was read before can still be had. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#onMore?.();
  }

  /** There is no body that anybody wants. */
  resume(): void {}

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      const bytes = this.#unread.shift();
      if (bytes !== undefined) {
        this.#unreadBytes -= bytes.length;
        if (!this.#isEnded && this.#unreadBytes <= UNREAD_MAX_BYTES) {
          this.#socket.resume();
        }
        return { done: false, value: bytes };
      }
      if (this.#isEnded) {
        return { done: true, value: undefined };
      }
      if (this.#failure !== undefined) {
        throw this.#failure;
      }
      await new Promise<void>((resolve) => {
        this.#onMore = resolve;
      });
    }
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (!this.#isEnded) {
      this.#giveUp();
    }
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
