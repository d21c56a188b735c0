// What a stranger gets to see and to do, over HTTP.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { it } from "node:test";
import { describeOverBothStores } from "./both-stores.ts";
import type { TestRequest, TestResponse } from "./test-server.ts";

const OBJECT_DENIED = "You have no right to access this object.";
const BUCKET_DENIED = "You have no right to access this object because of bucket acl.";

describeOverBothStores("without a signature", (service) => {
  const ask = (request: TestRequest) => service().send({ ...request, isAnonymous: true });
  const makeBucket = (bucket: string, acl: string) =>
    service().send({ method: "PUT", bucket, headers: { "x-oss-acl": acl } });
  const put = (bucket: string, key: string, acl?: string) =>
    service().send({
      method: "PUT",
      bucket,
      key,
      headers: acl === undefined ? {} : { "x-oss-object-acl": acl },
      body: key,
    });

  function assertDenied(response: TestResponse, message: string): void {
    assert.deepEqual(
      [response.status, response.element("Code"), response.element("Message")],
      [403, "AccessDenied", message],
    );
  }

  it("nothing of a private bucket is told, not even what is there", async () => {
    await put("test-bucket", "there");

    for (const request of [
      { key: "there" },
      { key: "missing" },
      { bucket: "nowhere", key: "there" },
      { bucket: "nowhere" },
      { query: [["list-type", "2"]] },
      { method: "PUT", key: "there", body: "x" },
      { method: "DELETE", key: "missing" },
      { method: "POST", key: "there", query: [["uploads", ""]] },
      {
        method: "POST",
        key: "there",
        query: [["uploadId", "0".repeat(32)]],
        body: "<CompleteMultipartUpload/>",
      },
    ] as const) {
      const response = await ask(request);

      assertDenied(response, BUCKET_DENIED);
      assert.equal(response.element("EC"), "0003-00000001");
    }
    assert.equal((await service().send({ key: "there" })).text, "there");
  });

  it("the answer to HEAD says no more", async () => {
    for (const key of ["there", "missing"]) {
      const response = await ask({ method: "HEAD", key });

      assert.equal(response.status, 403);
      const document = Buffer.from(String(response.headers["x-oss-err"]), "base64").toString();
      assert.ok(document.includes(BUCKET_DENIED), document);
    }
  });

  it("buckets are not listed, and no setting of a public one is told or changed", async () => {
    await makeBucket("open-door", "public-read-write");
    const denied = "Anonymous access is forbidden for this operation.";

    const listing = await ask({ bucket: "" });
    assertDenied(listing, denied);
    assert.equal(listing.element("EC"), "0003-00001201");
    for (const mark of ["acl", "bucketInfo", "policy", "stat", "versioning", "tagging"]) {
      assertDenied(await ask({ bucket: "open-door", query: [[mark, ""]] }), denied);
    }
    for (const mark of ["acl", "policy", "versioning", "tagging"]) {
      assertDenied(await ask({ method: "PUT", bucket: "open-door", query: [[mark, ""]] }), denied);
    }
    assertDenied(await ask({ method: "PUT", bucket: "open-door" }), denied);
    assertDenied(await ask({ method: "DELETE", bucket: "open-door" }), denied);
  });

  it("a public-read bucket is read and listed, and not written", async () => {
    await makeBucket("reading-room", "public-read");
    await put("reading-room", "book");

    const read = await ask({ bucket: "reading-room", key: "book" });
    assert.deepEqual([read.status, read.text], [200, "book"]);
    assert.equal((await ask({ method: "HEAD", bucket: "reading-room", key: "book" })).status, 200);
    assert.deepEqual((await ask({ bucket: "reading-room" })).elements("Key"), ["book"]);
    assert.deepEqual((await ask({ bucket: "reading-room", query: [["list-type", "2"]] })).elements("Key"), [
      "book",
    ]);
    assert.equal((await ask({ bucket: "reading-room", key: "missing" })).element("Code"), "NoSuchKey");
    for (const method of ["PUT", "DELETE"] as const) {
      assertDenied(await ask({ method, bucket: "reading-room", key: "book" }), BUCKET_DENIED);
    }
    assertDenied(await ask({ bucket: "reading-room", query: [["uploads", ""]] }), BUCKET_DENIED);
  });

  it("a public-read-write bucket is written: in one piece, by appends and in parts", async () => {
    const bucket = "notice-board";
    await makeBucket(bucket, "public-read-write");

    assert.equal((await ask({ method: "PUT", bucket, key: "note", body: "note" })).status, 200);
    const appended = await ask({
      ...{ method: "POST", bucket, key: "log", body: "line" },
      query: [
        ["append", ""],
        ["position", "0"],
      ],
    });
    assert.equal(appended.status, 200, appended.text);
    const opened = await ask({ method: "POST", bucket, key: "parts", query: [["uploads", ""]] });
    const uploadId = opened.element("UploadId") ?? "";
    const part = await ask({
      ...{ method: "PUT", bucket, key: "parts", body: "part" },
      query: [
        ["partNumber", "1"],
        ["uploadId", uploadId],
      ],
    });
    assert.equal(part.status, 200, part.text);
    const listed = await ask({ bucket, key: "parts", query: [["uploadId", uploadId]] });
    assert.deepEqual(listed.elements("PartNumber"), ["1"]);
    const completed = await ask({
      ...{ method: "POST", bucket, key: "parts", query: [["uploadId", uploadId]] },
      headers: { "x-oss-complete-all": "yes" },
    });
    assert.equal(completed.status, 200, completed.text);
    assert.equal((await ask({ bucket, key: "parts" })).text, "part");
    assert.equal((await ask({ method: "DELETE", bucket, key: "note" })).status, 204);
    assert.deepEqual((await ask({ bucket })).elements("Key"), ["log", "parts"]);
  });

  it("many objects are not deleted at once, for each may have an ACL of its own", async () => {
    await makeBucket("notice-board", "public-read-write");
    await put("notice-board", "own", "private");

    const deletion = await ask({
      ...{ method: "POST", bucket: "notice-board", query: [["delete", ""]] },
      body: "<Delete><Object><Key>own</Key></Object></Delete>",
    });

    assertDenied(deletion, "Anonymous access is forbidden for this operation.");
    assert.equal((await service().send({ bucket: "notice-board", key: "own" })).text, "own");
  });

  it("an object's own ACL decides where it has one", async () => {
    await makeBucket("mixed", "public-read-write");
    await put("mixed", "secret", "private");
    await put("mixed", "shown", "public-read");
    await put("test-bucket", "window", "public-read");

    assertDenied(await ask({ bucket: "mixed", key: "secret" }), OBJECT_DENIED);
    assertDenied(await ask({ method: "PUT", bucket: "mixed", key: "secret", body: "x" }), OBJECT_DENIED);
    assertDenied(await ask({ method: "DELETE", bucket: "mixed", key: "shown" }), OBJECT_DENIED);
    assert.equal((await ask({ bucket: "mixed", key: "shown" })).text, "shown");
    assert.equal((await ask({ bucket: "test-bucket", key: "window" })).text, "window");
  });

  it("an object's ACL and tags are not set with it", async () => {
    await makeBucket("notice-board", "public-read-write");

    for (const headers of [{ "x-oss-object-acl": "private" }, { "x-oss-tagging": "a=b" }]) {
      const response = await ask({
        ...{ method: "PUT", bucket: "notice-board", key: "claimed", body: "x" },
        headers,
      });

      assertDenied(response, "Anonymous access is forbidden for this operation.");
    }
    assert.equal((await ask({ bucket: "notice-board", key: "claimed" })).element("Code"), "NoSuchKey");
  });

  it("a copy needs a readable source, in whichever bucket", async () => {
    await makeBucket("notice-board", "public-read-write");
    await put("test-bucket", "hidden");
    await put("test-bucket", "given", "public-read");
    const copy = (source: string) =>
      ask({
        ...{ method: "PUT", bucket: "notice-board", key: "copy" },
        headers: { "x-oss-copy-source": source },
      });

    assertDenied(await copy("/test-bucket/hidden"), BUCKET_DENIED);
    assertDenied(await copy("/test-bucket/missing"), BUCKET_DENIED);
    assertDenied(await copy("/nowhere/missing"), BUCKET_DENIED);
    assert.equal((await copy("/test-bucket/given")).status, 200);
    assert.equal((await ask({ bucket: "notice-board", key: "copy" })).text, "given");
  });

  it("a link shows only what may be read itself", async () => {
    await makeBucket("linked", "public-read");
    await put("linked", "target-private", "private");
    await put("linked", "target-public");
    for (const target of ["target-private", "target-public", "target-missing"]) {
      await service().send({
        ...{ method: "PUT", bucket: "linked", key: `to-${target}`, query: [["symlink", ""]] },
        headers: { "x-oss-symlink-target": target },
      });
    }

    assertDenied(await ask({ bucket: "linked", key: "to-target-private" }), OBJECT_DENIED);
    assert.equal((await ask({ bucket: "linked", key: "to-target-public" })).text, "target-public");
    assert.equal(
      (await ask({ bucket: "linked", key: "to-target-missing" })).element("Code"),
      "SymlinkTargetNotExist",
    );
  });

  it("headers of the answer are not overridden", async () => {
    await makeBucket("reading-room", "public-read");
    await put("reading-room", "page");
    const query = [["response-content-type", "text/html"]] as const;

    const refused = await ask({ bucket: "reading-room", key: "page", query });

    assert.deepEqual(
      [refused.status, refused.element("Code"), refused.element("Message")],
      [400, "InvalidRequest", "Request specific response headers cannot be used for anonymous GET requests."],
    );
    assertDenied(await ask({ key: "there", query }), BUCKET_DENIED);
  });

  it("nothing is served that the requester would have to pay for", async () => {
    await makeBucket("paid-for", "public-read");
    await put("paid-for", "k");
    await service().store.metadata.updateBucket("paid-for", {
      configurations: { requestPayment: '{"payer":"Requester"}' },
    });

    assertDenied(await ask({ bucket: "paid-for", key: "k" }), BUCKET_DENIED);
    assert.equal((await service().send({ bucket: "paid-for", key: "k" })).text, "k");
  });

  it("a bucket in the host is found, and one in the path where the host names none", async () => {
    await makeBucket("reading-room", "public-read");
    await put("reading-room", "page");

    const inHost = await ask({ rawTarget: "/page", headers: { host: "reading-room.example.com" } });
    const inPath = await ask({ rawTarget: "/reading-room/page", headers: { host: "files.example.com" } });

    assert.deepEqual([inHost.text, inPath.text], ["page", "page"]);
  });

  it("a wrong signature is no missing one", async () => {
    await makeBucket("reading-room", "public-read");
    await put("reading-room", "page");
    const credentials = { accessKeyId: "test-id", accessKeySecret: "wrong" };

    const response = await service().send({ bucket: "reading-room", key: "page", credentials });

    assert.equal(response.element("Code"), "SignatureDoesNotMatch");
  });

  it("a refused document is not read", async () => {
    const { hostname, port } = service().endpoint;
    const socket = connect({ host: hostname, port: Number(port) });
    socket.write(
      `POST /test-bucket/k?uploadId=1 HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: 1000000\r\n\r\n`,
    );

    // The body never comes, and the answer does not wait for it.
    const [answer] = await once(socket, "data");

    socket.destroy();
    assert.match(String(answer), /^HTTP\/1\.1 403 /);
  });
});
