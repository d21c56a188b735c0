import { ok, rejects } from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock } from "../../src/client/clock.ts";

const WAIT_MS = 20;
const LONG_MS = 60_000;

describe("systemClock", () => {
  it("waits as long as it is told to", async () => {
    const startedAtMs = performance.now();

    await systemClock.wait(WAIT_MS, undefined);

    // A timer of Node counts whole milliseconds, and may end within the last of them.
    ok(performance.now() - startedAtMs >= WAIT_MS - 1);
  });

  it("stops waiting on an abort, with its reason", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const waiting = systemClock.wait(LONG_MS, controller.signal);

    controller.abort(reason);

    await rejects(waiting, (error) => error === reason);
  });

  it("does not begin to wait after an abort", async () => {
    await rejects(systemClock.wait(LONG_MS, AbortSignal.abort()), { name: "AbortError" });
  });
});
