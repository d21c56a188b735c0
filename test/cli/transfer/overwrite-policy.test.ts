import { deepEqual, equal, match } from "node:assert/strict";
import { describe, it } from "node:test";
import { OverwritePolicy } from "../../../src/cli/transfer/overwrite-policy.ts";

const source = { sizeBytes: 10, modifiedMs: 5_000 };
const older = { sizeBytes: 10, modifiedMs: 4_000 };
const asNew = { sizeBytes: 10, modifiedMs: 5_999 };

function answering(...answers: string[]) {
  const questions: string[] = [];
  const ask = async (question: string) => {
    questions.push(question);
    return answers.shift() ?? "";
  };
  return { ask, questions };
}

describe("OverwritePolicy", () => {
  it("writes where nothing is, whatever the flags", async () => {
    for (const flags of [{}, { force: true }, { update: true }, { forbidOverwrite: true }] as const) {
      equal((await new OverwritePolicy(flags, undefined).decide("t", source, undefined)).type, "write");
    }
  });

  it("with --update writes over what is older or has another size", async () => {
    const policy = new OverwritePolicy({ update: true }, undefined);

    equal((await policy.decide("t", source, older)).type, "write");
    equal((await policy.decide("t", source, asNew)).type, "skip");
    equal((await policy.decide("t", source, { ...asNew, sizeBytes: 11 })).type, "write");
  });

  it("refuses where nobody can be asked, and says how to overwrite", async () => {
    const decision = await new OverwritePolicy({}, undefined).decide("oss://b/k", source, older);

    equal(decision.type, "refuse");
    match(decision.type === "refuse" ? decision.reason : "", /oss:\/\/b\/k is there already; -f overwrites/);
  });

  it("does what it is told when it asks, and takes everything else for a no", async () => {
    const { ask, questions } = answering("y", "YES", "n", "", "maybe");
    const policy = new OverwritePolicy({}, ask);

    const types: string[] = [];
    for (let question = 0; question < 5; question += 1) {
      types.push((await policy.decide("t", source, older)).type);
    }

    deepEqual(types, ["write", "write", "skip", "skip", "skip"]);
    equal(questions.length, 5);
  });

  it("asks one question at a time, and none after all", async () => {
    let open = 0;
    let most = 0;
    const answers = ["n", "a"];
    const ask = async () => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return answers.shift() ?? "n";
    };
    const policy = new OverwritePolicy({}, ask);

    const decisions = await Promise.all([1, 2, 3, 4].map(() => policy.decide("t", source, older)));

    deepEqual(
      decisions.map(({ type }) => type),
      ["skip", "write", "write", "write"],
    );
    equal(most, 1);
    equal(policy.needsExisting, false);
  });
});
