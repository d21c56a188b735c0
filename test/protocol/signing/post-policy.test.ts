import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Form } from "../../../src/protocol/http-message.ts";
import { parsePostPolicy, type SizeRange } from "../../../src/protocol/signing/post-policy.ts";
import { verifyPostPolicy } from "../../../src/protocol/signing/verify-post-policy.ts";
import { aForm } from "../request-builder.ts";
import { exampleTime } from "./example-request.ts";
import { changed, encodePolicy, v1Fields, v4Fields } from "./posted-examples.ts";
import { serviceErrorLike } from "./service-error-like.ts";

const EXPIRATION = "2023-12-03T13:00:00.000Z";

function verify(
  form: Form,
  conditions: readonly unknown[],
  options: Partial<Parameters<typeof verifyPostPolicy>[1]> = {},
): SizeRange | undefined {
  return verifyPostPolicy(parsePostPolicy(encodePolicy({ expiration: EXPIRATION, conditions })), {
    bucket: "examplebucket",
    form,
    scheme: "v1-form",
    now: exampleTime,
    ...options,
  });
}

function violation(reason: string): (error: unknown) => boolean {
  return serviceErrorLike({
    code: "AccessDenied",
    status: 403,
    message: `Invalid according to Policy: ${reason}`,
  });
}

describe("parsePostPolicy()", () => {
  it("reads every kind of condition", () => {
    const conditions = [
      { bucket: "b", acl: "private" },
      ["eq", "$key", "k"],
      ["starts-with", "$key", ""],
      ["content-length-range", 1, "10"],
      ["in", "$content-type", ["image/jpg", "image/png"]],
      ["not-in", "$cache-control", ["no-cache"]],
    ];

    assert.deepEqual(parsePostPolicy(encodePolicy({ expiration: EXPIRATION, conditions })), {
      expiration: new Date(EXPIRATION),
      conditions: [
        { operator: "eq", field: "bucket", value: "b" },
        { operator: "eq", field: "acl", value: "private" },
        { operator: "eq", field: "key", value: "k" },
        { operator: "starts-with", field: "key", value: "" },
        { operator: "content-length-range", minBytes: 1, maxBytes: 10 },
        { operator: "in", field: "content-type", values: ["image/jpg", "image/png"] },
        { operator: "not-in", field: "cache-control", values: ["no-cache"] },
      ],
    });
  });

  it("knows the escaped dollar, which JSON does not, and leaves an escaped backslash before one alone", () => {
    const text = String.raw`{"expiration":"${EXPIRATION}","conditions":[["eq","\$key","\$a\\$b"]]}`;

    assert.deepEqual(parsePostPolicy(Buffer.from(text).toString("base64")).conditions, [
      { operator: "eq", field: "key", value: String.raw`$a\$b` },
    ]);
  });

  for (const [what, encoded] of [
    ["no Base64", "%%%"],
    ["no UTF-8", Buffer.from([0xff]).toString("base64")],
    ["no JSON", Buffer.from("{oops").toString("base64")],
    ["no object", encodePolicy([])],
    ["null", encodePolicy(null)],
    ["no expiration", encodePolicy({ conditions: [] })],
    ["an expiration without a zone", encodePolicy({ expiration: "2023-12-03T13:00:00", conditions: [] })],
    ["an expiration that is no moment", encodePolicy({ expiration: "2023-99-03T13:00:00Z", conditions: [] })],
    ["an expiration that is a number", encodePolicy({ expiration: 1701605532, conditions: [] })],
    ["no conditions", encodePolicy({ expiration: EXPIRATION })],
    ...[
      "key",
      null,
      { key: 1 },
      ["eq", "$key"],
      ["eq", "key", "k"],
      ["eq", "$", "k"],
      ["eq", "$key", ["k"]],
      ["like", "$key", "k"],
      ["in", "$key", "k"],
      ["in", "$key", [1]],
      ["content-length-range", -1, 10],
      ["content-length-range", 0, 1.5],
      ["content-length-range", 0, "many"],
    ].map(
      (condition) =>
        [
          `the condition ${JSON.stringify(condition)}`,
          encodePolicy({ expiration: EXPIRATION, conditions: [condition] }),
        ] as const,
    ),
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => parsePostPolicy(encoded),
        serviceErrorLike({ code: "InvalidPolicyDocument", status: 400 }),
      );
    });
  }
});

