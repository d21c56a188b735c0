// What a completion takes and refuses, one by one.
// Sources: the OSS documentation of CompleteMultipartUpload, the EC pages, and the tests of the official SDKs.
import assert from "node:assert/strict";
import { it } from "node:test";
import { assertError } from "./assert-error.ts";
import { describeOverBothStores } from "./both-stores.ts";
import { completionDocument, type TestRequest, type TestResponse, type TestServer } from "./test-server.ts";

const FULL_PART = Buffer.alloc(100 * 1024, "x");
const UNKNOWN_ETAG = "0".repeat(32);

function complete(
  service: TestServer,
  key: string,
  uploadId: string,
  request: Partial<TestRequest>,
): Promise<TestResponse> {
  return service.send({ method: "POST", key, query: [["uploadId", uploadId]], ...request });
}

describeOverBothStores("CompleteMultipartUpload", (service) => {
  it("takes ETags in any case, bare, in quotes and in escaped quotes, with white space", async () => {
    const uploadId = await service().initiate("etags");
    const etags = [
      (await service().putPart("etags", uploadId, 1, FULL_PART)).toLowerCase(),
      `&#34;${await service().putPart("etags", uploadId, 2, FULL_PART)}&#34;`,
      ` "${await service().putPart("etags", uploadId, 4, "x")}"\n`,
    ];
    const parts = [1, 2, 4].map(
      (number, index) => `<Part><ETag>${etags[index]}</ETag><PartNumber>${number}</PartNumber></Part>`,
    );

    const response = await complete(service(), "etags", uploadId, {
      body: `<?xml version="1.0"?><CompleteMultipartUpload>${parts.join("\n")}</CompleteMultipartUpload>`,
    });

    assert.equal(response.status, 200, response.text);
    assert.match(response.headers.etag ?? "", /-3"$/);
  });

  it("encodes the key in its answer when asked to", async () => {
    const uploadId = await service().initiate("a b+c");
    const etag = await service().putPart("a b+c", uploadId, 1, "x");

    const response = await complete(service(), "a b+c", uploadId, {
      query: [
        ["uploadId", uploadId],
        ["encoding-type", "url"],
      ],
      body: completionDocument([[1, etag]]),
    });

    assert.match(response.text, /<CompleteMultipartUploadResult><EncodingType>url<\/EncodingType><Location>/);
    assert.equal(response.element("Key"), "a%20b%2Bc");
  });

  it("refuses to name all parts and some at once, in the service's own words", async () => {
    const uploadId = await service().initiate("both");
    const etag = await service().putPart("both", uploadId, 1, "x");

    const response = await complete(service(), "both", uploadId, {
      headers: { "x-oss-complete-all": "yes" },
      body: completionDocument([[1, etag]]),
    });

    assertError(response, "400 InvalidArgument", {
      Message: "Should not speficy both complete all header and http body.",
      ArgumentName: "x-oss-complete-all",
      ArgumentValue: "yes",
      EC: "0042-00000216",
    });
    assert.equal((await service().complete("both", uploadId, [[1, etag]])).status, 200);
  });

  it("refuses neither, and all of none", async () => {
    const uploadId = await service().initiate("neither");

    assertError(await complete(service(), "neither", uploadId, {}), "400 MalformedXML", {
      EC: "0042-00000205",
    });
    assertError(
      await complete(service(), "neither", uploadId, { headers: { "x-oss-complete-all": "yes" } }),
      "400 InvalidPart",
      { UploadId: uploadId },
    );
  });

  it("makes an object of 0 bytes of an upload without parts, as the Go SDK does of an empty stream", async () => {
    const uploadId = await service().initiate("empty");

    const response = await service().complete("empty", uploadId, []);
    const got = await service().send({ key: "empty" });

    assert.equal(response.status, 200, response.text);
    assert.equal(response.headers["x-oss-hash-crc64ecma"], "0");
    assert.equal(`${got.status} ${got.body.length}`, "200 0");
    assert.equal(got.headers["x-oss-object-type"], "Multipart");
  });

  it("does not lose the parts of an upload for a list of none", async () => {
    const uploadId = await service().initiate("not-empty");
    const etag = await service().putPart("not-empty", uploadId, 1, "x");

    assertError(await service().complete("not-empty", uploadId, []), "400 MalformedXML", {
      EC: "0042-00000205",
    });
    assert.equal((await service().complete("not-empty", uploadId, [[1, etag]])).status, 200);
    assert.equal((await service().send({ key: "not-empty" })).text, "x");
  });

  it("does not overwrite where that is forbidden, and the upload stays", async () => {
    const uploadId = await service().initiate("forbidden");
    const etag = await service().putPart("forbidden", uploadId, 1, "new");
    await service().send({ method: "PUT", key: "forbidden", body: "old" });
    const body = completionDocument([[1, etag]]);

    const refused = await complete(service(), "forbidden", uploadId, {
      headers: { "x-oss-forbid-overwrite": "true" },
      body,
    });

    assertError(refused, "409 FileAlreadyExists", { EC: "0042-00000214" });
    assert.equal((await service().send({ key: "forbidden" })).text, "old");
    assert.equal((await complete(service(), "forbidden", uploadId, { body })).status, 200);
    assert.equal((await service().send({ key: "forbidden" })).text, "new");
  });

  it("says which part is too small, and how small parts may be", async () => {
    const uploadId = await service().initiate("small");
    const small = await service().putPart("small", uploadId, 1, "x");
    const last = await service().putPart("small", uploadId, 2, "x");

    const response = await service().complete("small", uploadId, [
      [1, small],
      [2, last],
    ]);

    assertError(response, "400 EntityTooSmall", {
      Message: "Your proposed upload smaller than the minimum allowed size.",
      EC: "0042-00000213",
      MinSizeAllowed: "102400",
      ProposedSize: "1",
      PartNumber: "1",
      UploadId: uploadId,
    });
  });

  it("checks the order of numbers before whether there are such parts, and says so in the service's words", async () => {
    const uploadId = await service().initiate("order");

    const response = await service().complete("order", uploadId, [
      [2, UNKNOWN_ETAG],
      [1, UNKNOWN_ETAG],
    ]);

    assertError(response, "400 InvalidPartOrder", {
      Message:
        "The list of parts was not in ascending order. Parts list must specified in order by part number",
      EC: "0042-00000209",
    });
  });

  it("refuses a number outside 1 to 10,000 as UploadPart does", async () => {
    const uploadId = await service().initiate("number");

    assertError(
      await service().complete("number", uploadId, [[10_001, UNKNOWN_ETAG]]),
      "400 InvalidArgument",
      {
        Message: "Part number must be an integer between 1 and 10000, inclusive.",
        ArgumentName: "PartNumber",
        ArgumentValue: "10001",
        EC: "0017-00000220",
      },
    );
  });
});
