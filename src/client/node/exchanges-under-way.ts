// The exchanges that a transport has to end when it is closed.

export interface StoppableExchange {
  stop(error: unknown): void;
}

/**
 * Places in one array. A Set makes itself new tables while exchanges come and go, and each old one leads to the next: with
 * them whole exchanges outlive V8's collections of young objects (8 MB more for parts of 1 MiB, bench/README.md).
 */
export class ExchangesUnderWay {
  readonly #places: (StoppableExchange | undefined)[] = [];
  readonly #idle: number[] = [];

  /** @returns its place, until `end` */
  begin(exchange: StoppableExchange): number {
    const place = this.#idle.pop() ?? this.#places.length;
    this.#places[place] = exchange;
    return place;
  }

  /** Once for each `begin`. */
  end(place: number): void {
    this.#places[place] = undefined;
    this.#idle.push(place);
  }

  stopAll(error: unknown): void {
    for (const exchange of [...this.#places]) {
      exchange?.stop(error);
    }
  }
}
