// The server against a model of the service: random sequences of calls over HTTP, over both stores. A failure prints its
// seed, with which `npm run torture -- --only differential --seed N` finds it again.
import { describe, it } from "node:test";
import { checkSequences } from "./check-sequences.ts";
import type { StoreKind } from "./service-world.ts";

const sequenceCounts: Readonly<Record<StoreKind, number>> = { memory: 30, embedded: 20 };

for (const kind of ["memory", "embedded"] as const) {
  describe(`the service over the ${kind} store`, () => {
    it("answers random sequences of calls as the model does", async () => {
      await checkSequences({ kind, count: sequenceCounts[kind], seed: Date.now() % 2 ** 31 });
    });
  });
}
