import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type OpenMetadataStore, openWithBucket } from "./contract-store.ts";
import { NOW_MS } from "./records.ts";

const COUNT_MAX = 2;

export function nonceLaws(open: OpenMetadataStore): void {
  describe("nonces", () => {
    it("are taken once, by one of all who come at the same time", async () => {
      await using store = await openWithBucket(open);
      const take = (nonce: string) => store.takeNonce({ nonce, expiresAtMs: NOW_MS, countMax: 100 });

      const answers = await Promise.all(["a", "a", "b", "a"].map(take));

      assert.deepEqual(answers.toSorted(), ["known", "known", "taken", "taken"]);
      assert.equal(await take("b"), "known");
    });

    it("are forgotten when they have expired, and no more are kept than asked for", async () => {
      let nowMs = NOW_MS;
      await using store = await open({ now: () => nowMs });
      const take = (nonce: string) =>
        store.takeNonce({ nonce, expiresAtMs: nowMs + 1_000, countMax: COUNT_MAX });
      assert.deepEqual([await take("a"), await take("b"), await take("c")], ["taken", "taken", "full"]);

      nowMs += 1_000;
      const stillKnown = await take("c");
      nowMs += 1;

      assert.deepEqual([stillKnown, await take("a"), await take("a")], ["full", "taken", "known"]);
    });
  });
}
