// One line of progress for any number of transfers that run side by side.
import type { Output } from "../output.ts";
import type { ProgressFigures } from "../progress-bar.ts";

export interface TransferFigures {
  readonly bytesSent: number;
  readonly totalBytes: number;
  readonly parts?: ProgressFigures["parts"];
}

interface RunningTransfer extends TransferFigures {
  readonly label: string;
}

export class ProgressBoard {
  readonly #output: Output;
  readonly #now: () => number;
  readonly #startedAtMs: number;
  /** By what each is told apart, such as its source. */
  readonly #running = new Map<string, RunningTransfer>();
  #seenCount = 0;
  #doneBytes = 0;

  constructor(output: Output, now: () => number) {
    this.#output = output;
    this.#now = now;
    this.#startedAtMs = now();
  }

  start(id: string, label: string, totalBytes: number): void {
    this.#seenCount += 1;
    this.#running.set(id, { label, bytesSent: 0, totalBytes });
  }

  update(id: string, figures: TransferFigures): void {
    const { label = id } = this.#running.get(id) ?? {};
    this.#running.set(id, { label, ...figures });
    this.#output.progress(this.#figures());
  }

  end(id: string): void {
    this.#doneBytes += this.#running.get(id)?.bytesSent ?? 0;
    this.#running.delete(id);
  }

  #figures(): ProgressFigures {
    const elapsedMs = this.#now() - this.#startedAtMs;
    const [only, ...others] = this.#running;
    if (this.#seenCount === 1 && only !== undefined) {
      return { ...only[1], elapsedMs };
    }
    const all = [...(only ? [only] : []), ...others].map(([, figures]) => figures);
    const sum = (of: (figures: TransferFigures) => number) =>
      all.reduce((total, figures) => total + of(figures), this.#doneBytes);
    return {
      label: `${this.#seenCount} files`,
      bytesSent: sum(({ bytesSent }) => bytesSent),
      totalBytes: sum(({ totalBytes }) => totalBytes),
      elapsedMs,
    };
  }
}
