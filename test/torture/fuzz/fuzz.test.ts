// A short run of the fuzz with a fixed seed, so that every change meets it. The long one is `npm run torture`.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { makeTemporaryFolder } from "../../storage/temporary-folder.ts";
import { runFuzz } from "./run-fuzz.ts";

const SEED = 20_250_801;
const COUNT = 1_000;
/** Enough for a server that keeps much. */
const FEW = 300;
/** Fewer would say that most requests are refused for something that nobody meant to break. */
const SUCCEEDED_MIN = 25;

describe("a thousand fuzzed requests", () => {
  it("are answered as documented, and change nothing without a valid signature", async (test) => {
    await using folder = await makeTemporaryFolder();

    const tally = await runFuzz({
      folder: folder.path,
      seed: SEED,
      count: COUNT,
      log: (line) => test.diagnostic(line),
    });

    assert.equal(tally.requestCount, COUNT);
    assert.ok(tally.succeededOperations.size >= SUCCEEDED_MIN, [...tally.succeededOperations].join(" "));
  });

  it("find a server that keeps something of each", async () => {
    await using folder = await makeTemporaryFolder();
    const address = new URL("./leak.ts", import.meta.url).href;

    const run = runFuzz({
      folder: folder.path,
      seed: SEED,
      count: FEW,
      preload: { address, environment: { PARTWISE_LEAK_BYTES: "80000" } },
      log: () => undefined,
    });

    await assert.rejects(run, /what lives in the server grew from \d+ to \d+ MiB: \d+ bytes a request/);
  });
});
