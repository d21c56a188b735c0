// ListBuckets by the tags that buckets have.
import assert from "node:assert/strict";
import { it } from "node:test";
import { describeOverBothStores } from "./both-stores.ts";
import type { TestRequest } from "./test-server.ts";

describeOverBothStores("a listing of buckets by their tags", (service) => {
  const make = async (bucket: string, tags: Readonly<Record<string, string>>) => {
    await service().send({ method: "PUT", bucket });
    const rows = Object.entries(tags).map(
      ([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`,
    );
    const body = `<Tagging><TagSet>${rows.join("")}</TagSet></Tagging>`;
    const response = await service().send({ method: "PUT", bucket, query: [["tagging", ""]], body });
    assert.equal(response.status, 200, response.text);
  };
  const list = (query: NonNullable<TestRequest["query"]>) =>
    service().send({ bucket: "", query: [["prefix", "tagged-"], ...query] });
  const namesOf = (text: string) => [...text.matchAll(/<Name>([^<]*)<\/Name>/g)].map((match) => match[1]);
  const listed = async (...query: NonNullable<TestRequest["query"]>) => namesOf((await list(query)).text);

  it("shows those that have what is asked for", async () => {
    await make("tagged-a", { k: "v", l: "w" });
    await make("tagged-b", { k: "other" });
    await make("tagged-c", { k: "v" });
    await service().send({ method: "PUT", bucket: "tagged-d" });

    assert.deepEqual(await listed(), ["tagged-a", "tagged-b", "tagged-c", "tagged-d"]);
    assert.deepEqual(await listed(["tag-key", "k"]), ["tagged-a", "tagged-b", "tagged-c"]);
    assert.deepEqual(await listed(["tag-key", "k"], ["tag-value", "v"]), ["tagged-a", "tagged-c"]);
    assert.deepEqual(await listed(["tag-key", "none"]), []);
    assert.deepEqual(await listed(["tag-key", "constructor"]), []);
    assert.deepEqual(await listed(["tagging", '"k":"v"']), ["tagged-a", "tagged-c"]);
    assert.deepEqual(await listed(["tagging", '"k":"v","l":"w"']), ["tagged-a"]);
  });

  it("comes in pages of those alone", async () => {
    const first = await list([
      ["tag-key", "k"],
      ["max-keys", "1"],
    ]);
    const second = await list([
      ["tag-key", "k"],
      ["max-keys", "2"],
      ["marker", "tagged-a"],
    ]);

    assert.deepEqual(namesOf(first.text), ["tagged-a"]);
    assert.equal(first.element("IsTruncated"), "true");
    assert.equal(first.element("NextMarker"), "tagged-a");
    assert.deepEqual(namesOf(second.text), ["tagged-b", "tagged-c"]);
    assert.equal(second.element("IsTruncated"), "false");
  });

  it("is refused for a list of tags that is none, and for another mark", async () => {
    for (const text of ["", "k:v", '"k":1', '"k":{"a":"b"}']) {
      const response = await list([["tagging", text]]);
      const outcome = `${response.status} ${response.element("Code") ?? ""}`;

      assert.equal(outcome, text === "" ? "200 " : "400 InvalidArgument", text);
    }
    assert.equal((await list([["acl", ""]])).status, 405);
  });
});
