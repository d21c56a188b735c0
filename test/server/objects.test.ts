// Objects in one piece, as they go over the wire.
import assert from "node:assert/strict";
import { it } from "node:test";
import { describeOverBothStores } from "./both-stores.ts";
import { md5Base64, testBucket } from "./test-server.ts";

// The check value of CRC-64/XZ (oss-protocol.md, 3.6).
const DIGITS = "123456789";
const DIGITS_CRC64 = "11051210869376104954";
const DIGITS_ETAG = '"25F9E794323B453885F5181F1B624D0B"';

describeOverBothStores("an object", (service) => {
  const get = (key: string, headers: Record<string, string> = {}) => service().send({ key, headers });
  const put = (key: string, body: string, headers: Record<string, string> = {}) =>
    service().send({ method: "PUT", key, body, headers });
  const copy = (from: string, to: string, headers: Record<string, string> = {}) =>
    service().send({
      method: "PUT",
      key: to,
      headers: { "x-oss-copy-source": `/${testBucket}/${from}`, ...headers },
    });

  it("is stored with an answer that tells its ETag, CRC-64 and MD5", async () => {
    const response = await put("digits", DIGITS);

    assert.equal(response.status, 200);
    assert.equal(response.headers.etag, DIGITS_ETAG);
    assert.equal(response.headers["x-oss-hash-crc64ecma"], DIGITS_CRC64);
    assert.equal(response.headers["content-md5"], md5Base64(DIGITS));
    assert.equal(response.headers["content-length"], "0");
    assert.equal(response.headers.server, "AliyunOSS");
    assert.match(response.headers["x-oss-request-id"] as string, /^[0-9A-F]{24}$/);
    assert.match(response.headers["x-oss-server-time"] as string, /^\d+$/);
    assert.ok(Math.abs(Date.parse(response.headers.date ?? "") - Date.now()) < 5_000);
  });

  it("is given back with what is known of it, and the same to HEAD without its bytes", async () => {
    await put("digits", DIGITS);

    const got = await get("digits");
    const head = await service().send({ method: "HEAD", key: "digits" });

    assert.equal(got.text, DIGITS);
    assert.equal(head.text, "");
    for (const { headers } of [got, head]) {
      assert.equal(headers["content-type"], "application/octet-stream");
      assert.equal(headers["content-length"], "9");
      assert.equal(headers["accept-ranges"], "bytes");
      assert.equal(headers.etag, DIGITS_ETAG);
      assert.equal(headers["x-oss-hash-crc64ecma"], DIGITS_CRC64);
      assert.equal(headers["content-md5"], md5Base64(DIGITS));
      assert.equal(headers["x-oss-object-type"], "Normal");
      assert.equal(headers["x-oss-storage-class"], "Standard");
      assert.match(headers["last-modified"] ?? "", /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
    }
  });

  it("tells its meta in few headers", async () => {
    await put("digits", DIGITS, { "x-oss-meta-a": "b" });

    const meta = await service().send({ method: "HEAD", key: "digits", query: [["objectMeta", ""]] });

    assert.equal(meta.headers["content-length"], "9");
    assert.equal(meta.headers.etag, DIGITS_ETAG);
    assert.ok(meta.headers["last-modified"]);
    assert.equal(meta.headers["x-oss-meta-a"], undefined);
  });

  it("may have 0 bytes", async () => {
    const stored = await put("empty", "");
    const got = await get("empty");
    const range = await get("empty", { range: "bytes=0-0" });

    assert.equal(stored.headers["x-oss-hash-crc64ecma"], "0");
    assert.equal(stored.headers.etag, '"D41D8CD98F00B204E9800998ECF8427E"');
    assert.equal(`${got.status} ${got.headers["content-length"]} ${got.text}`, "200 0 ");
    assert.equal(range.status, 200);
  });

  it("keeps what its owner says of it, in any language and under any name", async () => {
    await put("described", "x", {
      "content-type": "text/plain; charset=utf-8",
      "content-language": "zh-CN",
      "content-encoding": "identity",
      "cache-control": "max-age=60",
      expires: "never",
      "content-disposition": 'attachment; filename="中文.txt"',
      "x-oss-meta-owner": "张三 é",
      "x-oss-meta-constructor": "c",
    });

    const { headers } = await service().send({ method: "HEAD", key: "described" });

    assert.equal(headers["content-type"], "text/plain; charset=utf-8");
    assert.equal(headers["content-language"], "zh-CN");
    assert.equal(headers["content-encoding"], "identity");
    assert.equal(headers["cache-control"], "max-age=60");
    assert.equal(headers.expires, "never");
    assert.equal(utf8(headers["content-disposition"]), 'attachment; filename="中文.txt"');
    assert.equal(utf8(headers["x-oss-meta-owner"]), "张三 é");
    assert.equal(headers["x-oss-meta-constructor"], "c");
  });

  it("is refused with metadata under a name that the service does not take", async () => {
    const response = await put("described", "x", { "x-oss-meta-a_b": "c" });

    assert.equal(`${response.status} ${response.element("Code")}`, "400 InvalidArgument");
    assert.equal(response.element("ArgumentName"), "x-oss-meta-a_b");
  });

  it("is refused with more than 8 KiB of the owner's own metadata", async () => {
    const response = await put("described", "x", { "x-oss-meta-a": "b".repeat(8 * 1024) });

    assert.equal(`${response.status} ${response.element("Code")}`, "400 InvalidArgument");
  });

  it("is given back under the headers that the request asks for", async () => {
    await put("overridden", "x", { "content-type": "text/plain" });

    const { headers } = await service().send({
      key: "overridden",
      query: [
        ["response-content-type", "text/html"],
        ["response-content-disposition", 'attachment; filename="中.txt"'],
        ["response-cache-control", "no-store"],
      ],
    });

    assert.equal(headers["content-type"], "text/html");
    assert.equal(utf8(headers["content-disposition"]), 'attachment; filename="中.txt"');
    assert.equal(headers["cache-control"], "no-store");
  });

  it("is given back under its own headers where the request asks for an empty one", async () => {
    await put("kept", "x", { "content-type": "text/plain" });

    const { headers } = await service().send({ key: "kept", query: [["response-content-type", ""]] });

    assert.equal(headers["content-type"], "text/plain");
  });

  it("is not given back under a header with a line end in it", async () => {
    await put("overridden", "x");

    const response = await service().send({
      key: "overridden",
      query: [["response-content-type", "text/html\r\nSet-Cookie: a=b"]],
    });

    assert.equal(`${response.status} ${response.element("Code")}`, "400 InvalidArgument");
    assert.equal(response.element("ArgumentName"), "response-content-type");
    assert.equal(response.headers["set-cookie"], undefined);
  });

  it("is given back by a range, at the service's own terms or at HTTP's", async () => {
    await put("digits", DIGITS);
    const range = async (range: string, behavior?: "standard") => {
      const response = await get("digits", {
        range,
        ...(behavior ? { "x-oss-range-behavior": behavior } : {}),
      });
      return `${response.status} ${response.headers["content-range"] ?? ""} ${response.text.slice(0, 9)}`;
    };

    assert.equal(await range("bytes=2-4"), "206 bytes 2-4/9 345");
    assert.equal(await range("bytes=7-"), "206 bytes 7-8/9 89");
    assert.equal(await range("bytes=-2"), "206 bytes 7-8/9 89");
    assert.equal(await range("bytes=7-9"), `200  ${DIGITS}`);
    assert.equal(await range("bytes=7-9", "standard"), "206 bytes 7-8/9 89");
    assert.equal(await range("bytes=9-"), `200  ${DIGITS}`);
    assert.match(await range("bytes=9-", "standard"), /^416 /);
    assert.equal(await range("bytes=0-1,4-5"), `200  ${DIGITS}`);
    assert.equal(await range("bytes=4-2"), `200  ${DIGITS}`);
    assert.equal(await range("lines=1-2"), `200  ${DIGITS}`);
  });

  it("says which range it cannot give, as the request wrote it", async () => {
    await put("digits", DIGITS);

    const response = await get("digits", { range: "bytes=9-", "x-oss-range-behavior": "standard" });

    assert.equal(response.element("Code"), "InvalidRange");
    assert.equal(response.element("RangeRequested"), "bytes=9-");
    assert.equal(response.element("ActualObjectSize"), "9");
  });

  it("is not sent again to a client that has it, which is told which one that is", async () => {
    await put("digits", DIGITS);
    const { headers } = await get("digits");
    const { etag = "", "last-modified": lastModified = "" } = headers;

    const byEtag = await get("digits", { "if-none-match": etag });
    const byTime = await get("digits", { "if-modified-since": lastModified });
    const toHead = await service().send({
      method: "HEAD",
      key: "digits",
      headers: { "if-none-match": DIGITS_ETAG.replaceAll('"', "").toLowerCase() },
    });

    for (const response of [byEtag, byTime, toHead]) {
      assert.equal(response.status, 304);
      assert.equal(response.text, "");
      assert.equal(response.headers.etag, etag);
      assert.equal(response.headers["last-modified"], lastModified);
      assert.equal(response.headers["content-length"], undefined);
      assert.match(response.headers["x-oss-request-id"] as string, /^[0-9A-F]{24}$/);
    }
  });

  it("is refused when it is another than the client thinks, with the condition that failed", async () => {
    await put("digits", DIGITS);
    const before = new Date(Date.now() - 60_000).toUTCString();

    const byEtag = await get("digits", { "if-match": '"0"' });
    const byTime = await get("digits", { "if-unmodified-since": before });
    const held = await get("digits", { "if-match": DIGITS_ETAG.replaceAll('"', "") });

    assert.equal(`${byEtag.status} ${byEtag.element("Code")}`, "412 PreconditionFailed");
    assert.equal(byEtag.element("Condition"), "If-Match");
    assert.equal(byTime.element("Condition"), "If-Unmodified-Since");
    assert.equal(held.status, 200);
  });

  it("is stored under no condition, because OSS has none for that", async () => {
    const response = await put("digits", DIGITS, { "if-none-match": "*" });

    assert.equal(`${response.status} ${response.element("Code")}`, "400 NotImplemented");
    assert.equal(response.element("Header"), "If-None-Match");
  });

  it("is overwritten, but not where the client forbids it", async () => {
    await put("once", "first");

    const refused = await put("once", "second", { "x-oss-forbid-overwrite": "true" });
    const kept = await get("once");
    const replaced = await put("once", "third", { "x-oss-forbid-overwrite": "false" });

    assert.equal(`${refused.status} ${refused.element("Code")}`, "409 FileAlreadyExists");
    assert.equal(refused.element("EC"), undefined, "what is published is the EC of the completion");
    assert.equal(kept.text, "first");
    assert.equal(replaced.status, 200);
    assert.equal((await get("once")).text, "third");
  });

  it("is read to its end by one who began before it was overwritten and deleted", async () => {
    const body = "x".repeat(3 * 1024 * 1024);
    await put("read", body);

    const reading = get("read");
    await put("read", "another");
    await service().send({ method: "DELETE", key: "read" });
    await service().store.collectGarbage();
    const response = await reading;

    assert.ok([body, "another", ""].includes(response.status === 200 ? response.text : ""));
  });

  it("is deleted with 204, whether it was there or not", async () => {
    await put("deleted", "x");

    const first = await service().send({ method: "DELETE", key: "deleted" });
    const second = await service().send({ method: "DELETE", key: "deleted" });

    assert.equal(`${first.status} ${second.status}`, "204 204");
    assert.equal((await get("deleted")).status, 404);
  });

  it("is copied with its headers, or with new ones", async () => {
    await put("from", DIGITS, { "content-type": "text/plain", "x-oss-meta-a": "old" });

    const kept = await copy("from", "kept");
    await copy("from", "replaced", { "x-oss-metadata-directive": "REPLACE", "x-oss-meta-a": "new" });

    assert.equal(kept.status, 200, kept.text);
    assert.equal(kept.headers.etag, DIGITS_ETAG);
    assert.equal(kept.element("ETag"), DIGITS_ETAG);
    assert.equal(kept.headers["x-oss-hash-crc64ecma"], DIGITS_CRC64);
    assert.match(kept.element("LastModified") ?? "", /\.000Z$/);
    assert.equal((await get("kept")).headers["x-oss-meta-a"], "old");
    assert.equal((await get("kept")).headers["content-type"], "text/plain");
    assert.equal((await get("replaced")).headers["x-oss-meta-a"], "new");
    assert.equal((await get("replaced")).headers["content-type"], "application/octet-stream");
    assert.equal((await get("replaced")).text, DIGITS);
  });

  it("is copied to another storage class with its headers", async () => {
    await put("from", DIGITS, { "x-oss-meta-a": "old" });

    await copy("from", "colder", { "x-oss-storage-class": "IA" });

    assert.equal((await get("colder")).headers["x-oss-storage-class"], "IA");
    assert.equal((await get("colder")).headers["x-oss-meta-a"], "old");
  });

  it("is copied onto itself to change its headers", async () => {
    await put("self", DIGITS, { "x-oss-meta-a": "old" });

    const response = await copy("self", "self", {
      "x-oss-metadata-directive": "REPLACE",
      "x-oss-meta-a": "new",
    });
    await service().store.collectGarbage();

    assert.equal(response.status, 200);
    assert.equal((await get("self")).headers["x-oss-meta-a"], "new");
    assert.equal((await get("self")).text, DIGITS);
  });

  it("is copied only where the conditions on its source hold", async () => {
    await put("from", DIGITS);

    const failed = await copy("from", "to-1", { "x-oss-copy-source-if-match": '"0"' });
    const same = await copy("from", "to-1", { "x-oss-copy-source-if-none-match": DIGITS_ETAG });
    const forbidden = await copy("from", "from", { "x-oss-forbid-overwrite": "true" });

    assert.equal(failed.status, 412);
    assert.equal(same.status, 304);
    assert.equal(forbidden.status, 409);
    assert.equal((await get("to-1")).status, 404);
  });

  it("that is to be copied from a bucket that is missing leads to that bucket's name", async () => {
    const response = await service().send({
      method: "PUT",
      key: "to-2",
      headers: { "x-oss-copy-source": "/no-such-bucket/k" },
    });

    assert.equal(`${response.status} ${response.element("Code")}`, "404 NoSuchBucket");
    assert.equal(response.element("BucketName"), "no-such-bucket");
  });

  it("is deleted among others, which are named, unless the client wants quiet", async () => {
    await put("many/1", "x");
    await put("many/2", "x");
    const remove = (quiet: boolean, query: readonly (readonly [string, string])[] = []) => {
      const body = `<Delete><Quiet>${quiet}</Quiet><Object><Key>many/1</Key></Object><Object><Key>no such &amp; key</Key></Object></Delete>`;
      const headers = { "content-md5": md5Base64(body) };
      return service().send({ method: "POST", query: [["delete", ""], ...query], headers, body });
    };

    const named = await remove(false);
    const encoded = await remove(false, [["encoding-type", "url"]]);
    const quiet = await remove(true);

    assert.deepEqual(named.elements("Key"), ["many/1", "no such &amp; key"]);
    assert.deepEqual(encoded.elements("Key"), ["many%2F1", "no%20such%20%26%20key"]);
    assert.equal(`${quiet.status} ${quiet.headers["content-length"]} ${quiet.text}`, "200 0 ");
    assert.equal((await get("many/1")).status, 404);
    assert.equal((await get("many/2")).status, 200);
  });
});

function utf8(header: string | string[] | undefined): string {
  return Buffer.from(String(header), "latin1").toString("utf8");
}
