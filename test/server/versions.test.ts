// Versions of objects over real HTTP: what is kept, what answers say of it, and what is refused.
import assert from "node:assert/strict";
import { before, it } from "node:test";
import { describeOverBothStores } from "./both-stores.ts";
import { completionDocument, md5Base64, partQuery, type TestResponse, testBucket } from "./test-server.ts";
import {
  makeVersionedBucket,
  setVersioning,
  type VersionedBucket,
  verdictOf,
  versionIdOf,
} from "./versioned-bucket.ts";

describeOverBothStores("a bucket that keeps versions", (service) => {
  let bucket: VersionedBucket;
  before(async () => {
    bucket = await makeVersionedBucket(service(), "versioned");
  });

  it("gives every version of an object by its id, and the newest without one", async () => {
    const first = await bucket.put("given", "one");
    const second = await bucket.put("given", "second");

    assert.notEqual(first, second);
    for (const [query, body, versionId] of [
      [[["versionId", first]], "one", first],
      [[["versionId", second]], "second", second],
      [[], "second", second],
    ] as const) {
      const got = await service().send({ bucket: bucket.name, key: "given", query });
      const head = await service().send({ method: "HEAD", bucket: bucket.name, key: "given", query });
      const meta = await service().send({
        ...{ method: "HEAD", bucket: bucket.name, key: "given" },
        query: [["objectMeta", ""], ...query],
      });

      assert.equal(got.text, body);
      for (const response of [got, head, meta]) {
        assert.equal(response.status, 200);
        assert.equal(versionIdOf(response), versionId);
        assert.equal(response.headers["content-length"], String(body.length));
        assert.equal(response.headers["x-oss-delete-marker"], undefined);
      }
    }
  });

  it("hides a deleted object behind a delete marker, and gives it back when the marker is deleted", async () => {
    const version = await bucket.put("hidden", "kept");

    const marker = await bucket.remove("hidden");

    const gone = await service().send({ bucket: bucket.name, key: "hidden" });
    assert.equal(verdictOf(gone), "404 NoSuchKey");
    assert.equal(gone.headers["x-oss-delete-marker"], "true");
    assert.equal(versionIdOf(gone), marker);
    const old = await service().send({ bucket: bucket.name, key: "hidden", query: [["versionId", version]] });
    assert.equal(old.text, "kept");

    const unhidden = await service().send({
      ...{ method: "DELETE", bucket: bucket.name, key: "hidden" },
      query: [["versionId", marker]],
    });

    assert.equal(unhidden.status, 204);
    assert.equal(unhidden.headers["x-oss-delete-marker"], "true");
    assert.equal(versionIdOf(unhidden), marker);
    assert.equal((await service().send({ bucket: bucket.name, key: "hidden" })).text, "kept");
  });

  it("tells HEAD in headers what GET is told in a document", async () => {
    await bucket.put("told", "kept");
    const marker = await bucket.remove("told");

    const head = await service().send({ method: "HEAD", bucket: bucket.name, key: "told" });
    const named = await service().send({
      ...{ method: "HEAD", bucket: bucket.name, key: "told" },
      query: [["versionId", marker]],
    });

    assert.equal(head.status, 404);
    assert.equal(head.headers["x-oss-delete-marker"], "true");
    assert.equal(versionIdOf(head), marker);
    assert.equal(named.status, 405);
    assert.match(errorInHeader(named), /<Code>MethodNotAllowed<\/Code>.*<Method>HEAD<\/Method>/);
  });

  it("lets nobody read a delete marker that is named", async () => {
    const marker = await bucket.remove("never there");

    const response = await service().send({
      bucket: bucket.name,
      key: "never there",
      query: [["versionId", marker]],
    });

    assert.equal(verdictOf(response), "405 MethodNotAllowed");
    assert.equal(response.headers.allow, "DELETE");
    assert.equal(response.headers["x-oss-delete-marker"], "true");
    assert.equal(versionIdOf(response), marker);
    assert.equal(response.element("Method"), "GET");
    assert.equal(response.element("ResourceType"), "DeleteMarker");
  });

  it("removes the version that is named for good, and makes the next one current", async () => {
    const first = await bucket.put("removed", "one");
    const second = await bucket.put("removed", "second");

    const removed = await service().send({
      ...{ method: "DELETE", bucket: bucket.name, key: "removed" },
      query: [["versionId", second]],
    });

    assert.equal(removed.status, 204);
    assert.equal(versionIdOf(removed), second);
    assert.equal(removed.headers["x-oss-delete-marker"], undefined);
    const current = await service().send({ bucket: bucket.name, key: "removed" });
    assert.equal(current.text, "one");
    assert.equal(versionIdOf(current), first);
  });

  it("knows no version that was never given, or is gone", async () => {
    const version = await bucket.put("unknown", "x");
    const query = [["versionId", version]] as const;
    await service().send({ method: "DELETE", bucket: bucket.name, key: "unknown", query });

    const gone = await service().send({ bucket: bucket.name, key: "unknown", query });
    const again = await service().send({ method: "DELETE", bucket: bucket.name, key: "unknown", query });
    const head = await service().send({ method: "HEAD", bucket: bucket.name, key: "unknown", query });

    assert.equal(verdictOf(gone), "404 NoSuchVersion");
    assert.equal(gone.element("VersionId"), version);
    assert.equal(again.status, 204);
    assert.equal(again.headers["x-oss-version-id"], undefined);
    assert.equal(head.status, 404);
    assert.match(errorInHeader(head), /<Code>NoSuchVersion<\/Code>/);
  });

  for (const versionId of ["", "234"]) {
    it(`refuses the version id "${versionId}", and deletes nothing`, async () => {
      await bucket.put("ill-formed", "kept");

      for (const method of ["GET", "DELETE"] as const) {
        const response = await service().send({
          ...{ method, bucket: bucket.name, key: "ill-formed" },
          query: [["versionId", versionId]],
        });

        assert.equal(verdictOf(response), "400 InvalidArgument");
        assert.equal(response.element("ArgumentName"), "versionId");
      }
      assert.equal((await service().send({ bucket: bucket.name, key: "ill-formed" })).text, "kept");
    });
  }

  it("stores where overwriting is forbidden, for nothing is overwritten", async () => {
    await bucket.put("forbidden", "one");

    const response = await service().send({
      ...{ method: "PUT", bucket: bucket.name, key: "forbidden", body: "second" },
      headers: { "x-oss-forbid-overwrite": "true" },
    });

    assert.equal(response.status, 200, response.text);
    assert.equal((await bucket.list()).filter((entry) => entry.includes(" forbidden ")).length, 2);
  });

  it("makes a version of an upload's parts", async () => {
    const before = await bucket.put("uploaded", "one");
    const uploadId = await initiate("uploaded");
    const part = await service().send({
      ...{
        method: "PUT",
        bucket: bucket.name,
        key: "uploaded",
        query: partQuery(uploadId, "1"),
        body: "second",
      },
    });

    const completed = await service().send({
      ...{ method: "POST", bucket: bucket.name, key: "uploaded", query: [["uploadId", uploadId]] },
      body: completionDocument([[1, String(part.headers.etag).replaceAll('"', "")]]),
    });

    assert.equal(completed.status, 200, completed.text);
    assert.notEqual(versionIdOf(completed), before);
    const old = await service().send({
      bucket: bucket.name,
      key: "uploaded",
      query: [["versionId", before]],
    });
    assert.equal(old.text, "one");
  });

  it("copies the version that is named, and says which it made and which it read", async () => {
    const old = await bucket.put("source", "one");
    const current = await bucket.put("source", "second");

    const named = await copy(`/versioned/source?versionId=${old}`, "copy");
    const newest = await copy("/versioned/source", "copy");

    assert.equal(named.headers["x-oss-copy-source-version-id"], old);
    assert.equal(newest.headers["x-oss-copy-source-version-id"], current);
    const copies = [versionIdOf(named), versionIdOf(newest)] as const;
    for (const [index, body] of ["one", "second"].entries()) {
      const query = [["versionId", copies[index] ?? ""]] as const;
      assert.equal((await service().send({ bucket: bucket.name, key: "copy", query })).text, body);
    }
  });

  it("copies what the source says, whatever version the query names", async () => {
    const old = await bucket.put("ignored", "one");
    const current = await bucket.put("ignored", "second");

    const copied = await service().send({
      ...{ method: "PUT", bucket: bucket.name, key: "copy of ignored", query: [["versionId", old]] },
      headers: { "x-oss-copy-source": "/versioned/ignored" },
    });

    assert.equal(copied.status, 200, copied.text);
    assert.equal(copied.headers["x-oss-copy-source-version-id"], current);
    assert.equal((await service().send({ bucket: bucket.name, key: "copy of ignored" })).text, "second");
  });

  it("makes a part of the version that is named", async () => {
    const old = await bucket.put("part source", "one");
    await bucket.put("part source", "second");
    const uploadId = await initiate("of a part");

    const part = await service().send({
      ...{ method: "PUT", bucket: bucket.name, key: "of a part", query: partQuery(uploadId, "1") },
      headers: { "x-oss-copy-source": `/versioned/part%20source?versionId=${old}` },
    });

    assert.equal(part.status, 200, part.text);
    assert.equal(part.headers["x-oss-copy-source-version-id"], old);
    assert.equal(
      part.element("ETag"),
      `"${Buffer.from(md5Base64("one"), "base64").toString("hex").toUpperCase()}"`,
    );
  });

  it("makes a part as oss2 asks for it, with the version in the query too, where it means nothing", async () => {
    const old = await bucket.put("part source", "one");
    const other = await bucket.put("part source", "second");
    const uploadId = await initiate("of a part");
    const copyPart = (versionId: string) =>
      service().send({
        ...{ method: "PUT", bucket: bucket.name, key: "of a part" },
        query: [...partQuery(uploadId, "1"), ["versionId", versionId]],
        headers: { "x-oss-copy-source": `/versioned/part%20source?versionId=${old}` },
      });

    const same = await copyPart(old);
    const contradiction = await copyPart(other);

    assert.equal(same.headers["x-oss-copy-source-version-id"], old);
    assert.equal(contradiction.headers["x-oss-copy-source-version-id"], old);
  });

  it("copies no delete marker: one that stands in front is no object, one that is named a mistake", async () => {
    const old = await bucket.put("marked", "one");
    const marker = await bucket.remove("marked");

    const hidden = await copy("/versioned/marked", "copy of a marker");
    const named = await copy(`/versioned/marked?versionId=${marker}`, "copy of a marker");
    const unknown = await copy(`/versioned/none?versionId=${old}`, "copy of a marker");
    const illFormed = await copy("/versioned/marked?versionId=NotExistVersionID", "copy of a marker");

    assert.equal(verdictOf(hidden), "404 NoSuchKey");
    assert.equal(verdictOf(named), "400 InvalidArgument");
    assert.equal(verdictOf(unknown), "404 NoSuchVersion");
    assert.equal(verdictOf(illFormed), "400 InvalidArgument");
    const target = await service().send({ bucket: bucket.name, key: "copy of a marker" });
    assert.equal(verdictOf(target), "404 NoSuchKey");
    assert.equal(target.headers["x-oss-delete-marker"], undefined);
  });

  it("is not empty while it has versions or delete markers", async () => {
    const lone = await makeVersionedBucket(service(), "lone-marker");
    const marker = await lone.remove("k");

    const refused = await service().send({ method: "DELETE", bucket: lone.name });
    await service().send({
      ...{ method: "DELETE", bucket: lone.name, key: "k" },
      query: [["versionId", marker]],
    });
    const removed = await service().send({ method: "DELETE", bucket: lone.name });

    assert.equal(verdictOf(refused), "409 BucketNotEmpty");
    assert.equal(removed.status, 204);
  });

  async function initiate(key: string): Promise<string> {
    const response = await service().send({
      ...{ method: "POST", bucket: bucket.name, key },
      query: [["uploads", ""]],
    });
    return response.element("UploadId") ?? "";
  }

  function copy(source: string, key: string): Promise<TestResponse> {
    return service().send({
      ...{ method: "PUT", bucket: bucket.name, key },
      headers: { "x-oss-copy-source": source },
    });
  }
});

