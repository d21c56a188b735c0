import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { LifecycleRule } from "../../src/protocol/index.ts";
import {
  type LifecycleObject,
  type LifecycleVerdict,
  verdictOnExpiredMarker,
  verdictOnNoncurrentMarker,
  verdictOnNoncurrentObject,
  verdictOnObject,
  verdictOnUpload,
} from "../../src/server/lifecycle/lifecycle-rules.ts";
import { lifecycleRules } from "../protocol/lifecycle-arbitraries.ts";

const DAY_MS = 86_400_000;
const DELETE = { action: "delete" };
const KEEP = { action: "keep" };

function at(text: string): number {
  return Date.parse(`${text}Z`);
}

function rule(facts: Partial<LifecycleRule> = {}): LifecycleRule {
  return { id: "r", prefix: "", status: "Enabled", ...facts };
}

function anObject(facts: Partial<LifecycleObject> = {}): LifecycleObject {
  return {
    ...{ key: "logs/a", type: "Normal", sizeBytes: 10, tags: {}, storageClass: "Standard" },
    modifiedAtMs: at("2023-12-03T12:12:12"),
    ...facts,
  };
}

function changeTo(storageClass: string): LifecycleVerdict {
  return { action: "change-storage-class", storageClass };
}

describe("verdictOnObject()", () => {
  const expires = rule({ expiration: { days: 1 } });

  it("waits until its days have passed, and then for the next midnight of UTC", () => {
    assert.deepEqual(verdictOnObject([expires], anObject(), at("2023-12-04T23:59:59.999")), KEEP);
    assert.deepEqual(verdictOnObject([expires], anObject(), at("2023-12-05T00:00:00")), DELETE);
  });

  it("does not wait for a midnight that is there when the days have passed", () => {
    const object = anObject({ modifiedAtMs: at("2023-12-03T00:00:00") });

    assert.deepEqual(verdictOnObject([expires], object, at("2023-12-03T23:59:59.999")), KEEP);
    assert.deepEqual(verdictOnObject([expires], object, at("2023-12-04T00:00:00")), DELETE);
  });

  it("looks at when it was modified for CreatedBeforeDate, and only at the clock for Date", () => {
    const before = rule({ expiration: { createdBeforeDate: "2023-12-04T00:00:00.000Z" } });
    const from = rule({ expiration: { date: "2023-12-04T00:00:00.000Z" } });
    const younger = anObject({ modifiedAtMs: at("2023-12-04T00:00:00") });

    assert.deepEqual(verdictOnObject([before], anObject(), at("2023-12-03T13:00:00")), DELETE);
    assert.deepEqual(verdictOnObject([before], younger, at("2030-01-01T00:00:00")), KEEP);
    assert.deepEqual(verdictOnObject([from], anObject(), at("2023-12-03T23:59:59")), KEEP);
    assert.deepEqual(verdictOnObject([from], younger, at("2023-12-04T00:00:00")), DELETE);
  });

  const later = at("2024-12-03T00:00:00");

  for (const [what, facts, object] of [
    ["is disabled", { status: "Disabled" }, {}],
    ["is about other keys", { prefix: "logs/b" }, {}],
    ["asks for a tag", { tags: [{ key: "k", value: "1" }] }, { tags: { k: "2" } }],
    [
      "asks for two tags",
      {
        tags: [
          { key: "k", value: "1" },
          { key: "l", value: "1" },
        ],
      },
      { tags: { k: "1" } },
    ],
    ["asks for a tag that every record seems to have", { tags: [{ key: "constructor", value: "" }] }, {}],
    ["excludes a prefix", { filter: { not: { prefix: "logs/a" } } }, {}],
    [
      "excludes a prefix with a tag",
      { filter: { not: { prefix: "logs/", tag: { key: "k", value: "1" } } } },
      { tags: { k: "1" } },
    ],
    ["wants more than its bytes", { filter: { objectSizeGreaterThan: 10 } }, {}],
    ["wants less than its bytes", { filter: { objectSizeLessThan: 10 } }, {}],
  ] as const) {
    it(`does nothing when the rule ${what}`, () => {
      const ruleOf = rule({ expiration: { days: 1 }, ...facts });

      assert.deepEqual(verdictOnObject([ruleOf], anObject(object), later), KEEP);
    });
  }

  it("acts on what has the tags, is not excluded, and has the size", () => {
    const picky = rule({
      prefix: "logs/",
      expiration: { days: 1 },
      tags: [{ key: "k", value: "1" }],
      filter: {
        not: { prefix: "logs/", tag: { key: "keep", value: "yes" } },
        objectSizeGreaterThan: 9,
        objectSizeLessThan: 11,
      },
    });

    assert.deepEqual(verdictOnObject([picky], anObject({ tags: { k: "1", other: "2" } }), later), DELETE);
  });

  it("goes to the coldest class that is due, and only towards it", () => {
    const colder = rule({
      transitions: [
        { days: 10, storageClass: "IA" },
        { days: 20, storageClass: "Archive" },
        { days: 30, storageClass: "ColdArchive" },
      ],
    });
    const after = (days: number) => at("2023-12-04T00:00:00") + days * DAY_MS;

    assert.deepEqual(verdictOnObject([colder], anObject(), after(9)), KEEP);
    assert.deepEqual(verdictOnObject([colder], anObject(), after(10)), changeTo("IA"));
    assert.deepEqual(verdictOnObject([colder], anObject({ storageClass: "IA" }), after(19)), KEEP);
    assert.deepEqual(verdictOnObject([colder], anObject(), after(20)), changeTo("Archive"));
    assert.deepEqual(verdictOnObject([colder], anObject({ storageClass: "ColdArchive" }), later), KEEP);
    assert.deepEqual(verdictOnObject([colder], anObject({ type: "Appendable" }), later), changeTo("Archive"));
    assert.deepEqual(verdictOnObject([colder], anObject({ type: "Symlink" }), later), KEEP);
  });

  it("deletes rather than changes the class, whichever rule says so", () => {
    const rules = [rule({ transitions: [{ days: 1, storageClass: "IA" }] }), expires];

    assert.deepEqual(verdictOnObject(rules, anObject(), later), DELETE);
  });

  it("leaves objects alone that a rule cleans up delete markers for", () => {
    const cleans = rule({ expiration: { expiredObjectDeleteMarker: true } });

    assert.deepEqual(verdictOnObject([cleans], anObject(), later), KEEP);
  });
});

