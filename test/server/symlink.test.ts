// Symbolic links: another name for an object's bytes.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describeOverBothStores } from "./both-stores.ts";
import {
  md5Base64,
  startTestServer,
  type TestRequest,
  type TestResponse,
  testBucket,
} from "./test-server.ts";

const TARGET_ETAG = '"25F9E794323B453885F5181F1B624D0B"';
// MD5 of "target".
const LINK_ETAG = '"42AEFBAE01D2DFD981F7DA7D823D689E"';

describeOverBothStores("a symbolic link", (service) => {
  const get = (key: string, headers: Record<string, string> = {}) => service().send({ key, headers });
  const head = (key: string) => service().send({ method: "HEAD", key });
  const put = (key: string, body: string, headers: Record<string, string> = {}) =>
    service().send({ method: "PUT", key, body, headers });
  const link = (key: string, target: string, headers: Record<string, string> = {}) =>
    service().send({
      method: "PUT",
      key,
      query: [["symlink", ""]],
      headers: { "x-oss-symlink-target": target, ...headers },
    });
  const getLink = (key: string) => service().send({ key, query: [["symlink", ""]] });

  it("is stored with an ETag of its own, whether or not its target is there", async () => {
    const response = await link("dangling", "target");

    assert.equal(response.status, 200, response.text);
    assert.equal(response.headers.etag, LINK_ETAG);
  });

  it("gives the bytes of its target, with their sums, and what is stored with the link", async () => {
    await put("target", "123456789", { "content-type": "text/plain", "x-oss-meta-a": "target" });
    await link("link", "target", {
      "x-oss-meta-a": "link",
      "x-oss-tagging": "a=1",
      "x-oss-storage-class": "IA",
    });

    for (const response of [await get("link"), await head("link")]) {
      const { headers } = response;
      assert.equal(response.status, 200, response.text);
      assert.equal(headers["content-length"], "9");
      assert.equal(headers.etag, TARGET_ETAG);
      assert.equal(headers["content-md5"], md5Base64("123456789"));
      assert.equal(headers["x-oss-hash-crc64ecma"], "11051210869376104954");
      assert.equal(headers["x-oss-object-type"], "Symlink");
      assert.equal(headers["x-oss-meta-a"], "link");
      assert.equal(headers["content-type"], "application/octet-stream");
      assert.equal(headers["x-oss-tagging-count"], "1");
      assert.equal(headers["x-oss-storage-class"], "IA");
      assert.equal(headers["x-oss-symlink-target"], undefined);
    }
    assert.equal((await get("link")).text, "123456789");
    assert.equal((await get("link", { range: "bytes=2-4" })).text, "345");
  });

  it("is as good as its target for a client that has the bytes", async () => {
    await put("target", "123456789");
    await link("link", "target");

    assert.equal((await get("link", { "if-none-match": TARGET_ETAG })).status, 304);
    assert.equal((await get("link", { "if-match": LINK_ETAG })).status, 412);
  });

  it("follows its target when that changes", async () => {
    await put("target", "old");
    await link("link", "target");
    await put("target", "new");

    assert.equal((await get("link")).text, "new");
  });

  it("has no sum of its own to show where its target has none", async () => {
    const uploadId = await service().initiate("in-parts");
    const etag = await service().putPart("in-parts", uploadId, 1, "x");
    await service().complete("in-parts", uploadId, [[1, etag]]);
    await link("link", "in-parts");

    assert.equal((await head("link")).headers["content-md5"], undefined);
  });

  it("tells where it points to, and what is stored with it", async () => {
    await link("link", "dir%2Fa%20b%2B%E4%B8%AD", { "x-oss-meta-a": "b", "content-type": "text/plain" });

    const { status, headers, text } = await getLink("link");

    assert.equal(`${status} ${text} ${headers["content-length"]}`, "200  0");
    assert.equal(headers["x-oss-symlink-target"], "dir/a%20b%2B%E4%B8%AD");
    assert.equal(headers["x-oss-meta-a"], "b");
    assert.equal(headers["content-type"], "text/plain");
    assert.match(headers.etag ?? "", /^"[0-9A-F]{32}"$/);
    assert.match(headers["last-modified"] ?? "", / GMT$/);
  });

  it("is described by itself to GetObjectMeta, and in a listing", async () => {
    await put("target", "123456789");
    await link("listed/link", "target");

    const meta = await service().send({ method: "HEAD", key: "listed/link", query: [["objectMeta", ""]] });
    const list = await service().send({ query: [["prefix", "listed/"]] });

    assert.equal(meta.headers.etag, LINK_ETAG);
    assert.equal(meta.headers["content-length"], "0");
    assert.equal(`${list.element("Type")} ${list.element("Size")}`, "Symlink 0");
  });

  it("is copied as a link", async () => {
    await put("target", "123456789");
    await link("link", "target", { "x-oss-meta-a": "b" });

    const copied = await service().send({
      method: "PUT",
      key: "copy",
      headers: { "x-oss-copy-source": `/${testBucket}/link` },
    });

    assert.equal(copied.status, 200, copied.text);
    assert.equal(copied.headers.etag, LINK_ETAG);
    assert.equal((await getLink("copy")).headers["x-oss-symlink-target"], "target");
    assert.equal((await get("copy")).headers["x-oss-meta-a"], "b");
    assert.equal((await get("copy")).text, "123456789");
  });

  it("is no source of a part", async () => {
    await link("link", "target");
    const uploadId = await service().initiate("parts");

    const response = await service().send({
      method: "PUT",
      key: "parts",
      query: [
        ["partNumber", "1"],
        ["uploadId", uploadId],
      ],
      headers: { "x-oss-copy-source": `/${testBucket}/link` },
    });

    assert.equal(codeOf(response), "400 OperationNotSupported");
  });

  it("is deleted without its target", async () => {
    await put("target", "123456789");
    await link("link", "target");

    await service().send({ method: "DELETE", key: "link" });

    assert.equal((await get("link")).status, 404);
    assert.equal((await get("target")).text, "123456789");
  });

  it("overwrites an object, but not where the client forbids it", async () => {
    await put("taken", "x");

    const refused = await link("taken", "target", { "x-oss-forbid-overwrite": "true" });
    const taken = await get("taken");
    const done = await link("taken", "target");

    assert.equal(codeOf(refused), "409 FileAlreadyExists");
    assert.equal(taken.text, "x");
    assert.equal(done.status, 200);
  });

  it("gives nothing when its target is missing, or is a link", async () => {
    await link("dangling", "never-there");
    await link("twice", "dangling");

    assert.equal(codeOf(await get("dangling")), "404 SymlinkTargetNotExist");
    assert.equal((await head("dangling")).status, 404);
    assert.equal((await head("twice")).status, 400);
    assert.equal(codeOf(await get("twice")), "400 InvalidTargetType");
  });

  it("is what GetSymlink wants", async () => {
    await put("plain", "x");

    assert.equal(codeOf(await getLink("plain")), "400 NotSymlink");
    assert.equal(codeOf(await getLink("missing")), "404 NoSuchKey");
  });

  it("needs a bucket and a target", async () => {
    const noBucket = await service().send({
      method: "PUT",
      bucket: "no-such-bucket",
      key: "link",
      query: [["symlink", ""]],
      headers: { "x-oss-symlink-target": "target" },
    });
    const noTarget = await service().send({ method: "PUT", key: "link", query: [["symlink", ""]] });

    assert.equal(codeOf(noBucket), "404 NoSuchBucket");
    assert.equal(codeOf(noTarget), "400 MissingArgument");
  });
});

describe("the Last-Modified of a symbolic link", () => {
  it("is the later of its own and its target's", async () => {
    let nowMs = Date.parse("2026-03-01T12:00:00Z");
    await using service = await startTestServer({ now: () => nowMs });
    const send = (request: TestRequest) => service.send({ ...request, time: new Date(nowMs) });
    const query = [["symlink", ""]] as const;
    const target = { method: "PUT", key: "target", body: "x" } as const;
    await send(target);
    nowMs += 60_000;
    await send({ method: "PUT", key: "link", query, headers: { "x-oss-symlink-target": "target" } });

    const linkIsLater = await send({ key: "link" });
    nowMs += 60_000;
    await send(target);
    const targetIsLater = await send({ key: "link" });
    const ofLink = await send({ key: "link", query });

    assert.equal(linkIsLater.headers["last-modified"], "Sun, 01 Mar 2026 12:01:00 GMT");
    assert.equal(targetIsLater.headers["last-modified"], "Sun, 01 Mar 2026 12:02:00 GMT");
    assert.equal(ofLink.headers["last-modified"], "Sun, 01 Mar 2026 12:01:00 GMT");
  });
});

function codeOf(response: TestResponse): string {
  return `${response.status} ${response.element("Code")}`;
}
