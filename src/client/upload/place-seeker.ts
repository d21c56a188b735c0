// Asks for places in the window, one after another, so that uploads that share it have turns.
import type { TransferPlace, TransferWindow } from "../flow/transfer-window.ts";

/** Nobody is told. Made once: an abort without a reason makes an error with a stack, and there is one for each part. */
const STOPPED = new Error("no place is needed any more");

export interface PlaceSeekerOptions {
  readonly window: TransferWindow;
  /** Whether one more would be used. */
  readonly isNeeded: () => boolean;
  readonly onPlace: (place: TransferPlace) => void;
  readonly onFailure: (error: unknown) => void;
}

export class PlaceSeeker {
  readonly #options: PlaceSeekerOptions;
  #seeking = new AbortController();
  #isSeeking = false;

  constructor(options: PlaceSeekerOptions) {
    this.#options = options;
  }

  /** Asks as long as places are needed. Called again it does nothing. */
  seek(): void {
    if (!this.#isSeeking && this.#options.isNeeded()) {
      this.#isSeeking = true;
      void this.#seekUntilEnough(this.#seeking.signal);
    }
  }

  /** Stands in line no more, until the next `seek`. */
  stop(): void {
    this.#seeking.abort(STOPPED);
    this.#seeking = new AbortController();
  }

  async #seekUntilEnough(signal: AbortSignal): Promise<void> {
    const { window, isNeeded, onPlace, onFailure } = this.#options;
    try {
      while (isNeeded()) {
        onPlace(await window.acquire(signal));
      }
    } catch (error) {
      if (!signal.aborted) {
        onFailure(error);
      }
    }
    this.#isSeeking = false;
    // Places may be needed again since it was stopped.
    this.seek();
  }
}
