import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { getBucketCors, oss, putBucketCors } from "../../../src/protocol/index.ts";
import { aRequest, EXAMPLE_BUCKET, serviceError } from "../request-builder.ts";

function decode(content: string): unknown {
  const text = `<CORSConfiguration>${content}</CORSConfiguration>`;
  return putBucketCors.decodeRequest(
    aRequest({ method: "PUT", resource: EXAMPLE_BUCKET, query: { cors: "" }, text }),
    oss,
  ).configuration;
}

function rule(more = "", origin = "*", method = "GET"): string {
  return `<CORSRule><AllowedOrigin>${origin}</AllowedOrigin><AllowedMethod>${method}</AllowedMethod>${more}</CORSRule>`;
}

// Source: OSS, PutBucketCors, its example, blanks included.
const EXAMPLE = `<?xml version="1.0" encoding="UTF-8"?>
<CORSConfiguration>
    <CORSRule>
      <AllowedOrigin>*</AllowedOrigin>
      <AllowedMethod>PUT</AllowedMethod>
      <AllowedMethod>GET</AllowedMethod>
      <AllowedHeader>Authorization</AllowedHeader>
    </CORSRule>
    <CORSRule>
      <AllowedOrigin>http://www.a.com</AllowedOrigin>
      <AllowedOrigin>http://www.b.com</AllowedOrigin>
      <AllowedMethod>GET</AllowedMethod>
      <AllowedHeader> Authorization</AllowedHeader>
      <ExposeHeader>x-oss-test</ExposeHeader>
      <ExposeHeader>x-oss-test1</ExposeHeader>
      <MaxAgeSeconds>100</MaxAgeSeconds>
    </CORSRule>
    <ResponseVary>false</ResponseVary>
</CORSConfiguration >`;

const EXAMPLE_CONFIGURATION = {
  rules: [
    {
      allowedOrigins: ["*"],
      allowedMethods: ["PUT", "GET"],
      allowedHeaders: ["Authorization"],
      exposeHeaders: [],
    },
    {
      allowedOrigins: ["http://www.a.com", "http://www.b.com"],
      allowedMethods: ["GET"],
      allowedHeaders: ["Authorization"],
      exposeHeaders: ["x-oss-test", "x-oss-test1"],
      maxAgeSeconds: 100,
    },
  ],
  responseVary: false,
} as const;

describe("putBucketCors.decodeRequest()", () => {
  it("reads the example of OSS's page", () => {
    const request = aRequest({ method: "PUT", resource: EXAMPLE_BUCKET, text: EXAMPLE });

    assert.deepEqual(putBucketCors.decodeRequest(request, oss), {
      bucket: "examplebucket",
      configuration: EXAMPLE_CONFIGURATION,
    });
  });

  const malformed: readonly (readonly [what: string, content: string])[] = [
    ["no rule", ""],
    ["no rule, but a flag", "<ResponseVary>true</ResponseVary>"],
    ["no origin", "<CORSRule><AllowedMethod>GET</AllowedMethod></CORSRule>"],
    ["no method", "<CORSRule><AllowedOrigin>*</AllowedOrigin></CORSRule>"],
    ["two ages", rule("<MaxAgeSeconds>1</MaxAgeSeconds><MaxAgeSeconds>2</MaxAgeSeconds>")],
    ["an element that nobody knows", rule("<AllowCredentials>true</AllowCredentials>")],
    ["more than 16 KiB", rule(`<AllowedHeader>${"x".repeat(16 * 1024)}</AllowedHeader>`)],
  ];
  for (const [what, content] of malformed) {
    it(`refuses as malformed: ${what}`, () => {
      assert.throws(() => decode(content), serviceError("MalformedXML"));
    });
  }

  const wrongValues: readonly (readonly [name: string, value: string, content: string])[] = [
    // oss2's tests expect name and value (test_invalid_argument).
    ["MaxAgeSeconds", "-1", rule("<MaxAgeSeconds>-1</MaxAgeSeconds>")],
    ["MaxAgeSeconds", "1000000000", rule("<MaxAgeSeconds>1000000000</MaxAgeSeconds>")],
    ["AllowedOrigin", "http://*.*", rule("", "http://*.*")],
    ["AllowedOrigin", "", rule("", "")],
    ["AllowedOrigin", "http://a b", rule("", "http://a b")],
    ["AllowedMethod", "PATCH", rule("", "*", "PATCH")],
    ["AllowedMethod", "get", rule("", "*", "get")],
    ["AllowedHeader", "*-*", rule("<AllowedHeader>*-*</AllowedHeader>")],
    ["AllowedHeader", "a b", rule("<AllowedHeader>a b</AllowedHeader>")],
    ["ExposeHeader", "*", rule("<ExposeHeader>*</ExposeHeader>")],
    ["ExposeHeader", "a: b", rule("<ExposeHeader>a: b</ExposeHeader>")],
    ["ResponseVary", "maybe", `${rule()}<ResponseVary>maybe</ResponseVary>`],
  ];
  for (const [name, value, content] of wrongValues) {
    it(`refuses the ${name} ${JSON.stringify(value)}`, () => {
      assert.throws(
        () => decode(content),
        serviceError("InvalidArgument", { fields: { ArgumentName: name, ArgumentValue: value } }),
      );
    });
  }

  it("takes 20 rules, and no more", () => {
    decode(rule().repeat(20));

    assert.throws(
      () => decode(rule().repeat(21)),
      serviceError("CORSRuleBeyondLimit", {
        message: "The CORS Rules num is beyond limit.",
        ec: "0034-00000006",
      }),
    );
  });
});

describe("getBucketCors.encodeResponse()", () => {
  it("writes the rules in order and then the flag", () => {
    const { text } = getBucketCors.encodeResponse({ configuration: EXAMPLE_CONFIGURATION }, oss);

    assert.equal(
      text,
      '<?xml version="1.0" encoding="UTF-8"?>\n<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin>' +
        "<AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod>" +
        "<AllowedHeader>Authorization</AllowedHeader></CORSRule><CORSRule>" +
        "<AllowedOrigin>http://www.a.com</AllowedOrigin><AllowedOrigin>http://www.b.com</AllowedOrigin>" +
        "<AllowedMethod>GET</AllowedMethod><AllowedHeader>Authorization</AllowedHeader>" +
        "<ExposeHeader>x-oss-test</ExposeHeader><ExposeHeader>x-oss-test1</ExposeHeader>" +
        "<MaxAgeSeconds>100</MaxAgeSeconds></CORSRule><ResponseVary>false</ResponseVary></CORSConfiguration>",
    );
  });
});
