// Which leases may still be written under: those of this run whose processes have not ended.
import type { LeaseSource } from "./lease-folder.ts";

export class LivingLeases implements LeaseSource {
  readonly #source: LeaseSource;
  readonly #ids = new Set<string>();

  constructor(source: LeaseSource) {
    this.#source = source;
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
  }
}
