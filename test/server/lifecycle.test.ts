// Lifecycle rules as clients set them, and a server that carries them out.
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { describe, it } from "node:test";
import { runLifecycle } from "../../src/server/lifecycle/run-lifecycle.ts";
import { openMemoryStore, type Store } from "../../src/storage/index.ts";
import { describeOverBothStores } from "./both-stores.ts";
import { startTestServer, type TestResponse, type TestServer, testBucket } from "./test-server.ts";

const DAY_MS = 86_400_000;

const EXPIRES = "<Expiration><Days>1</Days></Expiration>";

function putLifecycle(service: TestServer, rules: string, bucket = testBucket): Promise<TestResponse> {
  const body = `<LifecycleConfiguration>${rules}</LifecycleConfiguration>`;
  return service.send({ method: "PUT", bucket, query: [["lifecycle", ""]], body });
}

function rule(actions: string, prefix = ""): string {
  return `<Rule><Prefix>${prefix}</Prefix><Status>Enabled</Status>${actions}</Rule>`;
}

describeOverBothStores("the lifecycle of a bucket", (service) => {
  const getLifecycle = () => service().send({ query: [["lifecycle", ""]] });
  const deleteLifecycle = () => service().send({ method: "DELETE", query: [["lifecycle", ""]] });

  it("is answered as it was given, and rules without an ID get one that stays", async () => {
    const put = await putLifecycle(
      service(),
      `<Rule><ID>mine</ID><Prefix>a/</Prefix><Status>Disabled</Status>${EXPIRES}</Rule>${rule(EXPIRES, "b/")}`,
    );

    const [first, second] = [await getLifecycle(), await getLifecycle()];

    assert.equal(`${put.status} ${put.text}`, "200 ");
    const [mine, made = ""] = first.elements("ID");
    assert.equal(mine, "mine");
    assert.match(made, /^[0-9a-f-]{36}$/);
    assert.deepEqual(second.elements("ID"), first.elements("ID"));
    assert.deepEqual(first.elements("Prefix"), ["a/", "b/"]);
    assert.deepEqual(first.elements("Status"), ["Disabled", "Enabled"]);
  });

  it("is replaced as a whole, and can be taken away twice", async () => {
    await putLifecycle(service(), rule(EXPIRES, "a/") + rule(EXPIRES, "b/"));
    await putLifecycle(service(), rule(EXPIRES, "c/"));
    const replaced = await getLifecycle();

    const deletions = [await deleteLifecycle(), await deleteLifecycle()];
    const gone = await getLifecycle();

    assert.deepEqual(replaced.elements("Prefix"), ["c/"]);
    assert.deepEqual(
      deletions.map(({ status }) => status),
      [204, 204],
    );
    assert.equal(gone.status, 404);
    assert.match(
      gone.text,
      /^<\?xml [^>]*>\n<Error><BucketName>test-bucket<\/BucketName><Code>NoSuchLifecycle<\/Code><Message>No Row found in Lifecycle Table\.</,
    );
  });

  it("stays when another one is refused", async () => {
    await putLifecycle(service(), rule(EXPIRES, "kept/"));

    const refused = await putLifecycle(service(), rule("", "a/"));

    assert.equal(`${refused.status} ${refused.element("Code")}`, "400 InvalidRequest");
    assert.equal(refused.element("EC"), "0014-00000026");
    assert.deepEqual((await getLifecycle()).elements("Prefix"), ["kept/"]);
  });

  it("is of a bucket that is there", async () => {
    const put = await putLifecycle(service(), rule(EXPIRES), "no-such-bucket");
    const others = [
      await service().send({ bucket: "no-such-bucket", query: [["lifecycle", ""]] }),
      await service().send({ method: "DELETE", bucket: "no-such-bucket", query: [["lifecycle", ""]] }),
    ];

    for (const answer of [put, ...others]) {
      assert.equal(`${answer.status} ${answer.element("Code")}`, "404 NoSuchBucket");
    }
  });

  it("takes away what clients put there, and aborts what they left", async () => {
    const { send, store } = service();
    await send({ method: "PUT", key: "tmp/a", body: "old" });
    await send({ method: "PUT", key: "cold/a", body: "old" });
    const uploadId = await service().initiate("tmp/upload");
    await service().putPart("tmp/upload", uploadId, 1, "bytes");
    const abort = "<AbortMultipartUpload><Days>1</Days></AbortMultipartUpload>";
    const transition = "<Transition><Days>1</Days><StorageClass>Archive</StorageClass></Transition>";
    await putLifecycle(service(), rule(EXPIRES + abort, "tmp/") + rule(transition, "cold/"));

    await runLifecycle(store.metadata, { nowMs: Date.now() + 2 * DAY_MS, reportFailure: assert.ifError });

    const cold = await send({ method: "HEAD", key: "cold/a" });
    assert.equal((await send({ key: "tmp/a" })).element("Code"), "NoSuchKey");
    assert.equal((await service().putPart("tmp/upload", uploadId, 2, "more")).length, 0);
    assert.equal(cold.headers["x-oss-storage-class"], "Archive");
    assert.equal((await send({ key: "cold/a" })).element("Code"), "InvalidObjectState");
    await send({ method: "POST", key: "cold/a", query: [["restore", ""]] });
    assert.equal((await send({ key: "cold/a" })).text, "old");
  });
});

describe("a server that starts", () => {
  it("carries the rules out by its own clock, and ends the run when it is drained", async () => {
    await using store = await openMemoryStore();
    const yesterday = await startTestServer({ store, lifecycleIntervalMs: "never" });
    await yesterday.send({ method: "PUT", key: "k", body: "old" });
    await putLifecycle(yesterday, rule(EXPIRES));
    await yesterday.server.drain();
    const events = new EventEmitter();
    const deleted = once(events, "deleted");

    const today = await startTestServer({
      store: noticing(store, () => events.emit("deleted")),
      now: () => Date.now() + 2 * DAY_MS,
      reportFailure: (failure) => events.emit("error", failure),
    });
    await deleted;
    await today.server.drain();

    assert.equal(await store.metadata.getObject({ bucket: testBucket, key: "k" }), undefined);
  });
});

/** The same store, which tells when it has deleted objects. */
function noticing(store: Store, onDeleted: () => void): Store {
  const metadata = new Proxy(store.metadata, {
    get(target, name) {
      if (name === "deleteObjects") {
        return async (...args: Parameters<Store["metadata"]["deleteObjects"]>) => {
          const outcomes = await target.deleteObjects(...args);
          onDeleted();
          return outcomes;
        };
      }
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return {
    metadata,
    blobs: store.blobs,
    collectGarbage: () => store.collectGarbage(),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
