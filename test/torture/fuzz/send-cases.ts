// Sends fuzzed requests and gives each its answers: plain ones behind one another over one connection, as browsers and
// SDKs do, broken ones each over its own.
import type { RawAnswer } from "./answer-reader.ts";
import type { FuzzCase } from "./fuzz-case.ts";
import { FuzzSocket } from "./fuzz-socket.ts";

export interface Outcome {
  readonly fuzzCase: FuzzCase;
  readonly answers: readonly RawAnswer[];
  /** Why there are not the answers that there should be. */
  readonly complaint?: string;
}

/** Sends plain cases over a connection that lasts as long as the server keeps it. */
export class CaseSender implements Disposable {
  readonly #port: number;
  readonly #limitMs: number;
  #kept: FuzzSocket | undefined;
  /** The last one that was answered on the connection. */
  #last: FuzzCase | undefined;

  constructor(port: number, limitMs: number) {
    this.#port = port;
    this.#limitMs = limitMs;
  }

  /** The outcomes of plain cases, which are all sent before the first answer is awaited. */
  async sendInTurn(cases: readonly FuzzCase[]): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    while (outcomes.length < cases.length) {
      // What was sent behind a request that ended the connection has not been read by anybody: it is sent again.
      outcomes.push(...(await this.#sendWhileKept(cases.slice(outcomes.length))));
    }
    return outcomes;
  }

  async sendAlone(fuzzCase: FuzzCase): Promise<Outcome> {
    using socket = new FuzzSocket(this.#port);
    const answers: RawAnswer[] = [];
    try {
      await socket.write(fuzzCase.bytes, fuzzCase.cuts);
      if (fuzzCase.isAbandoned) {
        return { fuzzCase, answers };
      }
      socket.halfClose();
      for (;;) {
        const answer = await socket.nextAnswer(fuzzCase.method, this.#limitMs);
        if (answer === undefined) {
          break;
        }
        answers.push(answer);
      }
    } catch (failure) {
      return { fuzzCase, answers, complaint: String(failure) };
    }
    const rest = socket.restSizeBytes;
    return { fuzzCase, answers, ...(rest > 0 ? { complaint: `${rest} bytes of half an answer` } : {}) };
  }

  [Symbol.dispose](): void {
    this.#kept?.[Symbol.dispose]();
  }

  async #sendWhileKept(cases: readonly FuzzCase[]): Promise<readonly Outcome[]> {
    this.#kept ??= new FuzzSocket(this.#port);
    const socket = this.#kept;
    const outcomes: Outcome[] = [];
    try {
      for (const { bytes, cuts } of cases) {
        await socket.write(bytes, cuts);
      }
      for (const fuzzCase of cases) {
        const answer = await socket.nextAnswer(fuzzCase.method, this.#limitMs);
        if (answer === undefined) {
          const before = this.#last;
          const behind =
            before === undefined ? "" : ` behind request ${before.number} (${before.history.join(" → ")})`;
          this.#leave();
          const complaint = `the connection closed without an answer${behind}: ${socket.failure ?? "in order"}`;
          return [...outcomes, { fuzzCase, answers: [], complaint }];
        }
        outcomes.push({ fuzzCase, answers: [answer] });
        this.#last = fuzzCase;
        if (answer.headers.get("connection") === "close") {
          this.#leave();
          return outcomes;
        }
      }
      return outcomes;
    } catch (failure) {
      this.#leave();
      const fuzzCase = cases[outcomes.length];
      return fuzzCase === undefined
        ? outcomes
        : [...outcomes, { fuzzCase, answers: [], complaint: String(failure) }];
    }
  }

  #leave(): void {
    this.#kept?.[Symbol.dispose]();
    this.#kept = undefined;
    this.#last = undefined;
  }
}
