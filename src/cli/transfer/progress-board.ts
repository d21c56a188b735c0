// One line of progress for any number of transfers that run side by side.
import type { Output } from "../output.ts";
import type { ProgressFigures } from "../progress-bar.ts";

export interface TransferFigures {
  readonly bytesSent: number;
  readonly totalBytes: number;
  readonly parts?: ProgressFigures["parts"];
}

export class ProgressBoard {
  readonly #output: Output;
  readonly #now: () => number;
  readonly #startedAtMs: number;
  readonly #running = new Map<string, TransferFigures>();
  #seenCount = 0;
  #doneBytes = 0;

  constructor(output: Output, now: () => number) {
    this.#output = output;
    this.#now = now;
    this.#startedAtMs = now();
  }

  start(name: string, totalBytes: number): void {
    this.#seenCount += 1;
    this.#running.set(name, { bytesSent: 0, totalBytes });
  }

  update(name: string, figures: TransferFigures): void {
    this.#running.set(name, figures);
    this.#output.progress(this.#figures());
  }

  end(name: string): void {
    this.#doneBytes += this.#running.get(name)?.bytesSent ?? 0;
    this.#running.delete(name);
  }

  #figures(): ProgressFigures {
    const elapsedMs = this.#now() - this.#startedAtMs;
    const [only, ...others] = this.#running;
    if (this.#seenCount === 1 && only !== undefined) {
      return { label: only[0], ...only[1], elapsedMs };
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
