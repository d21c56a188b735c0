// Which upload a call means that names a slot.
import type { OpenSlot } from "./call-context.ts";
import { STRICT_SLOT } from "./service-calls.ts";
import type { ServiceModel } from "./service-model.ts";

const neverOpened: OpenSlot = { key: "a", uploadId: "0".repeat(32) };

export class OpenSlots {
  readonly #model: ServiceModel;
  readonly #slots = new Map<number, OpenSlot>();

  constructor(model: ServiceModel) {
    this.#model = model;
  }

  open(slot: number, upload: OpenSlot): void {
    // Behind the others, for the last one that was opened is last.
    this.#slots.delete(slot);
    this.#slots.set(slot, upload);
  }

  /** The slot's upload, and for most slots, where that is not open any more, the last one opened that still is. */
  of(slot: number): OpenSlot {
    const own = this.#slots.get(slot);
    if (slot === STRICT_SLOT || (own !== undefined && this.#isOpen(own))) {
      return own ?? neverOpened;
    }
    return [...this.#slots.values()].findLast((upload) => this.#isOpen(upload)) ?? own ?? neverOpened;
  }

  #isOpen({ uploadId }: OpenSlot): boolean {
    return this.#model.findUpload(uploadId) !== undefined;
  }
}
