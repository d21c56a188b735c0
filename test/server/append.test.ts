// AppendObject: an object that grows.
import assert from "node:assert/strict";
import { it } from "node:test";
import type { Headers } from "../../src/protocol/http-message.ts";
import { describeOverBothStores } from "./both-stores.ts";
import { openConnection, signedHead } from "./raw-connection.ts";
import { md5Base64, type TestResponse, testBucket } from "./test-server.ts";

// CRC-64/XZ of "123456789": the check value of the algorithm.
const DIGITS_CRC64 = "11051210869376104954";

describeOverBothStores("an appendable object", (service) => {
  const get = (key: string) => service().send({ key });
  const head = (key: string) => service().send({ method: "HEAD", key });
  const append = (key: string, position: number | string, body: string, headers: Headers = {}) =>
    service().send({ method: "POST", key, query: appendQuery(position), body, headers });

  it("is begun at 0 and grows at its end, with the sum of the whole", async () => {
    const first = await append("grows", 0, "12345");
    const second = await append("grows", 5, "6789");
    const got = await get("grows");

    assert.equal(first.status, 200, first.text);
    assert.equal(first.headers["x-oss-next-append-position"], "5");
    assert.equal(second.headers["x-oss-next-append-position"], "9");
    assert.equal(second.headers["x-oss-hash-crc64ecma"], DIGITS_CRC64);
    assert.equal(got.text, "123456789");
    for (const { headers } of [got, await head("grows")]) {
      assert.equal(headers["x-oss-object-type"], "Appendable");
      assert.equal(headers["x-oss-next-append-position"], "9");
      assert.equal(headers["x-oss-hash-crc64ecma"], DIGITS_CRC64);
      assert.equal(headers.etag, second.headers.etag);
      assert.equal(headers["content-md5"], undefined);
    }
  });

  it("has another ETag after every append, also of the same bytes to the same object", async () => {
    const etags = new Set<string | undefined>();
    for (const position of [0, 1, 2]) {
      etags.add((await append("etags", position, "x")).headers.etag);
    }
    await service().send({ method: "DELETE", key: "etags" });
    etags.add((await append("etags", 0, "x")).headers.etag);

    assert.equal(etags.size, 4);
    assert.match([...etags][0] ?? "", /^"[0-9A-F]{24}00000000"$/);
  });

  it("is refused at another place than its end, and the answer says where that is", async () => {
    await append("at", 0, "12345");

    for (const position of [0, 4, 6, 5_368_709_121]) {
      const response = await append("at", position, "x");

      assert.equal(codeOf(response), "409 PositionNotEqualToLength");
      assert.equal(response.headers["x-oss-next-append-position"], "5");
    }
    const nothingThere = await append("not-begun", 1, "x");

    assert.equal(codeOf(nothingThere), "409 PositionNotEqualToLength");
    assert.equal(nothingThere.headers["x-oss-next-append-position"], "0");
    assert.equal((await get("at")).text, "12345");
  });

  it("takes one of two appends to the same place", async () => {
    await append("raced", 0, "a");

    const answers = await Promise.all([append("raced", 1, "b"), append("raced", 1, "c")]);

    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 409]);
    assert.equal((await get("raced")).text.length, 2);
  });

  it("is never one that was put, completed or linked", async () => {
    await service().send({ method: "PUT", key: "normal", body: "x" });
    await service().send({
      method: "PUT",
      key: "link",
      query: [["symlink", ""]],
      headers: { "x-oss-symlink-target": "grows" },
    });
    const uploadId = await service().initiate("multipart");
    const etag = await service().putPart("multipart", uploadId, 1, "x");
    await service().complete("multipart", uploadId, [[1, etag]]);

    for (const key of ["normal", "link", "multipart"]) {
      assert.equal(codeOf(await append(key, 1, "y")), "409 ObjectNotAppendable");
    }
  });

  it("keeps what was said when it was begun, and only that", async () => {
    await append("said", 0, "a", {
      "content-type": "text/plain",
      "x-oss-meta-a": "first",
      "x-oss-tagging": "a=1",
      "x-oss-storage-class": "IA",
    });
    await append("said", 1, "b", {
      "content-type": "text/html",
      "x-oss-meta-a": "second",
      "x-oss-storage-class": "nonsense",
      "x-oss-tagging": "b&b",
    });

    const { headers, text } = await get("said");

    assert.equal(text, "ab");
    assert.equal(headers["content-type"], "text/plain");
    assert.equal(headers["x-oss-meta-a"], "first");
    assert.equal(headers["x-oss-tagging-count"], "1");
    assert.equal(headers["x-oss-storage-class"], "IA");
  });

  it("has the ACL of the last append that named one, as the Go SDK's tests expect", async () => {
    const aclOf = async () => (await service().send({ key: "acl", query: [["acl", ""]] })).element("Grant");
    await append("acl", 0, "a", { "x-oss-object-acl": "public-read-write" });
    await append("acl", 1, "b", { "x-oss-object-acl": "public-read" });

    assert.equal(await aclOf(), "public-read");
    await append("acl", 2, "c");
    assert.equal(await aclOf(), "public-read");
    await append("acl", 3, "d", { "x-oss-object-acl": "default" });
    assert.equal(await aclOf(), "default");
    const refused = await append("acl", 4, "e", { "x-oss-object-acl": "secret" });
    assert.equal(codeOf(refused), "400 InvalidArgument");
    assert.equal((await get("acl")).text, "abcd");
  });

  it("ignores how a later append wants it encrypted, and refuses what the first one wants", async () => {
    const kms = { "x-oss-server-side-encryption": "KMS", "x-oss-server-side-data-encryption": "SM4" };
    await append("plain", 0, "a");

    const later = await append("plain", 1, "b", kms);
    const first = await append("encrypted", 0, "a", kms);

    assert.equal(later.status, 200, later.text);
    assert.equal(later.headers["x-oss-server-side-encryption"], undefined);
    assert.equal(codeOf(first), "400 NotImplemented");
  });

  it("may be begun, and appended to, with nothing", async () => {
    const begun = await append("nothing", 0, "");
    const again = await append("nothing", 0, "");
    await append("nothing", 0, "x");

    assert.equal(`${begun.status} ${begun.headers["x-oss-next-append-position"]}`, "200 0");
    assert.equal(`${again.status} ${again.headers["x-oss-hash-crc64ecma"]}`, "200 0");
    assert.equal((await get("nothing")).text, "x");
  });

  it("takes no bytes that are others than the client declared", async () => {
    await append("declared", 0, "1234");

    const good = await append("declared", 4, "56789", { "content-md5": md5Base64("56789") });
    const badMd5 = await append("declared", 9, "x", { "content-md5": md5Base64("y") });
    const badCrc64 = await append("declared", 9, "x", { "x-oss-hash-crc64ecma": "1" });

    assert.equal(good.status, 200, good.text);
    assert.equal(codeOf(badMd5), "400 InvalidDigest");
    assert.equal(codeOf(badCrc64), "400 InvalidCRC64");
    assert.equal((await get("declared")).text, "123456789");
  });

  it("takes a body in chunks, as oss2 sends it", async () => {
    const query = appendQuery(0);
    const lines = await signedHead(
      service(),
      `/${testBucket}/chunks?append&position=0`,
      { method: "POST", key: "chunks", query },
      ["transfer-encoding: chunked"],
    );
    using connection = openConnection(service());

    connection.socket.write(`${lines}5\r\n12345\r\n4\r\n6789\r\n0\r\n\r\n`);
    const answer = await connection.until("\r\n\r\n");

    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.equal((await get("chunks")).text, "123456789");
  });

  it("is refused beyond 5 GiB, without a byte of it being read", async () => {
    const lines = await signedHead(
      service(),
      `/${testBucket}/large?append&position=0`,
      { method: "POST", key: "large", query: appendQuery(0) },
      ["content-length: 5368709121"],
    );
    using connection = openConnection(service());

    connection.socket.write(lines);
    const answer = await connection.until("</Error>");

    assert.match(answer, /^HTTP\/1\.1 400 [\s\S]*<Code>EntityTooLarge</);
  });

  it("needs a position, and a bucket", async () => {
    const noPosition = await service().send({ method: "POST", key: "a", query: [["append", ""]], body: "x" });
    const notANumber = await append("a", "end", "x");
    const noBucket = await service().send({
      method: "POST",
      bucket: "no-such-bucket",
      key: "a",
      query: appendQuery(0),
      body: "x",
    });

    assert.equal(codeOf(noPosition), "400 InvalidArgument");
    assert.equal(noPosition.element("ArgumentName"), "position");
    assert.equal(codeOf(notANumber), "400 InvalidArgument");
    assert.equal(codeOf(noBucket), "404 NoSuchBucket");
  });

  it("is copied as an object of one piece", async () => {
    await append("source", 0, "12345");
    await append("source", 5, "6789");

    const copied = await service().send({
      method: "PUT",
      key: "copy",
      headers: { "x-oss-copy-source": `/${testBucket}/source` },
    });

    assert.equal(copied.headers.etag, '"25F9E794323B453885F5181F1B624D0B"');
    assert.equal((await head("copy")).headers["x-oss-object-type"], "Normal");
  });
});

function appendQuery(position: number | string): readonly (readonly [string, string])[] {
  return [
    ["append", ""],
    ["position", String(position)],
  ];
}

function codeOf(response: TestResponse): string {
  return `${response.status} ${response.element("Code")}`;
}
