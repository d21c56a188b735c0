import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { chooseTests } from "./choose-tests.ts";

const listed = ["A.one", "A.two", "B.one"];

describe("chooseTests()", () => {
  it("chooses every test that is not left out", () => {
    const { chosen, results } = chooseTests(listed, [], "V1");

    assert.deepEqual([chosen, results], [listed, []]);
  });

  it("leaves out a test by its name, and by the beginning of its name, with the reason", () => {
    const exclusions = [
      { tests: ["A.*"], reason: "no A" },
      { tests: ["B.one"], reason: "no B" },
    ];

    const { chosen, results } = chooseTests(listed, exclusions, "V4");

    assert.deepEqual(chosen, []);
    assert.deepEqual(
      results.map(({ name, verdict, reason }) => `${name} ${verdict}: ${reason}`),
      ["A.one excluded: no A", "A.two excluded: no A", "B.one excluded: no B"],
    );
  });

  it("fails for an exclusion that names no test any more", () => {
    const { chosen, results } = chooseTests(listed, [{ tests: ["A.on", "C.*"], reason: "gone" }], "V1");

    assert.deepEqual(chosen, listed);
    assert.deepEqual(
      results.map(({ name, verdict }) => [name, verdict]),
      [
        ["A.on", "failed"],
        ["C.*", "failed"],
      ],
    );
  });
});
