import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { measuredSeldom } from "../../../src/cli/monitoring/measured-seldom.ts";

describe("measuredSeldom()", () => {
  it("counts each time what is counted fast", async () => {
    const world = measuring({ tookMs: 49 });

    assert.deepEqual([await world.ask(), await world.ask(), await world.ask()], [1, 2, 3]);
  });

  it("gives what took long again, until a hundred times as long has passed", async () => {
    const world = measuring({ tookMs: 100 });

    const first = await world.ask();
    world.pass(9_999);
    const again = await world.ask();
    world.pass(1);

    assert.deepEqual([first, again, await world.ask()], [1, 1, 2]);
  });

  it("tells nothing that is older than a minute", async () => {
    const world = measuring({ tookMs: 5_000 });

    await world.ask();
    world.pass(59_999);
    const again = await world.ask();
    world.pass(1);

    assert.deepEqual([again, await world.ask()], [1, 2]);
  });

  it("counts once for all who ask at the same time", async () => {
    const world = measuring({ tookMs: 1 });

    assert.deepEqual(await Promise.all([world.ask(), world.ask()]), [1, 1]);
  });

  it("counts again after a failure", async () => {
    const world = measuring({ tookMs: 100, failsFirst: true });

    await assert.rejects(world.ask(), /no/);

    assert.equal(await world.ask(), 2);
  });
});

/** The nth measurement gives n. */
function measuring({
  tookMs,
  failsFirst = false,
}: {
  readonly tookMs: number;
  readonly failsFirst?: boolean;
}) {
  let nowMs = 0;
  let count = 0;
  const measure = async () => {
    nowMs += tookMs;
    count += 1;
    if (failsFirst && count === 1) {
      throw new Error("no");
    }
    return count;
  };
  return {
    ask: measuredSeldom(measure, () => nowMs),
    pass(milliseconds: number) {
      nowMs += milliseconds;
    },
  };
}
