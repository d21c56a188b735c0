// The runner against a model that looks at each key as a list: whatever was stored and whatever the rules say, one run
// leaves in both stores what the model expects.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { LifecycleDue, LifecycleRule } from "../../src/protocol/index.ts";
import {
  type BucketRecord,
  openEmbeddedStore,
  openMemoryStore,
  type Store,
  type VersionRecord,
} from "../../src/storage/index.ts";
import { makeTemporaryFolder } from "../storage/temporary-folder.ts";
import { DAY_0_MS, DAY_MS, LifecycleWorld } from "./lifecycle-world.ts";

const LADDER = ["Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive"];
const RUN_COUNT = 60;
const HOUR_MS = 3_600_000;

type Versioning = "Enabled" | "Suspended";
type Change =
  | { readonly type: "begin" | "delete"; readonly key: string }
  | { readonly type: "put"; readonly key: string; readonly storageClass: string; readonly isTagged: boolean }
  | { readonly type: "versioning"; readonly versioning: Versioning };

const key = fc.constantFrom("a", "a/1", "a/2", "b");
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      ...{ type: fc.constant("put"), key, storageClass: fc.constantFrom("Standard", "IA", "Archive") },
      isTagged: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("delete"), key }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("begin"), key }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("versioning"),
      versioning: fc.constantFrom("Enabled", "Suspended"),
    }),
  },
);
/** Each so many hours after the one before. */
const history = fc.array(fc.tuple(fc.nat(40), change), { minLength: 3, maxLength: 25, size: "max" });

const days = fc.integer({ min: 1, max: 12 });
const midnight = fc.nat(20).map((count) => new Date(DAY_0_MS + count * DAY_MS).toISOString());
const due: fc.Arbitrary<LifecycleDue> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ days }) },
  { weight: 1, arbitrary: fc.record({ date: midnight }) },
  { weight: 1, arbitrary: fc.record({ createdBeforeDate: midnight }) },
);
const storageClass = fc.constantFrom(...LADDER.slice(1));
const rule: fc.Arbitrary<Partial<LifecycleRule>> = fc.record(
  {
    prefix: fc.constantFrom("", "a", "a/", "b"),
    status: fc.constantFrom("Enabled", "Enabled", "Enabled", "Disabled"),
    tags: fc.constantFrom([], [], [{ key: "tagged", value: "yes" }]),
    expiration: fc.oneof(due, fc.constant({ expiredObjectDeleteMarker: true } as const)),
    transitions: fc.array(
      fc.tuple(due, storageClass).map(([when, target]) => ({ ...when, storageClass: target })),
      { maxLength: 2 },
    ),
    noncurrentVersionExpiration: fc.record({ noncurrentDays: days }),
    noncurrentVersionTransitions: fc.array(fc.record({ noncurrentDays: days, storageClass }), {
      maxLength: 2,
    }),
    abortMultipartUpload: due,
    filter: fc.constantFrom(
      {},
      { not: { prefix: "a/2" } },
      { objectSizeGreaterThan: 9 },
      { objectSizeLessThan: 10 },
    ),
  },
  { requiredKeys: ["prefix", "status"] },
);

describe("runLifecycle()", () => {
  it("does what the model expects, in memory and on disk", async () => {
    await using folder = await makeTemporaryFolder();
    await using memory = await openMemoryStore({ collectEveryMs: "never" });
    await using disk = await openEmbeddedStore(folder.path, { collectEveryMs: "never" });
    const property = fc.asyncProperty(
      ...([
        history,
        fc.array(rule, { minLength: 1, maxLength: 3 }),
        fc.nat(200),
        fc.constantFrom(1, 3, 500),
      ] as const),
      async (steps, rules, hoursLater, pageSize) => {
        for (const store of [memory, disk]) {
          await assertAsExpected(store, { steps, rules, hoursLater, pageSize });
        }
      },
    );

    await fc.assert(property, { numRuns: RUN_COUNT });
  });
});

interface Drawn {
  readonly steps: readonly (readonly [hours: number, change: Change])[];
  readonly rules: readonly Partial<LifecycleRule>[];
  readonly hoursLater: number;
  readonly pageSize: number;
}

async function assertAsExpected(store: Store, { steps, rules, hoursLater, pageSize }: Drawn): Promise<void> {
  const world = await LifecycleWorld.make(store.metadata);
  let nowMs = DAY_0_MS;
  const begun: { readonly key: string; readonly sinceMs: number }[] = [];
  for (const [hours, step] of steps) {
    nowMs += hours * HOUR_MS;
    await perform(world, step, nowMs);
    if (step.type === "begin") {
      begun.push({ key: step.key, sinceMs: nowMs });
    }
  }
  nowMs += hoursLater * HOUR_MS;
  await world.setRules(...rules);
  const enabled = rules.filter(({ status }) => status === "Enabled");
  const { versioning } = (await store.metadata.getBucket(world.bucket)) as BucketRecord;
  const stored = (await world.versions()).map(({ version }) => version);
  const keys = [...new Set(stored.map((version) => version.key))];
  const expected = keys.flatMap((each) =>
    modelOf(
      stored.filter((version) => version.key === each),
      enabled,
      { nowMs, versioning },
    ),
  );

  await world.run(nowMs, { limits: { pageSize } });

  assert.deepEqual(
    (await world.versions()).map(({ version }) => described(version)),
    expected,
  );
  const left = begun.filter(({ key: uploadKey, sinceMs }) =>
    enabled.every(
      ({ prefix = "", abortMultipartUpload: when }) =>
        when === undefined || !uploadKey.startsWith(prefix) || !hasCome(when, sinceMs, nowMs),
    ),
  );
  assert.deepEqual(await world.uploadKeys(), left.map((upload) => upload.key).sort());
}

