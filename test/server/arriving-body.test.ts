import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { ArrivingBody } from "../../src/server/arriving-body.ts";

const STALL_TIMEOUT_MS = 60_000;

describe("an arriving body that is thrown away", () => {
  it("ends the wait of whoever still reads it, and leaves no timer", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    let resumeCount = 0;
    const body = new ArrivingBody({
      ...{ sizeBytes: 10, early: Buffer.from("0123"), stallTimeoutMs: STALL_TIMEOUT_MS },
      resume: () => {
        resumeCount += 1;
      },
    });
    const reader = body.chunks[Symbol.asyncIterator]();
    assert.equal(String((await reader.next()).value), "0123");
    let outcome = "waits";
    reader.next().then(
      () => {
        outcome = "has read";
      },
      ({ code }) => {
        outcome = code;
      },
    );
    await turn();

    const discarded = body.discard(5_000);
    await turn();

    assert.equal(outcome, "IncompleteBody");
    assert.equal(resumeCount, 2);
    body.push(Buffer.from("456789"));
    assert.equal(await discarded, true);
  });

  it("gives nothing more to whoever comes to read on", async () => {
    const body = new ArrivingBody({ sizeBytes: 4, stallTimeoutMs: STALL_TIMEOUT_MS, resume: () => {} });
    const reader = body.chunks[Symbol.asyncIterator]();
    const discarded = body.discard(5_000);
    body.push(Buffer.from("0123"));
    assert.equal(await discarded, true);

    await assert.rejects(reader.next(), { code: "IncompleteBody" });
  });
});
