// A few rounds of what `npm run torture` does hundreds of times.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { runKillRounds } from "../torture/kill-rounds.ts";

const ROUNDS = 6;

describe("a server that is killed with kill -9 under load", () => {
  it("has every acknowledged part and object afterwards, and nothing else", async (test) => {
    const folder = await mkdtemp(join(tmpdir(), "partwise-kill-"));
    const seed = Date.now() % 2 ** 31;
    test.diagnostic(`seed ${seed}`);

    const result = await runKillRounds({
      folder,
      workerCount: 1,
      rounds: ROUNDS,
      seed,
      log: (line) => test.diagnostic(line),
    });

    assert.ok(result.acknowledgedCount > 0);
    await rm(folder, { recursive: true, force: true });
  });
});
