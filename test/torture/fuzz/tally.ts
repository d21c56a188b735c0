// What came of the requests: how many of each, and all that was wrong.
import type { RawAnswer } from "./answer-reader.ts";
import type { FuzzCase } from "./fuzz-case.ts";

const SHOWN_BYTES_MAX = 2_000;

interface JudgedAnswer {
  readonly answer: RawAnswer;
  readonly code: string;
}

export class Tally {
  readonly #seed: number;
  readonly #failuresMax: number;
  readonly #outcomes = new Map<string, number>();
  readonly #failures = new Map<string, string>();
  readonly #succeeded = new Set<string>();
  #signedCount = 0;
  #signedSuccessCount = 0;
  requestCount = 0;

  constructor(seed: number, failuresMax: number) {
    this.#seed = seed;
    this.#failuresMax = failuresMax;
  }

  get isFull(): boolean {
    return this.#failures.size >= this.#failuresMax;
  }

  /** Operations of which one request at least was carried out. */
  get succeededOperations(): ReadonlySet<string> {
    return this.#succeeded;
  }

  count(fuzzCase: FuzzCase, judged: readonly JudgedAnswer[]): void {
    this.requestCount += 1;
    const [first] = judged;
    const outcome = first === undefined ? "no answer" : `${first.answer.status} ${first.code}`.trim();
    const name = `${fuzzCase.trust}: ${outcome}`;
    this.#outcomes.set(name, (this.#outcomes.get(name) ?? 0) + 1);
    if (fuzzCase.trust === "signed") {
      this.#signedCount += 1;
      if (first !== undefined && first.answer.status < 300) {
        this.#signedSuccessCount += 1;
        this.#succeeded.add(fuzzCase.history[0] ?? "");
      }
    }
  }

  /** Keeps the first request of each kind of complaint. */
  complain(text: string, fuzzCase?: FuzzCase, answers: readonly RawAnswer[] = []): void {
    const kind = text.replace(/\d+/g, "0");
    if (!this.#failures.has(kind)) {
      this.#failures.set(kind, fuzzCase === undefined ? text : this.#report(text, fuzzCase, answers));
    }
  }

  throwIfAnythingWasWrong(): void {
    if (this.#failures.size > 0) {
      throw new Error([...this.#failures.values()].join("\n\n"));
    }
  }

  /** One line. */
  summary(): string {
    return `${this.requestCount} requests, ${this.#signedSuccessCount} of ${this.#signedCount} signed ones carried out`;
  }

  /** A line for each outcome, the most frequent first. */
  outcomes(): readonly string[] {
    return [...this.#outcomes]
      .toSorted(([, left], [, right]) => right - left)
      .map(([name, count]) => `${String(count).padStart(7)}  ${name}`);
  }

  #report(text: string, { number, history, bytes }: FuzzCase, answers: readonly RawAnswer[]): string {
    const shown = JSON.stringify(bytes.toString("latin1", 0, SHOWN_BYTES_MAX));
    const left = bytes.length > SHOWN_BYTES_MAX ? ` and ${bytes.length - SHOWN_BYTES_MAX} bytes more` : "";
    return [
      `${text}: seed ${this.#seed}, request ${number} (--seed ${this.#seed} --only ${number})`,
      `  ${history.join(" → ")}`,
      `  sent ${shown}${left}`,
      ...answers.map(({ status, body }) => `  got ${status} ${body.toString("utf8", 0, SHOWN_BYTES_MAX)}`),
    ].join("\n");
  }
}
