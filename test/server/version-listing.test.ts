// ListObjectVersions page by page, and DeleteMultipleObjects with versions, which clients empty a bucket with.
import assert from "node:assert/strict";
import { before, it } from "node:test";
import type { Query } from "../../src/protocol/http-message.ts";
import { describeOverBothStores } from "./both-stores.ts";
import { md5Base64, type TestResponse, type TestServer, testBucket } from "./test-server.ts";
import { listedVersions, makeVersionedBucket, type VersionedBucket, verdictOf } from "./versioned-bucket.ts";

interface Walk {
  readonly versions: readonly string[];
  readonly prefixes: readonly string[];
  readonly pageCount: number;
}

/** Follows the markers to the end. */
async function walk(service: TestServer, bucket: string, query: Query): Promise<Walk> {
  const versions: string[] = [];
  const prefixes: string[] = [];
  let pageCount = 0;
  let markers: Query | undefined = [];
  while (markers !== undefined) {
    const page: TestResponse = await service.send({
      bucket,
      query: [["versions", ""], ["encoding-type", "url"], ...query, ...markers],
    });
    assert.equal(page.status, 200, page.text);
    versions.push(...listedVersions(page.text).map(decodeURIComponent));
    prefixes.push(
      ...[...page.text.matchAll(/<CommonPrefixes><Prefix>([^<]*)/g)].map(([, prefix = ""]) => prefix),
    );
    pageCount += 1;
    const [key, versionId] = [page.element("NextKeyMarker"), page.element("NextVersionIdMarker")];
    assert.equal(page.element("IsTruncated"), String(key !== undefined));
    assert.equal(versionId === undefined, key === undefined);
    markers =
      key === undefined
        ? undefined
        : [
            ["key-marker", decodeURIComponent(key)],
            ["version-id-marker", versionId ?? ""],
          ];
  }
  return { versions, prefixes: prefixes.map(decodeURIComponent), pageCount };
}

describeOverBothStores("a listing of versions", (service) => {
  let bucket: VersionedBucket;
  let all: readonly string[];
  before(async () => {
    bucket = await makeVersionedBucket(service(), "listed");
    const a1 = await bucket.put("a", "1");
    const a2 = await bucket.remove("a");
    const a3 = await bucket.put("a", "3");
    const b1 = await bucket.put("b+ \u0001", "1");
    const b2 = await bucket.remove("b+ \u0001");
    const d1 = await bucket.put("d/1", "1");
    const d2 = await bucket.put("d/2", "1");
    const d3 = await bucket.remove("d/2");
    const e1 = await bucket.put("中", "1");
    all = [
      ...[`Version a ${a3} *`, `DeleteMarker a ${a2}`, `Version a ${a1}`],
      ...[`DeleteMarker b+ \u0001 ${b2} *`, `Version b+ \u0001 ${b1}`],
      ...[`Version d/1 ${d1} *`, `DeleteMarker d/2 ${d3} *`, `Version d/2 ${d2}`],
      `Version 中 ${e1} *`,
    ];
  });

  for (const pageSize of ["1", "2", "1000"]) {
    it(`names every version and delete marker once, the newest of a key first, ${pageSize} a page`, async () => {
      const { versions } = await walk(service(), bucket.name, [["max-keys", pageSize]]);

      assert.deepEqual(versions, all);
    });

    it(`sums up what goes on behind a delimiter, ${pageSize} a page`, async () => {
      const found = await walk(service(), bucket.name, [
        ["max-keys", pageSize],
        ["delimiter", "/"],
      ]);

      assert.deepEqual(found.prefixes, ["d/"]);
      assert.deepEqual(
        found.versions,
        all.filter((entry) => !entry.includes("d/")),
      );
      assert.equal(found.pageCount, Math.ceil(7 / Number(pageSize)));
    });
  }

  it("begins behind a prefix", async () => {
    const { versions } = await walk(service(), bucket.name, [["prefix", "d/"]]);

    assert.deepEqual(versions, all.slice(5, 8));
  });

  it("begins behind all versions of a key, or behind one of them", async () => {
    const behindKey = await walk(service(), bucket.name, [["key-marker", "a"]]);
    const marker = all[1]?.split(" ")[2] ?? "";
    const behindVersion = await walk(service(), bucket.name, [
      ["key-marker", "a"],
      ["version-id-marker", marker],
    ]);

    assert.deepEqual(behindKey.versions, all.slice(3));
    assert.deepEqual(behindVersion.versions, all.slice(2));
  });

  it("says what was asked, 100 entries a page when nobody says how many, and whose the versions are", async () => {
    const response = await service().send({
      bucket: bucket.name,
      query: [
        ["versions", ""],
        ["prefix", "a"],
        ["delimiter", "/"],
        ["key-marker", ""],
        ["version-id-marker", ""],
      ],
    });

    assert.equal(response.element("Name"), bucket.name);
    assert.equal(response.element("Prefix"), "a");
    assert.equal(response.element("Delimiter"), "/");
    assert.equal(response.element("KeyMarker"), "");
    assert.equal(response.element("VersionIdMarker"), "");
    assert.equal(response.element("MaxKeys"), "100");
    assert.equal(response.elements("DisplayName").length, 3);
    assert.deepEqual(response.elements("Size"), ["1", "1"]);
    assert.deepEqual(response.elements("Type"), ["Normal", "Normal"]);
  });

  it("of a bucket that never kept versions has each object once, as `null`", async () => {
    await service().send({ method: "PUT", key: "plain", body: "x" });

    const { versions } = await walk(service(), testBucket, []);

    assert.deepEqual(versions, ["Version plain null *"]);
  });

  for (const [what, query] of [
    ["a version marker without its key", [["version-id-marker", "CAEQ1"]]],
    [
      "a version marker that is no version id",
      [
        ["key-marker", "a"],
        ["version-id-marker", "1"],
      ],
    ],
    ["no entries a page", [["max-keys", "0"]]],
    ["1,001 entries a page", [["max-keys", "1001"]]],
    ["another encoding", [["encoding-type", "base64"]]],
  ] as const) {
    it(`is refused with ${what}`, async () => {
      const response = await service().send({ bucket: bucket.name, query: [["versions", ""], ...query] });

      assert.equal(verdictOf(response), "400 InvalidArgument");
    });
  }

  it("needs its bucket", async () => {
    const response = await service().send({ bucket: "no-bucket", query: [["versions", ""]] });

    assert.equal(verdictOf(response), "404 NoSuchBucket");
  });
});

