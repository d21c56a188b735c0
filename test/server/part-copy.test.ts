// UploadPartCopy: what its source may be, and on which conditions. Source: OSS API, UploadPartCopy; oss2's tests.
import assert from "node:assert/strict";
import { it } from "node:test";
import type { Headers } from "../../src/protocol/http-message.ts";
import { assertError } from "./assert-error.ts";
import { describeOverBothStores } from "./both-stores.ts";
import { partQuery, type TestResponse, type TestServer, testBucket } from "./test-server.ts";

const BEFORE = "Fri, 13 Nov 2015 14:47:53 GMT";
const AFTER = "Fri, 13 Nov 2099 14:47:53 GMT";
const OTHER_ETAG = "5B3C1A2E053D763E1B002CC607C5A0FE";

/** Copies the object `source`, "0123456789", into part 1 of a fresh upload. */
async function copy(service: TestServer, headers: Headers): Promise<TestResponse> {
  await service.send({ method: "PUT", key: "source", body: "0123456789" });
  const uploadId = await service.initiate("target");
  return service.send({
    method: "PUT",
    key: "target",
    query: partQuery(uploadId, "1"),
    headers: { "x-oss-copy-source": `/${testBucket}/source`, ...headers },
  });
}

async function etagOfSource(service: TestServer): Promise<string> {
  const { headers } = await service.send({ method: "PUT", key: "source", body: "0123456789" });
  return headers.etag ?? "";
}

describeOverBothStores("a part that is copied", (service) => {
  it("is answered with its time to the second, and with its ETag in header and document", async () => {
    const response = await copy(service(), {});

    assert.match(
      response.text,
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<CopyPartResult><LastModified>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z<\/LastModified><ETag>"[0-9A-F]{32}"<\/ETag><\/CopyPartResult>$/,
    );
    assert.equal(response.element("ETag"), response.headers.etag);
  });

  for (const range of ["bytes=0-9", "bytes=0-", "bytes=9-9", "bytes=-10", "bytes=-1"]) {
    it(`is the part of its source that ${range} names`, async () => {
      const response = await copy(service(), { "x-oss-copy-source-range": range });

      assert.equal(response.status, 200);
      assert.match(String(response.headers["content-range"]), /^bytes \d-9\/10$/);
    });
  }

  for (const range of [
    "bytes=10-",
    "bytes=0-10",
    "bytes=5-4",
    "bytes=-11",
    "bytes=-0",
    "bytes=-",
    "0-1",
    "bytes=0-1,3-4",
  ]) {
    it(`is the whole of it, and says so by no Content-Range, where ${range} breaks the rules`, async () => {
      const whole = await copy(service(), {});

      const response = await copy(service(), { "x-oss-copy-source-range": range });

      assert.equal(response.status, 200);
      assert.equal(response.headers["content-range"], undefined);
      assert.equal(response.headers.etag, whole.headers.etag);
    });
  }

  it("is copied where each of the four conditions holds", async () => {
    const etag = await etagOfSource(service());

    for (const headers of [
      { "x-oss-copy-source-if-match": etag },
      { "x-oss-copy-source-if-match": etag.replaceAll('"', "").toLowerCase() },
      { "x-oss-copy-source-if-none-match": OTHER_ETAG },
      { "x-oss-copy-source-if-unmodified-since": AFTER },
      { "x-oss-copy-source-if-modified-since": BEFORE },
    ]) {
      assert.equal((await copy(service(), headers)).status, 200, JSON.stringify(headers));
    }
  });

  it("is refused with 412 and the condition where its source is another", async () => {
    assertError(
      await copy(service(), { "x-oss-copy-source-if-match": OTHER_ETAG }),
      "412 PreconditionFailed",
      {
        Condition: "If-Match",
      },
    );
    assertError(
      await copy(service(), { "x-oss-copy-source-if-unmodified-since": BEFORE }),
      "412 PreconditionFailed",
      { Condition: "If-Unmodified-Since" },
    );
  });

  it("is refused with 304 and no body where its source is the one that the client has", async () => {
    const etag = await etagOfSource(service());

    for (const headers of [
      { "x-oss-copy-source-if-none-match": etag },
      { "x-oss-copy-source-if-modified-since": AFTER },
    ]) {
      const response = await copy(service(), headers);

      assert.equal(response.status, 304);
      assert.equal(response.text, "");
    }
  });

  it("is refused where its source is missing, or named in no way that can be read", async () => {
    assertError(await copy(service(), { "x-oss-copy-source": `/${testBucket}/none` }), "404 NoSuchKey", {
      Key: "none",
    });
    for (const source of ["", "/", "/bucket", "bucket", `/${testBucket}/`, "/b/k", `/${testBucket}/%ff`]) {
      assertError(await copy(service(), { "x-oss-copy-source": source }), "400 InvalidArgument", {
        Message: "Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.",
        ArgumentName: "x-oss-copy-source",
        ArgumentValue: source,
      });
    }
  });

  it("that is refused leaves no part", async () => {
    const uploadId = await service().initiate("no-part");

    await service().send({
      method: "PUT",
      key: "no-part",
      query: partQuery(uploadId, "1"),
      headers: {
        "x-oss-copy-source": `/${testBucket}/source`,
        "x-oss-copy-source-if-match": OTHER_ETAG,
      },
    });

    const listed = await service().send({ key: "no-part", query: [["uploadId", uploadId]] });
    assert.deepEqual(listed.elements("PartNumber"), []);
  });
});
