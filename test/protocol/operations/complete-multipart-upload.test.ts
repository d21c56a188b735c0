import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { completeMultipartUpload, oss, type RequestMessage } from "../../../src/protocol/index.ts";
import { anXmlAnswer, aRequest, type RequestParts, serviceError } from "../request-builder.ts";

const ETAG = "4DE8075FB607DF4D13FBC480EA488EFA";

function aCompletion(parts: RequestParts = {}): RequestMessage {
  return aRequest({ method: "POST", query: { uploadId: "A1" }, ...parts });
}

function aPartList(partNumbers: readonly (number | string)[], etag = `"${ETAG}"`): string {
  const parts = partNumbers.map(
    (number) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`,
  );
  return `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`;
}

function decodeParts(text: string): unknown {
  return completeMultipartUpload.decodeRequest(aCompletion({ text }), oss).parts;
}

describe("completeMultipartUpload.encodeRequest()", () => {
  it("writes the document of OSS's CompleteMultipartUpload page", () => {
    const request = completeMultipartUpload.encodeRequest(
      { bucket: "b1b", key: "k", uploadId: "A1", parts: [{ partNumber: 1, etag: ETAG }] },
      oss,
    );

    assert.equal(
      request.text,
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"${ETAG}"</ETag></Part></CompleteMultipartUpload>`,
    );
    assert.deepEqual(request.query, [["uploadId", "A1"]]);
  });

  it("asks for all parts with a header and no document", () => {
    const request = completeMultipartUpload.encodeRequest(
      { bucket: "b1b", key: "k", uploadId: "A1", parts: "all" },
      oss,
    );

    assert.equal(request.text, undefined);
    assert.deepEqual(request.headers, { "x-oss-complete-all": "yes" });
  });
});

describe("completeMultipartUpload.decodeRequest()", () => {
  // Seen from oss2 and ali-oss, from the Go SDKs, and from neither but plausible.
  for (const written of [`"${ETAG}"`, `&#34;${ETAG}&#34;`, `&quot;${ETAG}&quot;`, ETAG, ` "${ETAG}"\n`]) {
    it(`reads the ETag ${JSON.stringify(written)}`, () => {
      assert.deepEqual(decodeParts(aPartList([1], written)), [{ partNumber: 1, etag: ETAG }]);
    });
  }

  it("reads an indented document with a declaration and a namespace", () => {
    const text = `<?xml version="1.0"?>
      <CompleteMultipartUpload xmlns="http://doc.oss-cn-hangzhou.aliyuncs.com">
        <Part> <PartNumber> 7 </PartNumber> <ETag>${ETAG}</ETag> </Part>
      </CompleteMultipartUpload>`;

    assert.deepEqual(decodeParts(text), [{ partNumber: 7, etag: ETAG }]);
  });

  it("accepts gaps and the last possible number", () => {
    assert.deepEqual(decodeParts(aPartList([1, 9_999, 10_000])), [
      { partNumber: 1, etag: ETAG },
      { partNumber: 9_999, etag: ETAG },
      { partNumber: 10_000, etag: ETAG },
    ]);
  });

  for (const number of [0, 10_001, -1, "1.5", "one", ""]) {
    it(`refuses part number ${JSON.stringify(number)}`, () => {
      assert.throws(
        () => decodeParts(aPartList([number])),
        serviceError("InvalidArgument", {
          ec: "0017-00000220",
          message: "Part number must be an integer between 1 and 10000, inclusive.",
          fields: { ArgumentName: "PartNumber", ArgumentValue: String(number) },
        }),
      );
    });
  }

  for (const numbers of [
    [2, 1],
    [1, 1],
    [1, 3, 2],
  ]) {
    it(`refuses the order ${numbers.join(", ")}`, () => {
      assert.throws(
        () => decodeParts(aPartList(numbers)),
        serviceError("InvalidPartOrder", { ec: "0042-00000209" }),
      );
    });
  }

  it("reads a list of no parts, as the Go SDK sends it of an empty stream", () => {
    const text = "<CompleteMultipartUpload></CompleteMultipartUpload>";

    assert.deepEqual(completeMultipartUpload.decodeRequest(aCompletion({ text }), oss).parts, []);
  });

  const noDocuments = {
    "no body": undefined,
    "an empty body": "",
    "a body that is no XML": "parts please",
    "a document that breaks off": "<CompleteMultipartUpload><Part>",
    "another document": "<Delete/>",
    "a part without ETag":
      "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>",
    "a part without number": "<CompleteMultipartUpload><Part><ETag>A</ETag></Part></CompleteMultipartUpload>",
    "10,001 parts": aPartList(Array.from({ length: 10_001 }, (_, index) => index + 1)),
  };
  for (const [what, text] of Object.entries(noDocuments)) {
    it(`refuses ${what}`, () => {
      const request = aCompletion(text === undefined ? {} : { text });

      assert.throws(
        () => completeMultipartUpload.decodeRequest(request, oss),
        serviceError("MalformedXML", { ec: "0042-00000205" }),
      );
    });
  }

  it("reads 10,000 parts in less than a second", () => {
    const text = aPartList(Array.from({ length: 10_000 }, (_, index) => index + 1));
    const startedAtMs = performance.now();

    const { parts } = completeMultipartUpload.decodeRequest(aCompletion({ text }), oss);

    assert.equal(parts.length, 10_000);
    assert.ok(performance.now() - startedAtMs < 1000);
  });

  it("takes all parts when asked without a list", () => {
    const request = aCompletion({ headers: { "x-oss-complete-all": "yes" } });

    assert.equal(completeMultipartUpload.decodeRequest(request, oss).parts, "all");
  });

  it("refuses a list beside complete-all in the service's own words", () => {
    const request = aCompletion({ headers: { "x-oss-complete-all": "yes" }, text: aPartList([1]) });

    assert.throws(
      () => completeMultipartUpload.decodeRequest(request, oss),
      serviceError("InvalidArgument", {
        ec: "0042-00000216",
        message: "Should not speficy both complete all header and http body.",
        fields: { ArgumentName: "x-oss-complete-all", ArgumentValue: "yes" },
      }),
    );
  });

  for (const [name, value] of [
    ["x-oss-complete-all", "no"],
    ["x-oss-object-acl", "everyone"],
    ["x-oss-forbid-overwrite", "maybe"],
  ] as const) {
    it(`refuses ${name}: ${value}`, () => {
      const request = aCompletion({ headers: { [name]: value }, text: aPartList([1]) });

      assert.throws(
        () => completeMultipartUpload.decodeRequest(request, oss),
        serviceError("InvalidArgument", { fields: { ArgumentName: name, ArgumentValue: value } }),
      );
    });
  }

  it("refuses an empty upload id", () => {
    const request = aCompletion({ query: { uploadId: "" }, text: aPartList([1]) });

    assert.throws(
      () => completeMultipartUpload.decodeRequest(request, oss),
      serviceError("NoSuchUpload", { ec: "0017-00000244" }),
    );
  });
});

