// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates of callbacks are written so
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseCallback } from "../../../src/server/callback/parse-callback.ts";
import { serviceError } from "../../protocol/request-builder.ts";

function base64(document: unknown): string {
  return Buffer.from(JSON.stringify(document)).toString("base64");
}

function callbackOf(document: Record<string, unknown>, variables?: unknown) {
  const complete = { callbackUrl: "http://a.example/b", callbackBody: "b=${bucket}", ...document };
  return parseCallback({
    callback: base64(complete),
    ...(variables === undefined ? {} : { callbackVar: base64(variables) }),
  });
}

function hrefsOf(callbackUrl: string): readonly string[] | undefined {
  return callbackOf({ callbackUrl })?.urls.map(({ href }) => href);
}

describe("parseCallback()", () => {
  it("reads nothing where there is no callback", () => {
    assert.equal(parseCallback({}), undefined);
  });

  it("reads every field of OSS's Callback page", () => {
    const callback = callbackOf(
      {
        callbackUrl: "https://www.example.com:8443/x?y=z",
        callbackHost: "host.example:1234",
        callbackBody: '{"size":${size}}',
        callbackBodyType: "application/json",
        callbackSNI: true,
      },
      { "x:my_var": "value" },
    );

    assert.deepEqual(
      { ...callback, urls: callback?.urls.map(({ href }) => href) },
      {
        urls: ["https://www.example.com:8443/x?y=z"],
        host: "host.example:1234",
        bodyTemplate: '{"size":${size}}',
        bodyType: "application/json",
        variables: new Map([["x:my_var", "value"]]),
      },
    );
  });

  it("takes the body for a form's, and the host for the URL's, when nobody says otherwise", () => {
    const callback = callbackOf({ callbackHost: "", callbackBodyType: "" });

    assert.equal(callback?.bodyType, "application/x-www-form-urlencoded");
    assert.equal(callback?.host, undefined);
  });

  it("takes up to five URLs, with or without a scheme", () => {
    assert.deepEqual(hrefsOf("121.43.113.8:23456/index.html"), ["http://121.43.113.8:23456/index.html"]);
    assert.deepEqual(hrefsOf("http://a/1; https://b/2 ;c.example;[2001:db8::1]:80/x;HTTP://e/;"), [
      "http://a/1",
      "https://b/2",
      "http://c.example/",
      "http://[2001:db8::1]/x",
      "http://e/",
    ]);
  });

  it("refuses six URLs", () => {
    assert.throws(
      () => hrefsOf("http://a;http://b;http://c;http://d;http://e;http://f"),
      serviceError("InvalidArgument", { ec: "0007-00000005", fields: { ArgumentName: "callback" } }),
    );
  });

  // The second is the example of EC 0007-00000004's page.
  for (const callbackUrl of [
    "",
    "www.callback-example.com:test",
    ";",
    "ftp://a/",
    "file:///etc/passwd",
    "http://",
    "http://a/;gopher://b/",
    "http://user:secret@a/",
    "http://a b/",
    7,
    undefined,
  ]) {
    it(`refuses the URL ${JSON.stringify(callbackUrl)}`, () => {
      assert.throws(
        () => callbackOf({ callbackUrl }),
        serviceError("InvalidArgument", { ec: "0007-00000004" }),
      );
    });
  }

  for (const callbackBody of ["", undefined, 7, null]) {
    it(`refuses the body ${JSON.stringify(callbackBody)}`, () => {
      assert.throws(
        () => callbackOf({ callbackBody }),
        serviceError("InvalidArgument", { ec: "0007-00000011" }),
      );
    });
  }

  for (const document of [
    { callbackBodyType: "text/plain" },
    { callbackBodyType: 1 },
    { callbackHost: "a\r\nx: y" },
    { callbackHost: "a/b" },
    { callbackHost: 1 },
  ]) {
    it(`refuses ${JSON.stringify(document)}`, () => {
      assert.throws(() => callbackOf(document), serviceError("InvalidArgument"));
    });
  }

  it("says that it sends no additional headers, rather than leave them out", () => {
    assert.throws(
      () => callbackOf({ additionalHeaders: { key1: "val1" } }),
      serviceError("NotImplemented", { fields: { Header: "additionalHeaders" } }),
    );
  });

  for (const [what, callback] of [
    ["what is no Base64", "x123-*&"],
    ["what is no JSON", Buffer.from("{").toString("base64")],
    ["what is no UTF-8", Buffer.from([0x22, 0xff, 0x22]).toString("base64")],
    ["a list", base64([])],
    ["null", base64(null)],
    ["nothing", ""],
  ] as const) {
    it(`refuses ${what}, as a callback and as its variables`, () => {
      assert.throws(
        () => parseCallback({ callback }),
        serviceError("InvalidArgument", { ec: "0007-00000002", fields: { ArgumentName: "callback" } }),
      );
      assert.throws(
        () => parseCallback({ callbackVar: callback }),
        serviceError("InvalidArgument", { fields: { ArgumentName: "callback-var" } }),
      );
    });
  }

  for (const variables of [{ "x:Var": "v" }, { "x:": "v" }, { "x:var": 1 }, { "x:var": null }]) {
    it(`refuses the variables ${JSON.stringify(variables)}`, () => {
      assert.throws(
        () => callbackOf({}, variables),
        serviceError("InvalidArgument", { fields: { ArgumentName: "callback-var" } }),
      );
    });
  }

  // oss2's tests send the callback itself as its variables, and the service takes it.
  it("takes no notice of variables whose names do not begin with x:", () => {
    assert.deepEqual(
      callbackOf({}, { var: "v", "X:var": 1, "x:a": "b" })?.variables,
      new Map([["x:a", "b"]]),
    );
  });

  it("takes 5 KB of each parameter and refuses 4 bytes more", () => {
    // 3,840 bytes are 5,120 of Base64.
    const padded = (document: Record<string, string>, name: string, sizeBytes: number) => {
      const emptySizeBytes = JSON.stringify({ ...document, [name]: "" }).length;
      return base64({ ...document, [name]: "x".repeat(sizeBytes - emptySizeBytes) });
    };
    const callback = (sizeBytes: number) => padded({ callbackUrl: "http://a" }, "callbackBody", sizeBytes);
    const callbackVar = (sizeBytes: number) => padded({}, "x:a", sizeBytes);

    assert.equal(callback(3_840).length, 5_120);
    assert.ok(parseCallback({ callback: callback(3_840), callbackVar: callbackVar(3_840) }));
    assert.throws(() => parseCallback({ callback: callback(3_841) }), serviceError("InvalidArgument"));
    assert.throws(
      () => parseCallback({ callbackVar: callbackVar(3_841) }),
      serviceError("InvalidArgument", { ec: "0007-00000101" }),
    );
  });
});
