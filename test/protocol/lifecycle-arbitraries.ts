// Lifecycle rules that the service takes, with everything that a rule can say.
import fc from "fast-check";
import type { LifecycleDue, LifecycleRule, LifecycleTag } from "../../src/protocol/index.ts";
import { nonEmpty, recordOf, xmlText } from "./wire-arbitraries.ts";

const LADDER = ["IA", "Archive", "ColdArchive", "DeepColdArchive"];

const days = fc.integer({ min: 1, max: 5_000 });

const midnight = fc.integer({ min: 0, max: 60_000 }).map((day) => new Date(day * 86_400_000).toISOString());

const due: fc.Arbitrary<LifecycleDue> = fc.oneof(
  recordOf({ days }, ["days"]),
  recordOf({ createdBeforeDate: midnight }, ["createdBeforeDate"]),
  recordOf({ date: midnight }, ["date"]),
);

const tag: fc.Arbitrary<LifecycleTag> = recordOf(
  {
    key: fc.stringMatching(/^[A-Za-z0-9+=._:/-]{1,20}$/),
    value: fc.stringMatching(/^[A-Za-z0-9 +=._:/-]{0,20}$/),
  },
  ["key", "value"],
);

const tags = fc.uniqueArray(tag, { selector: ({ key }) => key, minLength: 1, maxLength: 4 });

/** Storage classes, with the days after which an object gets there, from the warmest to the coldest. */
const steps = fc
  .tuple(
    fc.subarray(LADDER, { minLength: 1 }),
    fc.uniqueArray(days, { minLength: LADDER.length, maxLength: LADDER.length }),
  )
  .map(([classes, unordered]) => {
    const inOrder = unordered.toSorted((left, right) => left - right);
    return classes.map((storageClass, index) => ({ storageClass, after: inOrder[index] ?? 1 }));
  });

const currentActions = fc.oneof(
  recordOf({ expiration: due }, ["expiration"]),
  recordOf({ expiration: fc.constant({ expiredObjectDeleteMarker: true } as const) }, ["expiration"]),
  recordOf({ abortMultipartUpload: due, expiration: due }, ["abortMultipartUpload"]),
  steps.map((path) => ({
    transitions: path.map(({ storageClass, after }) => ({ days: after, storageClass })),
    expiration: { days: 5_001 },
  })),
  recordOf({ storageClass: fc.constantFrom(...LADDER), createdBeforeDate: midnight }, [
    "storageClass",
    "createdBeforeDate",
  ]).map((transition) => ({ transitions: [transition] })),
);

const noncurrentActions = steps.map((path) => ({
  noncurrentVersionTransitions: path.map(({ storageClass, after }) => ({
    noncurrentDays: after,
    storageClass,
  })),
  noncurrentVersionExpiration: { noncurrentDays: 5_001 },
}));

const filter = nonEmpty(
  recordOf({ objectSizeGreaterThan: fc.nat(1_000), objectSizeLessThan: fc.integer({ min: 1_001 }) }, []),
);

const actions: fc.Arbitrary<Partial<LifecycleRule>> = fc.oneof(
  currentActions,
  noncurrentActions,
  fc.tuple(noncurrentActions, recordOf({ tags, filter }, [])).map(([acts, about]) => ({ ...acts, ...about })),
);

const status = fc.constantFrom("Disabled", "Enabled");

/** Their prefixes differ, so that no two of them are about one object. */
export const lifecycleRules: fc.Arbitrary<readonly LifecycleRule[]> = fc
  .array(fc.tuple(xmlText, status, actions, fc.option(tag), fc.boolean()), { minLength: 1, maxLength: 5 })
  .map((drawn) =>
    drawn.map(([text, ruleStatus, acts, notTag, hasNot], index) => {
      const prefix = `${index}/${text}`;
      const isFiltered = hasNot && acts.filter !== undefined;
      const not = { prefix: `${prefix}not`, ...(notTag === null ? {} : { tag: notTag }) };
      return {
        id: `rule ${index}`,
        prefix,
        status: ruleStatus,
        ...acts,
        ...(isFiltered ? { filter: { not, ...acts.filter } } : {}),
      };
    }),
  );