describe("verifyPostPolicy()", () => {
  it("accepts the examples and tells how long the file may be", () => {
    for (const [fields, scheme] of [
      [v1Fields, "v1-form"],
      [v4Fields, "v4-form"],
    ] as const) {
      const range = verifyPostPolicy(parsePostPolicy(fields.policy), {
        bucket: "examplebucket",
        form: aForm(fields),
        scheme,
        now: exampleTime,
      });

      assert.deepEqual(range, { minBytes: 1, maxBytes: 1_048_576 });
    }
  });

  it("is good until its last moment", () => {
    verify(aForm({}), [], { now: new Date(EXPIRATION) });
    assert.throws(
      () => verify(aForm({}), [], { now: new Date(Date.parse(EXPIRATION) + 1) }),
      violation("Policy expired."),
    );
  });

  it("takes the narrowest of several ranges, and none for no limit", () => {
    assert.equal(verify(aForm({}), []), undefined);
    assert.deepEqual(
      verify(aForm({}), [
        ["content-length-range", 1, 100],
        ["content-length-range", 0, 10],
      ]),
      { minBytes: 1, maxBytes: 10 },
    );
  });

  for (const [condition, fields] of [
    [{ bucket: "examplebucket" }, {}],
    [["eq", "$Key", "a"], { KEY: "a" }],
    [["starts-with", "$key", "user/"], { key: "user/a" }],
    [["starts-with", "$x-oss-meta-a", ""], { "x-oss-meta-a": "" }],
    [["in", "$content-type", ["image/jpg", "image/png"]], { "x-oss-content-type": "image/png" }],
    [["not-in", "$cache-control", ["no-cache"]], { "cache-control": "private" }],
    [["not-in", "$cache-control", ["no-cache"]], {}],
  ] as const) {
    it(`lets ${JSON.stringify(fields)} through ${JSON.stringify(condition)}`, () => {
      verify(aForm(fields), [condition]);
    });
  }

  for (const [condition, fields, words] of [
    [{ bucket: "another" }, { bucket: "another" }, '["eq", "$bucket", "another"]'],
    [["eq", "$key", "a"], { key: "b" }, '["eq", "$key", "a"]'],
    [["eq", "$key", "a"], { key: "A" }, '["eq", "$key", "a"]'],
    [["starts-with", "$key", "user/"], { key: "use" }, '["starts-with", "$key", "user/"]'],
    // As OSS answered in iiDestiny/flysystem-oss#105.
    [["eq", "$x-oss-security-token", ""], {}, '["eq", "$x-oss-security-token", ""]'],
    [["starts-with", "$x-oss-meta-a", ""], {}, '["starts-with", "$x-oss-meta-a", ""]'],
    [["in", "$cache-control", ["a", "b"]], { "cache-control": "c" }, '["in", "$cache-control", ["a", "b"]]'],
    [["not-in", "$cache-control", ["a"]], { "cache-control": "a" }, '["not-in", "$cache-control", ["a"]]'],
  ] as const) {
    it(`refuses ${JSON.stringify(fields)} by ${words}`, () => {
      assert.throws(() => verify(aForm(fields), [condition]), violation(`Policy Condition failed: ${words}`));
    });
  }

  it("judges a key with the file's name in it, or as it was written", () => {
    const form = aForm({ key: "user/$" + "{filename}" }, { name: "a.txt" });

    verify(form, [["eq", "$key", "user/a.txt"]]);
    verify(form, [{ key: "user/$" + "{filename}" }]);
    verify(form, [["starts-with", "$key", "user/a"]]);
    assert.throws(
      () => verify(form, [["not-in", "$key", ["user/a.txt"]]]),
      violation('Policy Condition failed: ["not-in", "$key", ["user/a.txt"]]'),
    );
  });

  it("judges the type that the object would get, whichever field says it", () => {
    const condition = ["eq", "$content-type", "image/png"];

    verify(aForm({}, { contentType: "image/png" }), [condition]);
    assert.throws(
      () => verify(aForm({ "x-oss-content-type": "text/html" }, { contentType: "image/png" }), [condition]),
      violation('Policy Condition failed: ["eq", "$content-type", "image/png"]'),
    );
  });

  it("judges of a repeated field the first, which is the one that counts", () => {
    const form: Form = {
      fields: [
        ["x-oss-meta-a", "first"],
        ["X-OSS-META-A", "second"],
      ],
      file: {},
    };

    verify(form, [{ "x-oss-meta-a": "first" }]);
    assert.throws(
      () => verify(form, [{ "x-oss-meta-a": "second" }]),
      serviceErrorLike({ code: "AccessDenied", status: 403 }),
    );
  });

  for (const name of ["x-oss-signature-version", "x-oss-credential", "x-oss-date"] as const) {
    it(`wants ${name} bound by the policy of a V4 form`, () => {
      const bound = Object.entries(v4Fields).filter(
        ([field]) => field.startsWith("x-oss-") && field !== "x-oss-signature" && field !== name,
      );

      assert.throws(
        () => verify(changed(v4Fields, {}), [Object.fromEntries(bound)], { scheme: "v4-form" }),
        violation(`the policy has no condition for ${name}.`),
      );
    });
  }
});
