// What is stored with an object belongs to one version of it: tags, access, appended bytes, links.
import assert from "node:assert/strict";
import { before, it } from "node:test";
import type { Query } from "../../src/protocol/http-message.ts";
import { describeOverBothStores } from "./both-stores.ts";
import type { TestRequest, TestResponse } from "./test-server.ts";
import { makeVersionedBucket, type VersionedBucket, verdictOf, versionIdOf } from "./versioned-bucket.ts";

describeOverBothStores("what is stored with versions", (service) => {
  let bucket: VersionedBucket;
  before(async () => {
    bucket = await makeVersionedBucket(service(), "described");
  });

  it("is each version's own: tags and access", async () => {
    const [old, current] = [await bucket.put("k", "one"), await bucket.put("k", "second")];
    const tagging = "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>";
    const tagged = await ask(
      "PUT",
      [
        ["tagging", ""],
        ["versionId", old],
      ],
      { body: tagging },
    );
    const acl = { headers: { "x-oss-object-acl": "public-read" } };
    const opened = await ask(
      "PUT",
      [
        ["acl", ""],
        ["versionId", old],
      ],
      acl,
    );

    const tagsOfOld = await ask("GET", [
      ["tagging", ""],
      ["versionId", old],
    ]);
    const tagsOfCurrent = await ask("GET", [["tagging", ""]]);
    const aclOfOld = await ask("GET", [
      ["acl", ""],
      ["versionId", old],
    ]);
    const aclOfCurrent = await ask("GET", [["acl", ""]]);
    const untagged = await ask("DELETE", [
      ["tagging", ""],
      ["versionId", old],
    ]);
    const tagsAfterwards = await ask("GET", [
      ["tagging", ""],
      ["versionId", old],
    ]);

    assert.deepEqual(
      [tagged, opened, tagsOfOld, aclOfOld, untagged, tagsAfterwards].map(versionIdOf),
      Array(6).fill(old),
    );
    assert.deepEqual([tagsOfCurrent, aclOfCurrent].map(versionIdOf), [current, current]);
    assert.deepEqual(
      [tagsOfOld, tagsOfCurrent, tagsAfterwards].map((answer) => answer.element("Value")),
      [...["1", undefined, undefined]],
    );
    assert.equal(aclOfOld.element("Grant"), "public-read");
    assert.equal(aclOfCurrent.element("Grant"), "default");
    assert.equal((await bucket.list()).length, 2);
  });

  it("cannot be read of a delete marker, nor under an id that cannot be one", async () => {
    await bucket.put("k", "x");
    const marker = await bucket.remove("k");

    for (const name of ["tagging", "acl", "symlink"]) {
      const hidden = await ask("GET", [[name, ""]]);
      const named = await ask("GET", [
        [name, ""],
        ["versionId", marker],
      ]);
      const illFormed = await ask("GET", [
        [name, ""],
        ["versionId", "234"],
      ]);

      assert.equal(verdictOf(hidden), "404 NoSuchKey");
      assert.equal(versionIdOf(hidden), marker);
      assert.equal(verdictOf(named), "405 MethodNotAllowed");
      assert.equal(verdictOf(illFormed), "400 InvalidArgument");
    }
  });

  it("makes no version of an append, but of the object that the first one begins", async () => {
    const begun = await append("0", "one");
    const grown = await append("3", "two");

    assert.equal(versionIdOf(grown), versionIdOf(begun));
    assert.deepEqual(
      (await bucket.list()).filter((entry) => entry.includes(" log ")),
      [`Version log ${versionIdOf(begun)} *`],
    );
  });

  it("follows a link to what is current, and keeps the links that were there before", async () => {
    await bucket.put("target", "seen");
    const first = await link("target");
    const second = await link("none");

    const old = await service().send({ bucket: bucket.name, key: "link", query: [["versionId", first]] });
    const target = await service().send({
      ...{ bucket: bucket.name, key: "link" },
      query: [
        ["symlink", ""],
        ["versionId", first],
      ],
    });

    assert.notEqual(first, second);
    assert.equal(old.text, "seen");
    assert.equal(versionIdOf(old), first);
    assert.equal(versionIdOf(target), first);
    assert.equal(target.headers["x-oss-symlink-target"], "target");
  });

  it("deletes the version of a link that is named, also as oss2 says it", async () => {
    const version = await link("target");

    const removed = await service().send({
      ...{ method: "DELETE", bucket: bucket.name, key: "link" },
      query: [
        ["symlink", ""],
        ["versionId", version],
      ],
    });

    assert.equal(removed.status, 204, removed.text);
    assert.equal(versionIdOf(removed), version);
    assert.ok(!(await bucket.list()).some((line) => line.includes(version)));
  });

  function ask(
    method: "DELETE" | "GET" | "PUT",
    query: Query,
    rest: TestRequest = {},
  ): Promise<TestResponse> {
    return service().send({ method, bucket: bucket.name, key: "k", query, ...rest });
  }

  function append(position: string, body: string): Promise<TestResponse> {
    const query: Query = [
      ["append", ""],
      ["position", position],
    ];
    return service().send({ method: "POST", bucket: bucket.name, key: "log", query, body });
  }

  async function link(target: string): Promise<string> {
    const headers = { "x-oss-symlink-target": target };
    const query: Query = [["symlink", ""]];
    return versionIdOf(
      await service().send({ method: "PUT", bucket: bucket.name, key: "link", query, headers }),
    );
  }
});
