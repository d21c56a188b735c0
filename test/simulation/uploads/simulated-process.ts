// A client's process: everything that it does with the world goes through here, so that the process can end between any
// two such steps and nothing of it happens afterwards.

export class SimulatedProcess {
  /** For the law that says what a run may do. */
  readonly name: string;
  #stepCount = 0;
  #isDead = false;
  readonly #atStep = new Map<number, (() => void)[]>();
  readonly #onDeath = new Set<() => void>();

  constructor(name: string) {
    this.name = name;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** `act` happens when the process has had so many dealings with the world. */
  at(step: number, act: () => void): void {
    this.#atStep.set(step, [...(this.#atStep.get(step) ?? []), act]);
  }

  /** What only the world can still do when the process is gone. @returns what takes it back */
  onDeath(act: () => void): () => void {
    this.#onDeath.add(act);
    return () => this.#onDeath.delete(act);
  }

  kill(): void {
    if (this.#isDead) {
      return;
    }
    this.#isDead = true;
    for (const act of this.#onDeath) {
      act();
    }
    this.#onDeath.clear();
  }

  /** One dealing: before it, and before its outcome is known, the process may end; then it never comes back. */
  async deal<Outcome>(act: () => Promise<Outcome> | Outcome): Promise<Outcome> {
    this.#step();
    if (this.#isDead) {
      return never();
    }
    try {
      const outcome = await act();
      this.#step();
      return this.#isDead ? await never<Outcome>() : outcome;
    } catch (error) {
      this.#step();
      if (this.#isDead) {
        return never();
      }
      throw error;
    }
  }

  #step(): void {
    if (this.#isDead) {
      return;
    }
    const acts = this.#atStep.get(this.#stepCount) ?? [];
    this.#stepCount += 1;
    for (const act of acts) {
      act();
    }
  }
}

function never<Value>(): Promise<Value> {
  return new Promise(() => {});
}
