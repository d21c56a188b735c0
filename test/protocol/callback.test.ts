import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { completeMultipartUpload, oss, putObject, type RequestMessage } from "../../src/protocol/index.ts";
import { aRequest, serviceError } from "./request-builder.ts";

const PART_LIST =
  "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>A</ETag></Part></CompleteMultipartUpload>";

const operations = [
  { operation: putObject, query: {}, text: undefined },
  { operation: completeMultipartUpload, query: { uploadId: "A1" }, text: PART_LIST },
] as const;

for (const { operation, query, text } of operations) {
  describe(`the callback of ${operation.name}`, () => {
    const request = (
      parts: Pick<Parameters<typeof aRequest>[0] & object, "headers" | "query">,
    ): RequestMessage =>
      aRequest({
        ...parts,
        query: { ...query, ...parts.query },
        ...(text === undefined ? {} : { text }),
      });

    it("is read from the headers, or from the query of a signed URL", () => {
      const fromHeaders = operation.decodeRequest(
        request({ headers: { "x-oss-callback": "e30=", "x-oss-callback-var": "e31=" } }),
        oss,
      );
      const fromQuery = operation.decodeRequest(
        request({ query: { callback: "e30=", "callback-var": "e31=" } }),
        oss,
      );

      for (const { callback, callbackVar } of [fromHeaders, fromQuery]) {
        assert.deepEqual([callback, callbackVar], ["e30=", "e31="]);
      }
    });

    for (const [header, parameter] of [
      ["x-oss-callback", "callback"],
      ["x-oss-callback-var", "callback-var"],
    ] as const) {
      it(`is refused when ${header} stands in both`, () => {
        const both = request({ headers: { [header]: "e30=" }, query: { [parameter]: "e30=" } });

        assert.throws(
          () => operation.decodeRequest(both, oss),
          serviceError("InvalidArgument", { fields: { ArgumentName: header, ArgumentValue: "e30=" } }),
        );
      });
    }

    it("answers in place of the service, behind the service's headers", () => {
      // As the Go SDK v2's mock tests have it.
      const response = operation.encodeResponse(
        { etag: "D41D8CD98F00B204E9800998ECF8427E", crc64: 0n, callbackBody: '{"a":"b"}' },
        oss,
      );

      assert.deepEqual(response, {
        status: 200,
        headers: {
          etag: '"D41D8CD98F00B204E9800998ECF8427E"',
          "x-oss-hash-crc64ecma": "0",
          "content-type": "application/json",
        },
        text: '{"a":"b"}',
      });
      assert.deepEqual(operation.decodeResponse(response, oss), {
        etag: "D41D8CD98F00B204E9800998ECF8427E",
        crc64: 0n,
        callbackBody: '{"a":"b"}',
      });
    });
  });
}
