import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { finishMd5, resumeMd5, startMd5 } from "../../src/server/running-md5.ts";

describe("an MD5 that is saved and resumed", () => {
  it("is the MD5 of all the bytes, wherever they are cut", async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(pieces, async (bodies) => {
        let state = (await startMd5()).save();
        for (const body of bodies) {
          const md5 = await resumeMd5(state);
          md5?.update(body);
          state = md5?.save() ?? "";
        }

        const digest = await finishMd5(state);

        assert.equal(digest, createHash("md5").update(Buffer.concat(bodies)).digest("hex"));
      }),
      { numRuns: 50 },
    );
  });

  it("is given up where its state is missing, damaged or another library's", async () => {
    const state = Buffer.from((await startMd5()).save(), "base64");
    const ofAnother = Buffer.from(state).fill(0xff, 0, 4).toString("base64");
    const short = state.subarray(0, 20).toString("base64");

    for (const unusable of [undefined, "", "AAAA", "not base64!", ofAnother, short]) {
      assert.equal(await resumeMd5(unusable), undefined);
      assert.equal(await finishMd5(unusable), undefined);
    }
  });
});
