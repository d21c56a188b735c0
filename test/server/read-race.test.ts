// What is replaced between the permission to read and the reading: nobody gets what he was not allowed.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openMemoryStore, type Store } from "../../src/storage/index.ts";
import { startTestServer } from "./test-server.ts";

/** `store`, with something that happens whenever an object is about to be opened. */
function interrupted(store: Store, beforeOpening: () => Promise<unknown>): Store {
  const metadata = new Proxy(store.metadata, {
    get(target, name) {
      const member = Reflect.get(target, name, target);
      if (typeof member !== "function") {
        return member;
      }
      return async (...options: unknown[]) => {
        if (name === "openObject") {
          await beforeOpening();
        }
        return Reflect.apply(member, target, options);
      };
    },
  });
  return {
    metadata,
    blobs: store.blobs,
    collectGarbage: (...options) => store.collectGarbage(...options),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

describe("a read without a signature", () => {
  for (const [what, headers, query, body] of [
    ["becomes private", { "x-oss-object-acl": "private" }, [], "secret"],
    ["becomes a link to a private one", { "x-oss-symlink-target": "secret" }, [["symlink", ""]], ""],
  ] as const) {
    it(`is refused when the object ${what} just before it is opened`, async () => {
      let replace = async (): Promise<unknown> => undefined;
      const store = interrupted(await openMemoryStore(), () => replace());
      await using service = await startTestServer({ store });
      const bucket = "open-door";
      const put = { method: "PUT", bucket } as const;
      await service.send({ ...put, headers: { "x-oss-acl": "public-read-write" } });
      await service.send({
        ...put,
        key: "secret",
        headers: { "x-oss-object-acl": "private" },
        body: "secret",
      });
      await service.send({ ...put, key: "seen", body: "public" });
      replace = () => service.send({ ...put, key: "seen", headers, query, body });

      const response = await service.send({ bucket, key: "seen", isAnonymous: true });

      assert.deepEqual([response.status, response.element("Code")], [403, "AccessDenied"]);
      assert.ok(!response.text.includes("secret"), response.text);
    });
  }
});
