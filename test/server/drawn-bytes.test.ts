import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { drawnBytes } from "../../src/server/drawn-bytes.ts";

describe("drawnBytes()", () => {
  it("gives every byte that was drawn once at most, in runs as long as was asked for", () => {
    let drawCount = 0;
    const draw = drawnBytes((sizeBytes) => {
      drawCount += 1;
      return randomBytes(sizeBytes);
    });

    const runs = Array.from({ length: 2_000 }, (_, index) => draw(index % 2 === 0 ? 8 : 16));

    assert.deepEqual([...new Set(runs.map(({ length }) => length))], [8, 16]);
    assert.equal(new Set(runs.map((run) => Buffer.from(run).toString("hex"))).size, runs.length);
    assert.equal(drawCount, 6);
  });
});
