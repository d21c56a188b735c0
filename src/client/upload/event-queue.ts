// The events of one `for await`, between who tells them and who takes them at leisure. Of what is only the latest state
// of things the latest is kept, of the rest everything, up to a bound.

export interface EventQueueOptions<Event> {
  /** Whether the event replaces an earlier one of its kind that nobody has taken. */
  readonly isReplaceable: (event: Event) => boolean;
  readonly lengthMax: number;
}

export class EventQueue<Event> implements AsyncIterableIterator<Event> {
  readonly #options: EventQueueOptions<Event>;
  readonly #onReturn: () => void;
  #events: Event[] = [];
  /** Of the first event that was not taken. */
  #head = 0;
  #isEnded = false;
  /** Those who wait for an event; each `next` that was called ahead. */
  readonly #takers: ((result: IteratorResult<Event, undefined>) => void)[] = [];

  constructor(options: EventQueueOptions<Event>, onReturn: () => void = () => {}) {
    this.#options = options;
    this.#onReturn = onReturn;
  }

  push(event: Event): void {
    if (this.#isEnded) {
      return;
    }
    const taker = this.#takers.shift();
    if (taker !== undefined) {
      taker({ value: event, done: false });
      return;
    }
    const last = this.#events.at(-1);
    const isWaiting = this.#events.length > this.#head;
    if (
      isWaiting &&
      last !== undefined &&
      this.#options.isReplaceable(last) &&
      this.#options.isReplaceable(event)
    ) {
      this.#events[this.#events.length - 1] = event;
      return;
    }
    this.#events.push(event);
    if (this.#events.length - this.#head > this.#options.lengthMax) {
      this.#dropOldest();
    }
  }

  /** What was pushed can still be taken. */
  end(): void {
    this.#isEnded = true;
    for (const taker of this.#takers.splice(0)) {
      taker({ value: undefined, done: true });
    }
  }

  async next(): Promise<IteratorResult<Event, undefined>> {
    const event = this.#events[this.#head];
    if (event !== undefined) {
      this.#dropOldest();
      return { value: event, done: false };
    }
    if (this.#isEnded) {
      return { value: undefined, done: true };
    }
    return new Promise((resolve) => {
      this.#takers.push(resolve);
    });
  }

  async return(): Promise<IteratorResult<Event, undefined>> {
    this.#events = [];
    this.#head = 0;
    this.end();
    this.#onReturn();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  // The array is cut from time to time only, so that taking is cheap.
  #dropOldest(): void {
    this.#head += 1;
    if (this.#head > 64 && this.#head * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#head);
      this.#head = 0;
    }
  }
}