describeOverBothStores("the deletion of many versions", (service) => {
  let bucket: VersionedBucket;
  before(async () => {
    bucket = await makeVersionedBucket(service(), "emptied");
  });

  function deleteAll(objects: string, { quiet = false } = {}): Promise<TestResponse> {
    const body = `<Delete><Quiet>${quiet}</Quiet>${objects}</Delete>`;
    return service().send({
      ...{ method: "POST", bucket: bucket.name, query: [["delete", ""]], body },
      headers: { "content-md5": md5Base64(body) },
    });
  }

  it("puts a delete marker in front of each key, and removes each version that is named", async () => {
    const [foo, test1] = [await bucket.put("foo", "1"), await bucket.put("test", "1")];
    const marker = await bucket.remove("test");

    const response = await deleteAll(
      `<Object><Key>foo</Key></Object><Object><Key>test</Key><VersionId>${test1}</VersionId></Object>` +
        `<Object><Key>test</Key><VersionId>${marker}</VersionId></Object>` +
        `<Object><Key>none</Key><VersionId>${foo}</VersionId></Object>`,
    );

    const [newMarker = ""] = response.elements("DeleteMarkerVersionId");
    assert.equal(
      response.text.replace(/^.*?<DeleteResult>/s, ""),
      "<Deleted><Key>foo</Key><DeleteMarker>true</DeleteMarker>" +
        `<DeleteMarkerVersionId>${newMarker}</DeleteMarkerVersionId></Deleted>` +
        `<Deleted><Key>test</Key><VersionId>${test1}</VersionId></Deleted>` +
        `<Deleted><Key>test</Key><VersionId>${marker}</VersionId><DeleteMarker>true</DeleteMarker>` +
        `<DeleteMarkerVersionId>${marker}</DeleteMarkerVersionId></Deleted>` +
        `<Deleted><Key>none</Key><VersionId>${foo}</VersionId></Deleted></DeleteResult>`,
    );
    assert.deepEqual(await bucket.list(), [`DeleteMarker foo ${newMarker} *`, `Version foo ${foo}`]);
  });

  it("names nothing when it is quiet", async () => {
    const version = await bucket.put("quiet", "1");
    await bucket.remove("quiet");

    const response = await deleteAll(`<Object><Key>quiet</Key><VersionId>${version}</VersionId></Object>`, {
      quiet: true,
    });

    assert.equal(response.status, 200);
    assert.equal(response.text, "");
    assert.ok(!(await bucket.list()).includes(`Version quiet ${version}`));
  });

  it("deletes nothing when one of the ids cannot be one", async () => {
    const version = await bucket.put("kept", "1");

    const response = await deleteAll(
      `<Object><Key>kept</Key><VersionId>${version}</VersionId></Object>` +
        "<Object><Key>kept</Key><VersionId>234</VersionId></Object>",
    );

    assert.equal(verdictOf(response), "400 InvalidArgument");
    assert.equal((await service().send({ bucket: bucket.name, key: "kept" })).status, 200);
  });
});
