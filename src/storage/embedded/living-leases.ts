// Which leases may still be written under: those of this run whose processes have not ended.
import type { LeaseSource } from "./lease-folder.ts";

export class LivingLeases implements LeaseSource {
  readonly #source: LeaseSource;
  readonly #onEnd: (leaseId: string) => void;
  readonly #ids = new Set<string>();

  /** @param onEnd  told of a lease whose process has ended */
  constructor(source: LeaseSource, onEnd: (leaseId: string) => void) {
    this.#source = source;
    this.#onEnd = onEnd;
  }

  async openLease(after?: string): Promise<string> {
    const id = await this.#source.openLease(after);
    this.begin(id);
    return id;
  }

  begin(leaseId: string): void {
    this.#ids.add(leaseId);
  }

  has(leaseId: string): boolean {
    return this.#ids.has(leaseId);
  }

  end(leaseId: string): void {
    this.#ids.delete(leaseId);
    this.#onEnd(leaseId);
  }
}