describeOverBothStores("a bucket whose versioning is suspended", (service) => {
  it("writes the version `null` anew, says so, and keeps the others", async () => {
    const bucket = await makeVersionedBucket(service(), "suspended");
    const kept = await bucket.put("k", "one");
    await setVersioning(service(), bucket.name, "Suspended");

    assert.equal(await bucket.put("k", "second"), "null");
    assert.equal(await bucket.put("k", "third"), "null");
    assert.deepEqual(await bucket.list(), ["Version k null *", `Version k ${kept}`]);

    assert.equal(await bucket.remove("k"), "null");
    assert.deepEqual(await bucket.list(), ["DeleteMarker k null *", `Version k ${kept}`]);
    const query = [["versionId", "null"]] as const;
    const gone = await service().send({ bucket: bucket.name, key: "k", query });
    assert.equal(verdictOf(gone), "405 MethodNotAllowed");
  });

  it("calls what was stored before there were versions `null`", async () => {
    const bucket = "grown";
    await service().send({ method: "PUT", bucket });
    const before = await service().send({ method: "PUT", bucket, key: "k", body: "x" });
    await setVersioning(service(), bucket, "Enabled");

    const meta = await service().send({ method: "HEAD", bucket, key: "k", query: [["objectMeta", ""]] });
    const copied = await service().send({
      ...{ method: "PUT", bucket, key: "copy" },
      headers: { "x-oss-copy-source": `/${bucket}/k?versionId=null` },
    });

    assert.equal(before.headers["x-oss-version-id"], undefined);
    assert.equal(versionIdOf(meta), "null");
    assert.equal(copied.headers["x-oss-copy-source-version-id"], "null");
    assert.notEqual(versionIdOf(copied), "null");
  });
});

