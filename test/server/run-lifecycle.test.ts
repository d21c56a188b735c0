// The runner over both stores: what it does, and that it never does it to something else.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  type MetadataStore,
  openEmbeddedStore,
  openMemoryStore,
  type Store,
} from "../../src/storage/index.ts";
import { makeTemporaryFolder } from "../storage/temporary-folder.ts";
import { DAY_0_MS, DAY_MS, LifecycleWorld } from "./lifecycle-world.ts";

const day = (count: number) => DAY_0_MS + count * DAY_MS;

describe("runLifecycle() in memory", () => tests(() => openMemoryStore({ collectEveryMs: "never" })));

describe("runLifecycle() on disk", () => {
  tests(async (resources) => {
    const folder = resources.use(await makeTemporaryFolder());
    return openEmbeddedStore(folder.path, { collectEveryMs: "never" });
  });
});

function tests(open: (resources: AsyncDisposableStack) => Promise<Store>): void {
  const resources = new AsyncDisposableStack();
  let store: Store;
  before(async () => {
    store = resources.use(await open(resources));
  });
  after(() => resources.disposeAsync());
  const makeWorld = () => LifecycleWorld.make(store.metadata);

  it("deletes, changes and aborts what is due, and counts it", async () => {
    const world = await makeWorld();
    await world.put("logs/old", day(0));
    await world.put("logs/young", day(9));
    await world.put("data/old", day(0));
    await world.begin("tmp/old", day(0));
    await world.begin("tmp/young", day(9));
    await world.setRules(
      { prefix: "logs/", expiration: { days: 10 } },
      { prefix: "data/", transitions: [{ days: 10, storageClass: "IA" }] },
      { prefix: "tmp/", abortMultipartUpload: { days: 10 } },
    );

    const counts = await world.run(day(10));

    assert.deepEqual(counts, { abortedUploadCount: 1, changedVersionCount: 1, deletedVersionCount: 1 });
    assert.deepEqual(await world.summary(), ["data/old Normal IA day 0", "logs/young Normal Standard day 9"]);
    assert.deepEqual(await world.uploadKeys(), ["tmp/young"]);
  });

  it("does it once", async () => {
    const world = await makeWorld();
    await world.put("k", day(0));
    await world.setRules({ transitions: [{ days: 1, storageClass: "IA" }] });
    await world.run(day(10));

    const counts = await world.run(day(10));

    assert.equal(counts.changedVersionCount, 0);
  });

  it("leaves what a bucket without rules, or with disabled ones, holds", async () => {
    const world = await makeWorld();
    await world.put("k", day(0));
    await world.run(day(1_000));
    await world.setRules({ status: "Disabled", expiration: { days: 1 } });

    await world.run(day(1_000));

    assert.equal((await world.versions()).length, 1);
  });

  it("puts a delete marker over an expired object where there are versions", async () => {
    const world = await makeWorld();
    await world.setVersioning("Enabled");
    await world.put("k", day(0));
    await world.setRules({ expiration: { days: 5 } });

    await world.run(day(5));

    assert.deepEqual(await world.summary(), ["k DeleteMarker day 5", "k Normal Standard day 0"]);
  });

  it("counts a noncurrent version's days from when the next one came, on whatever page that stands", async () => {
    for (const pageSize of [1, 2, 500]) {
      const world = await makeWorld();
      await world.setVersioning("Enabled");
      for (const modifiedAt of [0, 1, 2, 20]) {
        await world.put("k", day(modifiedAt));
      }
      await world.put("l", day(0));
      await world.setRules({
        noncurrentVersionExpiration: { noncurrentDays: 10 },
        noncurrentVersionTransitions: [{ noncurrentDays: 2, storageClass: "IA" }],
      });

      await world.run(day(11), { limits: { pageSize } });
      const first = await world.summary();
      await world.run(day(22), { limits: { pageSize } });

      assert.deepEqual(first, [
        "k Normal Standard day 20",
        "k Normal Standard day 2",
        "k Normal IA day 1",
        "l Normal Standard day 0",
      ]);
      assert.deepEqual(await world.summary(), [
        "k Normal Standard day 20",
        "k Normal IA day 2",
        "l Normal Standard day 0",
      ]);
    }
  });

  it("removes a delete marker only when nothing stands behind it, on whatever page", async () => {
    for (const pageSize of [1, 2, 500]) {
      const world = await makeWorld();
      await world.setVersioning("Enabled");
      await world.delete("a", day(0));
      await world.put("b", day(0));
      await world.delete("b", day(1));
      await world.delete("c", day(0));
      await world.put("c", day(1));
      await world.delete("d", day(0));
      await world.setRules({ expiration: { expiredObjectDeleteMarker: true } });

      const counts = await world.run(day(1), { limits: { pageSize } });

      assert.equal(counts.deletedVersionCount, 2);
      assert.deepEqual(await world.summary(), [
        "b DeleteMarker day 1",
        "b Normal Standard day 0",
        "c Normal Standard day 1",
        "c DeleteMarker day 0",
      ]);
    }
  });

  it("goes through every page of every prefix", async () => {
    const world = await makeWorld();
    const keys = Array.from({ length: 12 }, (_, index) => `${index % 2 === 0 ? "even" : "odd"}/${index}`);
    for (const key of keys) {
      await world.put(key, day(0));
      await world.begin(key, day(0));
    }
    await world.put("other", day(0));
    await world.setRules(
      ...["even/", "odd/"].map((prefix) => ({
        prefix,
        expiration: { days: 1 },
        abortMultipartUpload: { days: 1 },
      })),
    );

    const counts = await world.run(day(1), { limits: { pageSize: 5 } });

    assert.deepEqual(counts, { abortedUploadCount: 12, changedVersionCount: 0, deletedVersionCount: 12 });
    assert.deepEqual(await world.summary(), ["other Normal Standard day 0"]);
  });

  it("does a limited number of things in one run, and the rest in the next", async () => {
    const world = await makeWorld();
    for (const key of ["a", "b", "c"]) {
      await world.put(key, day(0));
    }
    await world.setRules({ expiration: { days: 1 } });
    const limits = { actCountMax: 2, pageSize: 1 };

    assert.equal((await world.run(day(1), { limits })).deletedVersionCount, 2);
    assert.equal((await world.run(day(1), { limits })).deletedVersionCount, 1);
  });

  it("stops when it is told to", async () => {
    const world = await makeWorld();
    await world.put("k", day(0));
    await world.begin("k", day(0));
    await world.setRules({ expiration: { days: 1 }, abortMultipartUpload: { days: 1 } });

    const counts = await world.run(day(1), { signal: AbortSignal.abort() });

    assert.deepEqual(counts, { abortedUploadCount: 0, changedVersionCount: 0, deletedVersionCount: 0 });
    assert.equal((await world.versions()).length, 1);
  });

  it("never loses an object that is overwritten while it runs", async () => {
    const world = await makeWorld();
    await world.put("expires", day(0));
    await world.put("gets colder", day(0));
    await world.setRules(
      { prefix: "expires", expiration: { days: 1 } },
      { prefix: "gets", transitions: [{ days: 1, storageClass: "IA" }] },
    );
    const metadata = afterFirstListing(store.metadata, async () => {
      await world.put("expires", day(1));
      await world.put("gets colder", day(1));
    });

    const counts = await world.run(day(1), {}, metadata);

    assert.deepEqual(counts, { abortedUploadCount: 0, changedVersionCount: 0, deletedVersionCount: 0 });
    assert.deepEqual(await world.summary(), [
      "expires Normal Standard day 1",
      "gets colder Normal Standard day 1",
    ]);
  });

  it("never takes a version for an old one because the null version was put anew between two pages", async () => {
    const world = await makeWorld();
    await world.put("k", day(0));
    await world.setVersioning("Enabled");
    await world.put("k", day(20));
    await world.put("l", day(20));
    await world.setVersioning("Suspended");
    await world.setRules({ noncurrentVersionExpiration: { noncurrentDays: 10 } });
    const metadata = afterFirstListing(store.metadata, () => world.put("k", day(21)));

    const counts = await world.run(day(21), { limits: { pageSize: 2 } }, metadata);

    assert.equal(counts.deletedVersionCount, 0);
    assert.deepEqual(await world.summary(), [
      "k Normal Standard day 21",
      "k Normal Standard day 20",
      "l Normal Standard day 20",
    ]);
  });

  it("does nothing more by rules that were taken away while it ran", async () => {
    const world = await makeWorld();
    for (const key of ["a", "b", "c"]) {
      await world.put(key, day(0));
      await world.begin(key, day(0));
    }
    await world.setRules({ expiration: { days: 1 }, abortMultipartUpload: { days: 1 } });
    const metadata = afterFirstListing(store.metadata, () => world.setRules({ expiration: { days: 100 } }));

    const counts = await world.run(day(1), { limits: { pageSize: 1 } }, metadata);

    assert.deepEqual(counts, { abortedUploadCount: 0, changedVersionCount: 0, deletedVersionCount: 0 });
    assert.equal((await world.versions()).length, 3);
    assert.equal((await world.uploadKeys()).length, 3);
  });

  it("goes on when an upload, or the whole bucket, went while it ran", async () => {
    const world = await makeWorld();
    const upload = await world.begin("k", day(0));
    await world.setRules({ abortMultipartUpload: { days: 1 }, expiration: { days: 1 } });
    const metadata = afterFirstListing(store.metadata, async () => {
      await store.metadata.abortUpload(upload);
      await store.metadata.deleteBucket(world.bucket);
    });

    const counts = await world.run(day(1), {}, metadata);

    assert.equal(counts.abortedUploadCount, 0);
  });

  it("reports what fails in one bucket, and goes on with the next", async () => {
    const broken = await makeWorld();
    const world = await makeWorld();
    await broken.setConfiguration("no JSON");
    await world.put("k", day(0));
    await world.setRules({ expiration: { days: 1 } });
    const failures: unknown[] = [];

    await world.run(day(1), { reportFailure: (failure) => failures.push(failure) });

    assert.equal(failures.length, 1);
    assert.ok(failures[0] instanceof SyntaxError);
    assert.deepEqual(await world.summary(), []);
  });
}

/** A store in which `happen` happens once, between the first listing of uploads or versions and what follows from it. */
function afterFirstListing(metadata: MetadataStore, happen: () => Promise<void>): MetadataStore {
  let hasHappened = false;
  const interrupt = async <T>(page: Promise<T>): Promise<T> => {
    const result = await page;
    if (!hasHappened) {
      hasHappened = true;
      await happen();
    }
    return result;
  };
  return new Proxy(metadata, {
    get(target, name) {
      if (name === "listVersions") {
        return (...args: Parameters<MetadataStore["listVersions"]>) =>
          interrupt(target.listVersions(...args));
      }
      if (name === "listUploads") {
        return (...args: Parameters<MetadataStore["listUploads"]>) => interrupt(target.listUploads(...args));
      }
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
