// What every call of a multipart upload says of an upload that is not open.
// Sources: OSS's EC pages, and answers recorded by the SDKs' tests.
import assert from "node:assert/strict";
import { it } from "node:test";
import { assertError } from "./assert-error.ts";
import { describeOverBothStores } from "./both-stores.ts";
import { completionDocument, partQuery, testBucket } from "./test-server.ts";

const UNKNOWN_ID = "0".repeat(32);

describeOverBothStores("an upload that is not open", (service) => {
  const copySource = { "x-oss-copy-source": `/${testBucket}/k` };
  const body = completionDocument([[1, "A".repeat(32)]]);
  for (const [what, request, ec] of [
    ["UploadPart", { method: "PUT", query: partQuery(UNKNOWN_ID, "1"), body: "x" }, "0042-00000104"],
    [
      "UploadPartCopy",
      { method: "PUT", query: partQuery(UNKNOWN_ID, "1"), headers: copySource },
      "0042-00000311",
    ],
    ["AbortMultipartUpload", { method: "DELETE", query: [["uploadId", UNKNOWN_ID]] }, "0042-00000002"],
    ["CompleteMultipartUpload", { method: "POST", query: [["uploadId", UNKNOWN_ID]], body }, undefined],
    ["ListParts", { query: [["uploadId", UNKNOWN_ID]] }, "0042-00000002"],
  ] as const) {
    it(`is told to ${what} with its id, and the published EC where there is one`, async () => {
      const response = await service().send({ key: "k", ...request });

      assertError(response, "404 NoSuchUpload", {
        Message:
          "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
        UploadId: UNKNOWN_ID,
      });
      assert.equal(response.element("EC"), ec);
    });
  }

  it("is one whose id is empty, with an EC of its own", async () => {
    const response = await service().send({ method: "PUT", key: "k", query: partQuery("", "1"), body: "x" });

    assertError(response, "404 NoSuchUpload", { EC: "0017-00000244" });
  });

  it("is another key's and another bucket's", async () => {
    const uploadId = await service().initiate("owner");

    const response = await service().send({ key: "other", query: [["uploadId", uploadId]] });

    assertError(response, "404 NoSuchUpload", { UploadId: uploadId });
  });

  it("is one that is aborted twice", async () => {
    const uploadId = await service().initiate("aborted");
    const abort = { method: "DELETE", key: "aborted", query: [["uploadId", uploadId]] } as const;
    await service().send(abort);

    assertError(await service().send(abort), "404 NoSuchUpload", { EC: "0042-00000002" });
  });
});