describe("verdictOnUpload()", () => {
  it("counts from when the upload was begun", () => {
    const aborts = rule({ prefix: "p/", abortMultipartUpload: { days: 3 }, expiration: { days: 1 } });
    const upload = { key: "p/k", initiatedAtMs: at("2023-12-03T12:12:12") };

    assert.deepEqual(verdictOnUpload([aborts], upload, at("2023-12-06T23:59:59")), KEEP);
    assert.deepEqual(verdictOnUpload([aborts], upload, at("2023-12-07T00:00:00")), DELETE);
    assert.deepEqual(verdictOnUpload([aborts], { ...upload, key: "k" }, at("2024-12-07T00:00:00")), KEEP);
    assert.deepEqual(
      verdictOnUpload([rule({ expiration: { days: 1 } })], upload, at("2024-01-01T00:00:00")),
      KEEP,
    );
  });
});

describe("verdictOnNoncurrentObject() and verdictOnNoncurrentMarker()", () => {
  const rules = [
    rule({
      noncurrentVersionTransitions: [{ noncurrentDays: 1, storageClass: "IA" }],
      noncurrentVersionExpiration: { noncurrentDays: 2 },
    }),
  ];
  const becameNoncurrentAtMs = at("2023-12-10T12:00:00");

  it("count from when a newer version came", () => {
    const object = { ...anObject(), becameNoncurrentAtMs };

    assert.deepEqual(verdictOnNoncurrentObject(rules, object, at("2023-12-11T23:59:59")), KEEP);
    assert.deepEqual(verdictOnNoncurrentObject(rules, object, at("2023-12-12T00:00:00")), changeTo("IA"));
    assert.deepEqual(verdictOnNoncurrentObject(rules, object, at("2023-12-13T00:00:00")), DELETE);
  });

  it("delete a marker as they delete a version, but not by a rule for what a marker has not", () => {
    const marker = { key: "logs/a", becameNoncurrentAtMs };
    const later = at("2023-12-13T00:00:00");
    const expiration = { noncurrentVersionExpiration: { noncurrentDays: 2 } };

    assert.deepEqual(verdictOnNoncurrentMarker(rules, marker, later), DELETE);
    for (const facts of [
      { tags: [{ key: "k", value: "v" }] },
      { filter: { objectSizeLessThan: 9 } },
      { filter: { not: { prefix: "logs/" } } },
    ]) {
      assert.deepEqual(verdictOnNoncurrentMarker([rule({ ...expiration, ...facts })], marker, later), KEEP);
    }
  });
});

describe("verdictOnExpiredMarker()", () => {
  it("needs a rule that says so", () => {
    const cleans = rule({ prefix: "logs/", expiration: { expiredObjectDeleteMarker: true } });

    assert.deepEqual(verdictOnExpiredMarker([cleans], { key: "logs/a" }), DELETE);
    assert.deepEqual(verdictOnExpiredMarker([cleans], { key: "a" }), KEEP);
    assert.deepEqual(verdictOnExpiredMarker([rule({ expiration: { days: 1 } })], { key: "logs/a" }), KEEP);
  });
});

describe("every verdict", () => {
  const LADDER = ["Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive"];

  /** How far it goes: nothing, colder and colder, deletion. */
  function rank(verdict: LifecycleVerdict): number {
    if (verdict.action === "change-storage-class") {
      return LADDER.indexOf(verdict.storageClass);
    }
    return verdict.action === "keep" ? 0 : LADDER.length;
  }

  const moment = fc.nat({ max: 6_000 * DAY_MS });

  it("never goes back as time passes", () => {
    fc.assert(
      fc.property(
        lifecycleRules,
        fc.nat({ max: 4 }),
        fc.tuple(moment, moment),
        fc.tuple(moment, moment),
        fc.constantFrom(...LADDER),
        fc.nat({ max: 2_000 }),
        (rules, ruleIndex, [modified, noncurrent], [one, other], storageClass, sizeBytes) => {
          const { prefix, tags = [] } = rules[ruleIndex % rules.length] ?? rule();
          const object = anObject({
            key: `${prefix}k`,
            tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
            ...{ storageClass, sizeBytes, modifiedAtMs: modified },
          });
          const noncurrentObject = { ...object, becameNoncurrentAtMs: noncurrent };
          const upload = { key: object.key, initiatedAtMs: modified };
          const ranksAt = (nowMs: number) =>
            [
              verdictOnObject(rules, object, nowMs),
              verdictOnNoncurrentObject(rules, noncurrentObject, nowMs),
              verdictOnNoncurrentMarker(rules, noncurrentObject, nowMs),
              verdictOnUpload(rules, upload, nowMs),
            ].map(rank);

          const early = ranksAt(Math.min(one, other));
          const late = ranksAt(Math.max(one, other));

          assert.ok(
            early.every((value, index) => value <= (late[index] ?? -1)),
            `${early} → ${late}`,
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});
