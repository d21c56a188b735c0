// A connection that sends what it is told, byte for byte, and reads answers with a time limit.
import { connect, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { AnswerReader, type RawAnswer } from "./answer-reader.ts";

export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

export class FuzzSocket implements Disposable {
  readonly #socket: Socket;
  readonly #reader = new AnswerReader();
  /** The server has ended its side, or the connection is broken. */
  #isOver = false;
  #failure: string | undefined;
  #wake: () => void = () => undefined;

  constructor(port: number) {
    this.#socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    this.#socket.on("data", (chunk: Buffer) => {
      this.#reader.push(chunk);
      this.#wake();
    });
    const onOver = (failure?: unknown) => {
      this.#isOver = true;
      this.#failure ??= failure instanceof Error ? failure.message : undefined;
      this.#wake();
    };
    this.#socket.on("end", onOver).on("close", onOver).on("error", onOver);
  }

  /** Bytes of an answer that is not whole. */
  get restSizeBytes(): number {
    return this.#reader.restSizeBytes;
  }

  /** Why the connection broke; undefined when the server ended it in order. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Sends the bytes in as many writes as there are cuts, and one more. */
  async write(bytes: Buffer, cuts: readonly number[] = []): Promise<void> {
    let start = 0;
    for (const cut of [...cuts, bytes.length]) {
      this.#socket.write(bytes.subarray(start, cut));
      start = cut;
      if (cut < bytes.length) {
        await nextTurn();
      }
    }
  }

  /** There is no more to send; answers can still come. */
  halfClose(): void {
    this.#socket.end();
  }

  /**
   * The next answer, or undefined when the server closed without one.
   *
   * @throws {NoAnswer} after `limitMs` @throws {MalformedAnswer}
   */
  async nextAnswer(method: string, limitMs: number): Promise<RawAnswer | undefined> {
    const deadlineMs = Date.now() + limitMs;
    for (;;) {
      const answer = this.#reader.next(method);
      if (answer !== undefined || this.#isOver) {
        return answer;
      }
      const leftMs = deadlineMs - Date.now();
      if (leftMs <= 0) {
        throw new NoAnswer(`no answer within ${limitMs} ms`);
      }
      await this.#change(leftMs);
    }
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #change(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