describe("completeMultipartUpload.encodeResponse()", () => {
  it("writes the document of OSS's page, byte for byte but for its white space", () => {
    const response = completeMultipartUpload.encodeResponse(
      {
        encodingType: "url",
        location: "http://bucket.oss-cn-hangzhou.aliyuncs.com/a%20b",
        bucket: "bucket",
        key: "a b+c",
        etag: "1C787C506EABFB9B45EAAA8DB039F4B2-2",
        crc64: 8028216303960365413n,
      },
      oss,
    );

    assert.deepEqual(response, {
      status: 200,
      headers: {
        "content-type": "application/xml",
        etag: '"1C787C506EABFB9B45EAAA8DB039F4B2-2"',
        "x-oss-hash-crc64ecma": "8028216303960365413",
      },
      text:
        '<?xml version="1.0" encoding="UTF-8"?>\n<CompleteMultipartUploadResult><EncodingType>url</EncodingType>' +
        "<Location>http://bucket.oss-cn-hangzhou.aliyuncs.com/a%20b</Location><Bucket>bucket</Bucket>" +
        '<Key>a%20b%2Bc</Key><ETag>"1C787C506EABFB9B45EAAA8DB039F4B2-2"</ETag></CompleteMultipartUploadResult>',
    });
  });
});

describe("completeMultipartUpload.decodeResponse()", () => {
  it("throws the error inside a 203: the object is there, its callback failed", () => {
    const response = {
      status: 203,
      headers: {},
      text: "<Error><Code>CallbackFailed</Code><Message>m</Message><EC>0007-00000203</EC></Error>",
    };

    assert.throws(
      () => completeMultipartUpload.decodeResponse(response, oss),
      serviceError("CallbackFailed"),
    );
  });

  it("refuses an answer that is another document", () => {
    assert.throws(
      () => completeMultipartUpload.decodeResponse(anXmlAnswer("<html/>"), oss),
      serviceError("BadResponse"),
    );
  });
});
