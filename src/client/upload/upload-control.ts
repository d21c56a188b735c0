// What a user wants of a running upload, between the handle that is told and the run that obeys.
import { ClientError } from "../client-error.ts";

export interface CancelOptions {
  /** Leave the parts with the service, for a later run to go on with; default false: they are removed. */
  readonly keepParts?: boolean | undefined;
}

export interface ControlListener {
  pause(): void;
  resume(): void;
}

export class UploadControl {
  readonly #stopper = new AbortController();
  readonly #userSignal: AbortSignal | undefined;
  readonly #abort: () => void;
  #listener: ControlListener | undefined;
  #isPaused = false;
  #keepsParts: boolean | undefined;

  constructor(userSignal: AbortSignal | undefined) {
    this.#userSignal = userSignal;
    this.#abort = () => this.stop(userSignal?.reason);
    if (userSignal?.aborted) {
      this.#abort();
    }
    userSignal?.addEventListener("abort", this.#abort, { once: true });
  }

  /** Aborts when the user's signal does, on `cancel`, and when a listener throws. */
  get signal(): AbortSignal {
    return this.#stopper.signal;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** What `cancel` said about the parts; undefined if the upload was not cancelled, or nothing was said. */
  get keepsParts(): boolean | undefined {
    return this.#keepsParts;
  }

  pause(): void {
    if (!this.#isPaused) {
      this.#isPaused = true;
      this.#listener?.pause();
    }
  }

  resume(): void {
    if (this.#isPaused) {
      this.#isPaused = false;
      this.#listener?.resume();
    }
  }

  /** As an abort of the user's signal does. */
  stop(reason: unknown): void {
    this.#stopper.abort(reason);
  }

  cancel(key: string, { keepParts = false }: CancelOptions): void {
    if (!this.#stopper.signal.aborted) {
      this.#keepsParts = keepParts;
      this.stop(new ClientError("cancelled", `the upload of ${key} was cancelled`));
    }
  }

  /** From now on `listener` obeys; it is told at once if the upload is paused already. */
  attach(listener: ControlListener): void {
    this.#listener = listener;
    if (this.#isPaused) {
      listener.pause();
    }
  }

  /** The upload is at its end. A signal of the user's may live long, and must not keep it. */
  close(): void {
    this.#listener = undefined;
    this.#userSignal?.removeEventListener("abort", this.#abort);
  }
}
