// One run of bench:server, as each of its rows is given it.
import type { Bodies } from "./bodies.ts";
import type { LoadClient } from "./load.ts";

export interface Bench {
  readonly client: LoadClient;
  readonly bodies: Bodies;
  /** An empty folder of the row's own, on the disk that is measured. */
  readonly folder: string;
  readonly roundCount: number;
  /** Of the work of each round: above 0, at most 1. */
  readonly scale: number;
  readonly workerCount: number;
  /** Flags of `partwise serve`, for each of our own contestants; `--workers` comes last. */
  readonly flagSets: readonly (readonly string[])[];
}