async function perform(world: LifecycleWorld, step: Change, nowMs: number): Promise<void> {
  switch (step.type) {
    case "begin":
      await world.begin(step.key, nowMs);
      return;
    case "delete":
      await world.delete(step.key, nowMs);
      return;
    case "put":
      await world.put(step.key, nowMs, {
        storageClass: step.storageClass,
        tags: step.isTagged ? { tagged: "yes" } : {},
      });
      return;
    case "versioning":
      await world.setVersioning(step.versioning);
      return;
  }
}

/** What is left of one key's versions, the newest first. */
function modelOf(
  versions: readonly VersionRecord[],
  rules: readonly Partial<LifecycleRule>[],
  { nowMs, versioning }: { readonly nowMs: number; readonly versioning: Versioning | undefined },
): readonly string[] {
  const [current, ...others] = versions;
  if (current === undefined) {
    return [];
  }
  const noncurrent = others.flatMap((version, index) => {
    const sinceMs = versions[index]?.modifiedAtMs ?? 0;
    const acting = rules.filter((candidate) => isAbout(candidate, version));
    const isGone = acting.some(
      ({ noncurrentVersionExpiration: when }) =>
        when !== undefined && hasCome({ days: when.noncurrentDays }, sinceMs, nowMs),
    );
    const targets = acting.flatMap(({ noncurrentVersionTransitions = [] }) =>
      noncurrentVersionTransitions
        .filter(({ noncurrentDays }) => hasCome({ days: noncurrentDays }, sinceMs, nowMs))
        .map((transition) => transition.storageClass),
    );
    return isGone ? [] : [{ version, text: described(version, targets) }];
  });
  const texts = noncurrent.map(({ text }) => text);
  const acting = rules.filter((candidate) => isAbout(candidate, current));
  if (current.type === "DeleteMarker") {
    const isCleaned = acting.some(
      ({ expiration }) => expiration !== undefined && "expiredObjectDeleteMarker" in expiration,
    );
    return others.length === 0 && isCleaned ? [] : [described(current), ...texts];
  }
  const isExpired = acting.some(
    ({ expiration }) =>
      expiration !== undefined &&
      !("expiredObjectDeleteMarker" in expiration) &&
      hasCome(expiration, current.modifiedAtMs, nowMs),
  );
  if (!isExpired) {
    const targets = acting.flatMap(({ transitions = [] }) =>
      transitions
        .filter((when) => hasCome(when, current.modifiedAtMs, nowMs))
        .map((transition) => transition.storageClass),
    );
    return [described(current, targets), ...texts];
  }
  if (versioning === undefined) {
    return [];
  }
  const behind = [{ version: current as VersionRecord, text: described(current) }, ...noncurrent].filter(
    ({ version }) => versioning === "Enabled" || version.versionId !== "null",
  );
  return [`${current.key} DeleteMarker at ${nowMs}`, ...behind.map(({ text }) => text)];
}

function described(version: VersionRecord, targets: readonly string[] = []): string {
  const storageClass =
    version.type === "DeleteMarker"
      ? []
      : [version.attributes.standard.storageClass ?? "Standard", ...targets];
  const coldest = storageClass.toSorted((left, right) => LADDER.indexOf(right) - LADDER.indexOf(left))[0];
  return [
    version.key,
    version.type,
    ...(coldest === undefined ? [] : [coldest]),
    `at ${version.modifiedAtMs}`,
  ].join(" ");
}

function isAbout(
  { prefix = "", tags = [], filter = {} }: Partial<LifecycleRule>,
  version: VersionRecord,
): boolean {
  const isMarker = version.type === "DeleteMarker";
  const size = isMarker ? Number.NaN : version.sizeBytes;
  const isTagged = !isMarker && version.attributes.tags.tagged === "yes";
  return (
    version.key.startsWith(prefix) &&
    (tags.length === 0 || isTagged) &&
    (filter.not === undefined || !version.key.startsWith(filter.not.prefix)) &&
    (filter.objectSizeGreaterThan === undefined || size > filter.objectSizeGreaterThan) &&
    (filter.objectSizeLessThan === undefined || size < filter.objectSizeLessThan)
  );
}

/** Counts midnights: those that passed since the first one after the beginning. */
function hasCome(when: LifecycleDue, sinceMs: number, nowMs: number): boolean {
  if ("days" in when) {
    return Math.floor(nowMs / DAY_MS) - Math.ceil(sinceMs / DAY_MS) >= when.days;
  }
  return "date" in when ? nowMs >= Date.parse(when.date) : sinceMs < Date.parse(when.createdBeforeDate);
}
