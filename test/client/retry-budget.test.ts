import { equal } from "node:assert/strict";
import { describe, it } from "node:test";
import { createRetryBudget } from "../../src/client/retry-budget.ts";

describe("createRetryBudget()", () => {
  it("has one retry for each part and a hundred more, and then no more", () => {
    const budget = createRetryBudget(3);

    const taken = Array.from({ length: 200 }, () => budget.take());

    equal(taken.filter(Boolean).length, 103);
    equal(taken.lastIndexOf(true), 102);
    equal(budget.spent, 103);
  });
});
