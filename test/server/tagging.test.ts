// Tags of objects: however they come, they are the same tags.
import assert from "node:assert/strict";
import { it } from "node:test";
import type { Method } from "../../src/protocol/http-message.ts";
import { describeOverBothStores } from "./both-stores.ts";
import { type TestResponse, testBucket } from "./test-server.ts";

const DOCUMENT =
  "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>b</Key><Value></Value></Tag></TagSet></Tagging>";

describeOverBothStores("the tags of an object", (service) => {
  const put = (key: string, headers: Record<string, string> = {}) =>
    service().send({ method: "PUT", key, body: "x", headers });
  const tagging = (method: Method, key: string, body?: string) =>
    service().send({ method, key, query: [["tagging", ""]], ...(body === undefined ? {} : { body }) });
  const copy = (from: string, to: string, headers: Record<string, string> = {}) =>
    service().send({
      method: "PUT",
      key: to,
      headers: { "x-oss-copy-source": `/${testBucket}/${from}`, ...headers },
    });
  const tagsOf = async (key: string) => tagLines(await tagging("GET", key));

  it("are none at first, which is an empty set and no header", async () => {
    await put("plain");

    const got = await tagging("GET", "plain");
    const head = await service().send({ method: "HEAD", key: "plain" });

    assert.equal(got.status, 200);
    assert.match(got.text, /<Tagging><TagSet><\/TagSet><\/Tagging>$/);
    assert.equal(head.headers["x-oss-tagging-count"], undefined);
  });

  it("are set, read, counted and taken off again, and the object is otherwise as it was", async () => {
    const stored = await put("tagged", { "x-oss-meta-a": "kept" });

    const set = await tagging("PUT", "tagged", DOCUMENT);
    const tags = await tagsOf("tagged");
    const got = await service().send({ key: "tagged" });
    const removed = await tagging("DELETE", "tagged");
    const removedAgain = await tagging("DELETE", "tagged");

    assert.equal(set.status, 200, set.text);
    assert.deepEqual(tags, ["a=1", "b="]);
    assert.equal(got.headers["x-oss-tagging-count"], "2");
    assert.equal(got.headers.etag, stored.headers.etag);
    assert.equal(got.headers["x-oss-meta-a"], "kept");
    assert.equal(`${removed.status} ${removedAgain.status}`, "204 204");
    assert.deepEqual(await tagsOf("tagged"), []);
  });

  it("are replaced as a whole", async () => {
    await put("tagged", { "x-oss-tagging": "old=1&other=2" });

    await tagging("PUT", "tagged", DOCUMENT);

    assert.deepEqual(await tagsOf("tagged"), ["a=1", "b="]);
  });

  it("come with the object too, and go when it is overwritten", async () => {
    await put("written", { "x-oss-tagging": "a=1&b&c%20d=%2B" });
    const tags = await tagsOf("written");
    await put("written");

    assert.deepEqual(tags, ["a=1", "b=", "c d=+"]);
    assert.deepEqual(await tagsOf("written"), []);
  });

  it("may have keys that objects of JavaScript have by themselves", async () => {
    await put("odd", { "x-oss-tagging": "__proto__=1&constructor=2" });

    assert.deepEqual(await tagsOf("odd"), ["__proto__=1", "constructor=2"]);
  });

  it("are fixed when an upload is opened, and are the finished object's", async () => {
    const opened = await service().send({
      method: "POST",
      key: "parts",
      query: [["uploads", ""]],
      headers: { "x-oss-tagging": "a=1" },
    });
    const uploadId = opened.element("UploadId") ?? "";
    const etag = await service().putPart("parts", uploadId, 1, "x");

    const completed = await service().complete("parts", uploadId, [[1, etag]]);

    assert.equal(completed.status, 200, completed.text);
    assert.deepEqual(await tagsOf("parts"), ["a=1"]);
  });

  it("are copied, unless the copy is to have others or none", async () => {
    await put("source", { "x-oss-tagging": "a=1" });

    await copy("source", "same", { "x-oss-tagging": "ignored=1" });
    await copy("source", "other", { "x-oss-tagging-directive": "Replace", "x-oss-tagging": "b=2" });
    await copy("source", "none", { "x-oss-tagging-directive": "REPLACE" });
    await copy("source", "renamed", { "x-oss-metadata-directive": "REPLACE" });

    assert.deepEqual(await tagsOf("same"), ["a=1"]);
    assert.deepEqual(await tagsOf("other"), ["b=2"]);
    assert.deepEqual(await tagsOf("none"), []);
    assert.deepEqual(await tagsOf("renamed"), ["a=1"]);
  });

  it("are refused where they break the rules, and nothing is stored", async () => {
    await put("kept", { "x-oss-tagging": "a=1" });
    const eleven = Array.from({ length: 11 }, (_, index) => `k${index}=v`).join("&");

    const tooMany = await put("kept", { "x-oss-tagging": eleven });
    const twice = await put("kept", { "x-oss-tagging": "a=1&a=2" });
    const noKey = await tagging("PUT", "kept", DOCUMENT.replace("<Key>a<", "<Key><"));
    const noDirective = await copy("kept", "copy", { "x-oss-tagging-directive": "Both" });
    const malformed = await tagging("PUT", "kept", "<Tagging>");

    assert.equal(codeOf(tooMany), "400 InvalidTag");
    assert.equal(codeOf(twice), "400 InvalidArgument");
    assert.equal(codeOf(noKey), "400 InvalidTag");
    assert.equal(codeOf(noDirective), "400 InvalidArgument");
    assert.equal(codeOf(malformed), "400 MalformedXML");
    assert.deepEqual(await tagsOf("kept"), ["a=1"]);
  });

  it("cannot be those of an object or a bucket that is missing", async () => {
    for (const [method, body] of [["GET"], ["PUT", DOCUMENT], ["DELETE"]] as const) {
      const noObject = await tagging(method, "missing", body);
      const noBucket = await service().send({
        method,
        bucket: "no-such-bucket",
        key: "a",
        query: [["tagging", ""]],
        ...(body === undefined ? {} : { body }),
      });

      assert.equal(codeOf(noObject), "404 NoSuchKey");
      assert.equal(codeOf(noBucket), "404 NoSuchBucket");
    }
  });
});

function codeOf(response: TestResponse): string {
  return `${response.status} ${response.element("Code")}`;
}

function tagLines(response: TestResponse): readonly string[] {
  const values = response.elements("Value");
  return response.elements("Key").map((key, index) => `${key}=${values[index]}`);
}
