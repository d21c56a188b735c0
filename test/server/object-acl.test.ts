// The ACLs of objects: given when they are written, changed afterwards, and those of one version alone.
import assert from "node:assert/strict";
import { it } from "node:test";
import { describeOverBothStores } from "./both-stores.ts";
import { testBucket } from "./test-server.ts";

const PUBLIC = { "x-oss-object-acl": "public-read" };

describeOverBothStores("an object's ACL", (service) => {
  const grantOf = async (key: string, versionId?: string, bucket = testBucket) => {
    const query = versionId === undefined ? [] : ([["versionId", versionId]] as const);
    const response = await service().send({ bucket, key, query: [["acl", ""], ...query] });
    return response.element("Grant");
  };
  const setAcl = (key: string, acl: string) =>
    service().send({ method: "PUT", key, query: [["acl", ""]], headers: { "x-oss-object-acl": acl } });

  it("is the bucket's unless something else is said", async () => {
    await service().send({ method: "PUT", key: "plain", body: "x" });

    assert.equal(await grantOf("plain"), "default");
  });

  it("comes with PutObject, and goes when the object is written again", async () => {
    await service().send({ method: "PUT", key: "put", headers: PUBLIC, body: "x" });
    assert.equal(await grantOf("put"), "public-read");

    await service().send({ method: "PUT", key: "put", body: "y" });

    assert.equal(await grantOf("put"), "default");
  });

  it("is not copied, but may come with the copy", async () => {
    await service().send({ method: "PUT", key: "source", headers: PUBLIC, body: "x" });
    const source = { "x-oss-copy-source": `/${testBucket}/source` };

    await service().send({ method: "PUT", key: "copy", headers: source });
    await service().send({
      method: "PUT",
      key: "private-copy",
      headers: { ...source, "x-oss-object-acl": "private" },
    });

    assert.equal(await grantOf("copy"), "default");
    assert.equal(await grantOf("private-copy"), "private");
  });

  it("comes with the completion of an upload, whatever its opening said", async () => {
    for (const [key, headers, expected] of [
      ["completed-public", PUBLIC, "public-read"],
      ["completed-plain", {}, "default"],
    ] as const) {
      const opened = await service().send({
        method: "POST",
        key,
        query: [["uploads", ""]],
        headers: { "x-oss-object-acl": "public-read-write" },
      });
      const uploadId = opened.element("UploadId") ?? "";
      await service().putPart(key, uploadId, 1, "part");

      await service().send({
        method: "POST",
        key,
        query: [["uploadId", uploadId]],
        headers: { ...headers, "x-oss-complete-all": "yes" },
      });

      assert.equal(await grantOf(key), expected);
    }
  });

  it("comes with an append, the last one that names one", async () => {
    const append = (position: number, acl: string) =>
      service().send({
        method: "POST",
        key: "appended",
        query: [
          ["append", ""],
          ["position", String(position)],
        ],
        headers: { "x-oss-object-acl": acl },
        body: "x",
      });

    await append(0, "public-read");
    const first = await grantOf("appended");
    await append(1, "private");

    assert.equal(first, "public-read");
    assert.equal(await grantOf("appended"), "private");
  });

  it("comes with a symbolic link", async () => {
    await service().send({
      method: "PUT",
      key: "link",
      query: [["symlink", ""]],
      headers: { ...PUBLIC, "x-oss-symlink-target": "plain" },
    });

    assert.equal(await grantOf("link"), "public-read");
  });

  it("is changed, back to the bucket's too, and the object stays as it is", async () => {
    const { headers } = await service().send({
      method: "PUT",
      key: "changed",
      headers: { "x-oss-meta-a": "1" },
      body: "x",
    });

    for (const acl of ["public-read-write", "private", "default"]) {
      const changed = await setAcl("changed", acl);
      assert.deepEqual([changed.status, changed.text], [200, ""]);
      assert.equal(await grantOf("changed"), acl);
    }
    const found = await service().send({ method: "HEAD", key: "changed" });
    assert.deepEqual([found.headers.etag, found.headers["x-oss-meta-a"]], [headers.etag, "1"]);
  });

  it("is refused when it is no such word, and nothing is written", async () => {
    const refused = await service().send({
      method: "PUT",
      key: "refused",
      headers: { "x-oss-object-acl": "everyone" },
      body: "x",
    });

    assert.equal(refused.status, 400);
    assert.deepEqual(["Code", "Message", "ArgumentName", "ArgumentValue"].map(refused.element), [
      "InvalidArgument",
      "no such object access control exists",
      "x-oss-object-acl",
      "everyone",
    ]);
    assert.equal((await service().send({ key: "refused" })).status, 404);
    assert.equal((await setAcl("plain", "everyone")).element("Code"), "InvalidArgument");
    const opened = await service().send({
      method: "POST",
      key: "refused",
      query: [["uploads", ""]],
      headers: { "x-oss-object-acl": "everyone" },
    });
    assert.equal(opened.element("Code"), "InvalidArgument");
  });

  it("is of an object that is there", async () => {
    assert.equal((await setAcl("missing", "private")).element("Code"), "NoSuchKey");
    assert.equal(
      (await service().send({ key: "missing", query: [["acl", ""]] })).element("Code"),
      "NoSuchKey",
    );
  });
});
