import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SmallBlobMemory } from "../../src/storage/embedded/small-blob-memory.ts";

const MIB = 1024 * 1024;

describe("SmallBlobMemory", () => {
  it("gives a buffer again once it was given back, and not before", () => {
    const memory = new SmallBlobMemory();
    const first = memory.take(100_000);
    const second = memory.take(100_000);
    assert.ok(first !== undefined && second !== undefined);

    memory.give(first);
    const third = memory.take(130_000);

    assert.notEqual(first, second);
    assert.equal(third, first);
  });

  it("gives at least as much as was asked for", () => {
    const memory = new SmallBlobMemory();

    for (const bytes of [1, 65_536, 65_537, MIB + 128]) {
      assert.ok((memory.take(bytes)?.length ?? 0) >= bytes);
    }
  });

  it("refuses what goes beyond 64 MiB, until something is given back", () => {
    const memory = new SmallBlobMemory();
    const taken = Array.from({ length: 64 }, () => memory.take(MIB));

    const refused = memory.take(1);
    memory.give(taken[0] ?? Buffer.alloc(0));

    assert.ok(taken.every((buffer) => buffer !== undefined));
    assert.equal(refused, undefined);
    assert.ok(memory.take(1) !== undefined);
  });

  it("keeps no more than 16 MiB for later", () => {
    const memory = new SmallBlobMemory();
    const taken = Array.from({ length: 20 }, () => memory.take(MIB) ?? Buffer.alloc(0));
    for (const buffer of taken) {
      memory.give(buffer);
    }

    const again = Array.from({ length: 20 }, () => memory.take(MIB));

    assert.equal(again.filter((buffer) => buffer !== undefined && taken.includes(buffer)).length, 16);
  });
});
