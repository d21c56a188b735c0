// Looks, while the last parts of an upload are under way, whether one of them is worth sending twice, and asks for a place
// for it. What to do is tail-duplication.ts's to say; this waits and looks again.
import type { Clock } from "../clock.ts";
import type { TransferPlace, TransferWindow } from "../flow/transfer-window.ts";
import type { TailDecision } from "./tail-duplication.ts";

/** Nobody is told. Made once: an abort without a reason makes an error with a stack, and there is one for each fact. */
const VOID = new Error("what was waited for has become void");

export interface TailWatchOptions {
  readonly clock: Clock;
  readonly window: TransferWindow;
  /** How things stand now. */
  readonly decide: () => TailDecision;
  /** Sends the part once more, or gives the place back. */
  readonly onDue: (partNumber: number, place: TransferPlace) => void;
  readonly onFailure: (error: unknown) => void;
}

export class TailWatch {
  readonly #options: TailWatchOptions;
  #waiting = new AbortController();

  constructor(options: TailWatchOptions) {
    this.#options = options;
  }

  /** To be called with everything that happens in the tail: what an earlier look found is void. */
  look(): void {
    this.stop();
    const decision = this.#options.decide();
    if (decision.type !== "leave") {
      this.#waiting = new AbortController();
      void this.#duplicate(decision, this.#waiting.signal);
    }
  }

  stop(): void {
    this.#waiting.abort(VOID);
  }

  async #duplicate(decision: TailDecision, signal: AbortSignal): Promise<void> {
    const { window, clock, decide, onDue, onFailure } = this.#options;
    try {
      if (decision.type === "wait") {
        await clock.wait(decision.waitMs, signal);
      }
      const place = await window.acquire(signal);
      const now = signal.aborted ? undefined : decide();
      if (now?.type === "duplicate") {
        onDue(now.partNumber, place);
        return;
      }
      place.release(0);
    } catch (error) {
      // What has happened meanwhile made it void, and has been followed by another look.
      if (!signal.aborted) {
        onFailure(error);
      }
    }
  }
}
