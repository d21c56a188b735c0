// One sync of the disk serves all who wrote before it began. Whoever comes while one runs waits for the next, which is
// shared by all who came meanwhile.
export class SharedSync {
  readonly #sync: () => Promise<void>;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(sync: () => Promise<void>) {
    this.#sync = sync;
  }

  get isIdle(): boolean {
    return this.#running === undefined;
  }

  /** Resolves when what was written before the call is on the disk. */
  run(): Promise<void> {
    if (this.#running === undefined) {
      return this.#start();
    }
    // If the running one fails, so does the next: the system tells of what it could not write only once.
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.#start();
    });
    return this.#next;
  }

  #start(): Promise<void> {
    const running = this.#sync();
    this.#running = running;
    running.then(
      () => {
        if (this.#next === undefined) {
          this.#running = undefined;
        }
      },
      () => {
        this.#running = undefined;
        this.#next = undefined;
      },
    );
    return running;
  }
}
