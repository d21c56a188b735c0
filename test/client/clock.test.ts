import { rejects } from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock } from "../../src/client/clock.ts";

const LONG_MS = 60_000;

describe("systemClock", () => {
  it("waits", async () => {
    await systemClock.wait(1, undefined);
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