describeOverBothStores("a bucket that never kept versions", (service) => {
  it("speaks of none", async () => {
    const put = await service().send({ method: "PUT", key: "plain", body: "x" });
    const got = await service().send({ key: "plain" });
    const named = await service().send({ key: "plain", query: [["versionId", "null"]] });
    const copied = await service().send({
      ...{ method: "PUT", key: "copy" },
      headers: { "x-oss-copy-source": `/${testBucket}/plain` },
    });
    const gone = await service().send({ method: "DELETE", key: "copy" });
    const goneByName = await service().send({
      ...{ method: "DELETE", key: "plain" },
      query: [["versionId", "null"]],
    });

    for (const response of [put, got, named, copied, gone, goneByName]) {
      assert.equal(response.headers["x-oss-version-id"], undefined);
      assert.equal(response.headers["x-oss-copy-source-version-id"], undefined);
      assert.equal(response.headers["x-oss-delete-marker"], undefined);
    }
    assert.equal(named.text, "x");
    assert.equal(goneByName.status, 204);
    assert.equal(verdictOf(await service().send({ key: "plain" })), "404 NoSuchKey");
  });

  it("has no other version than `null`, and deletes no other", async () => {
    await service().send({ method: "PUT", key: "kept", body: "kept" });
    const query = [["versionId", "CAEQ1"]] as const;

    const got = await service().send({ key: "kept", query });
    const deleted = await service().send({ method: "DELETE", key: "kept", query });

    assert.equal(verdictOf(got), "404 NoSuchVersion");
    assert.equal(deleted.status, 204);
    assert.equal((await service().send({ key: "kept" })).text, "kept");
  });
});

function errorInHeader({ headers }: TestResponse): string {
  return Buffer.from(String(headers["x-oss-err"]), "base64").toString();
}
