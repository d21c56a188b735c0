// The server against a model of the service: random sequences of calls over HTTP, over both stores. A failure prints its
// seed and path, which `fc.assert(…, { seed, path })` replays, and the shortest sequence that still shows it.
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { runCalls } from "./run-calls.ts";
import { arbitraryCalls } from "./service-calls.ts";
import { ServiceWorld, type StoreKind } from "./service-world.ts";

const SEQUENCE_LENGTH_MAX = 40;
const sequenceCounts: Readonly<Record<StoreKind, number>> = { memory: 120, embedded: 80 };

for (const kind of ["memory", "embedded"] as const) {
  describe(`the service over the ${kind} store`, () => {
    let world: ServiceWorld;
    let bucketCount = 0;
    before(async () => {
      world = await ServiceWorld.open(kind);
    });
    after(() => world[Symbol.asyncDispose]());

    it("answers random sequences of calls as the model does", async () => {
      const property = fc.asyncProperty(arbitraryCalls(SEQUENCE_LENGTH_MAX), (calls) => {
        bucketCount += 1;
        return runCalls(calls, world, `sequence-${bucketCount}`);
      });

      await fc.assert(property, { numRuns: sequenceCounts[kind] });
    });
  });
}
