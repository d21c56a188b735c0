import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  copyObject,
  getObject,
  oss,
  putObject,
  type RequestMessage,
  uploadPart,
  uploadPartCopy,
} from "../../src/protocol/index.ts";
import { aRequest, serviceError } from "./request-builder.ts";

const NAME = "x-oss-traffic-limit";
const PART = { partNumber: "1", uploadId: "A1" };
const SOURCE = { "x-oss-copy-source": "/bucket/key" };

const operations = [
  { operation: getObject, query: {}, headers: {} },
  { operation: putObject, query: {}, headers: {} },
  { operation: uploadPart, query: PART, headers: {} },
  { operation: uploadPartCopy, query: PART, headers: SOURCE },
  { operation: copyObject, query: {}, headers: SOURCE },
] as const;

for (const { operation, query, headers } of operations) {
  describe(`${NAME} of ${operation.name}`, () => {
    const decode = (request: RequestMessage) => operation.decodeRequest(request, oss).trafficLimit;

    it("is read from the header, or from the query of a signed URL", () => {
      assert.equal(decode(aRequest({ query, headers: { ...headers, [NAME]: "819200" } })), 819_200);
      assert.equal(decode(aRequest({ query: { ...query, [NAME]: "819200" }, headers })), 819_200);
      assert.equal(decode(aRequest({ query, headers })), undefined);
    });

    // Source: the Go SDK v2, which names both ends.
    for (const value of ["245760", "838860800"]) {
      it(`may be ${value}`, () => {
        assert.equal(decode(aRequest({ query, headers: { ...headers, [NAME]: value } })), Number(value));
      });
    }

    for (const value of [
      "245759",
      "838860801",
      "0",
      "-245760",
      "1e6",
      "819200.5",
      " 819200",
      "",
      "99999999999",
    ]) {
      it(`is refused when it is ${JSON.stringify(value)}`, () => {
        const refusal = serviceError("InvalidArgument", {
          fields: { ArgumentName: NAME, ArgumentValue: value },
        });

        assert.throws(() => decode(aRequest({ query, headers: { ...headers, [NAME]: value } })), refusal);
        assert.throws(() => decode(aRequest({ query: { ...query, [NAME]: value }, headers })), refusal);
      });
    }

    it("is refused in both places at once, even with one value", () => {
      const request = aRequest({
        query: { ...query, [NAME]: "819200" },
        headers: { ...headers, [NAME]: "819200" },
      });

      assert.throws(
        () => decode(request),
        serviceError("InvalidArgument", { fields: { ArgumentName: NAME } }),
      );
    });
  });
}
