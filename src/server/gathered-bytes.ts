// What is gathered in memory before anything is done with it: documents, and the fields of forms, which anybody may send,
// before a signature was read, and as slowly as they like. Each has a limit of its own, but ten thousand connections have
// none; so what all of them hold has one too. When it is reached, those go who have held the most for the longest.
import { serviceError } from "../protocol/errors/known-error.ts";
import type { ServiceError } from "../protocol/errors/service-error.ts";

/** What one request has gathered. Disposing of it, once or more often, says that it holds nothing any more. */
export interface Gathering extends Disposable {
  /** To be called with the size of everything that is kept. It may be this one that has to go. */
  add(sizeBytes: number): void;
  /** It is whole and is worked on: from now on it stays until it is disposed of. */
  settle(): void;
}

/** Sixteen of the largest documents, and a hundred completions of 10,000 parts. */
const GATHERED_MAX_BYTES: number = 64 * 1024 * 1024;

interface Holder {
  heldBytes: number;
  isSettled: boolean;
  readonly begunAtMs: number;
  readonly onEvicted: (failure: ServiceError) => void;
}

export interface GatheredBytesOptions {
  /** Default 64 MiB. */
  readonly limitBytes?: number;
  /** Milliseconds since any moment. Default: this process's own clock. */
  readonly now?: () => number;
}

export class GatheredBytes {
  readonly #limitBytes: number;
  readonly #now: () => number;
  readonly #holders = new Set<Holder>();
  #heldBytes = 0;

  constructor({ limitBytes = GATHERED_MAX_BYTES, now = () => performance.now() }: GatheredBytesOptions = {}) {
    this.#limitBytes = limitBytes;
    this.#now = now;
  }

  /** What all requests hold that were not told to go. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** @param onEvicted  called at most once: it must let go of everything at once, and end its request with the failure */
  begin(onEvicted: (failure: ServiceError) => void): Gathering {
    const holder: Holder = { heldBytes: 0, isSettled: false, begunAtMs: this.#now(), onEvicted };
    this.#holders.add(holder);
    return {
      add: (sizeBytes) => {
        if (this.#holders.has(holder)) {
          holder.heldBytes += sizeBytes;
          this.#heldBytes += sizeBytes;
          this.#makeRoom();
        }
      },
      settle: () => {
        holder.isSettled = true;
      },
      [Symbol.dispose]: () => this.#forget(holder),
    };
  }

  #makeRoom(): void {
    while (this.#heldBytes > this.#limitBytes) {
      const greediest = this.#greediest();
      if (greediest === undefined) {
        return;
      }
      this.#forget(greediest);
      greediest.onEvicted(
        serviceError("RequestTimeout", {
          message: "The request came too slowly for the memory that it took. Please send it again.",
        }),
      );
    }
  }

  /** By bytes times time: many small ones that are slow, and large ones that are fast, are not in the way. */
  #greediest(): Holder | undefined {
    const nowMs = this.#now();
    const greedOf = ({ heldBytes, begunAtMs }: Holder) => heldBytes * (nowMs - begunAtMs + 1);
    let greediest: Holder | undefined;
    for (const holder of this.#holders) {
      if (holder.isSettled) {
        continue;
      }
      if (greediest === undefined || greedOf(holder) > greedOf(greediest)) {
        greediest = holder;
      }
    }
    return greediest;
  }

  #forget(holder: Holder): void {
    if (this.#holders.delete(holder)) {
      this.#heldBytes -= holder.heldBytes;
    }
  }
}

/** Of this process. */
export const gatheredBytes: GatheredBytes = new GatheredBytes();
