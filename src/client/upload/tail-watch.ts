// Looks, while the last parts of an upload are under way, whether one of them is worth sending twice, and asks for a place
// for it. What to do is tail-duplication.ts's to say; this waits and looks again.
import type { Clock } from "../clock.ts";
import type { TransferPlace, TransferWindow } from "../flow/transfer-window.ts";
import { decideTail, type TailDecision, type TailSituation } from "./tail-duplication.ts";

/** Nobody is told. Made once: an abort without a reason makes an error with a stack, and there is one for each fact. */
const VOID = new Error("what was waited for has become void");

interface TailWatchOptions {
  readonly clock: Clock;
  readonly window: TransferWindow;
  /** How things stand now; undefined while parts wait to be sent for the first time. */
  readonly situation: () => TailSituation | undefined;
  /** Sends the part once more, or gives the place back. */
  readonly onDue: (partNumber: number, place: TransferPlace) => void;
  readonly onFailure: (error: unknown) => void;
}

export interface TailWatch {
  /** To be called with everything that happens: what an earlier look found is void. */
  look(): void;
  stop(): void;
}

export type WatchTail = (options: TailWatchOptions) => TailWatch;

export const watchTail: WatchTail = (options) => new RunningTailWatch(options);

class RunningTailWatch implements TailWatch {
  readonly #options: TailWatchOptions;
  #waiting = new AbortController();

  constructor(options: TailWatchOptions) {
    this.#options = options;
  }

  look(): void {
    this.stop();
    const decision = this.#decide();
    if (decision.type !== "leave") {
      this.#waiting = new AbortController();
      void this.#duplicate(decision, this.#waiting.signal);
    }
  }

  stop(): void {
    this.#waiting.abort(VOID);
  }

  #decide(): TailDecision {
    const situation = this.#options.situation();
    return situation === undefined ? { type: "leave" } : decideTail(situation);
  }

  async #duplicate(first: TailDecision, signal: AbortSignal): Promise<void> {
    const { window, clock, onDue, onFailure } = this.#options;
    try {
      // What is due may have come nearer meanwhile, and deserve a longer wait. No other look needs to follow.
      for (let decision = first; decision.type !== "leave"; decision = this.#decide()) {
        if (decision.type === "wait") {
          await clock.wait(decision.waitMs, signal);
          continue;
        }
        const place = await window.acquire(signal);
        const now = signal.aborted ? undefined : this.#decide();
        if (now?.type === "duplicate") {
          onDue(now.partNumber, place);
          return;
        }
        place.release(0);
        signal.throwIfAborted();
      }
    } catch (error) {
      // What has happened meanwhile made it void, and has been followed by another look.
      if (!signal.aborted) {
        onFailure(error);
      }
    }
  }
}
