// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates of callbacks are written so
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type CallbackFacts, callbackBody } from "../../../src/server/callback/callback-body.ts";

const facts: CallbackFacts = {
  bucket: "bucket",
  key: 'dir/a "b"&c=中.txt',
  etag: "D41D8CD98F00B204E9800998ECF8427E",
  sizeBytes: 12,
  contentType: "text/plain",
  crc64: 18446744073709551615n,
  contentMd5: "1B2M2Y8AsgTpgAmY7PhCfg==",
  clientAddress: "127.0.0.1",
  requestId: "534B371674E88A4D8906008B",
  operation: "PutObject",
};

function form(bodyTemplate: string, variables: Record<string, string> = {}): string {
  const bodyType = "application/x-www-form-urlencoded";
  return callbackBody({ bodyTemplate, bodyType, variables: new Map(Object.entries(variables)) }, facts);
}

function json(bodyTemplate: string, variables: Record<string, string> = {}): string {
  const bodyType = "application/json";
  return callbackBody({ bodyTemplate, bodyType, variables: new Map(Object.entries(variables)) }, facts);
}

describe("callbackBody() for a form", () => {
  it("puts in what OSS's Callback page names, URL-encoded", () => {
    const body = form(
      "bucket=${bucket}&object=${object}&etag=${etag}&size=${size}&mimeType=${mimeType}&h=${imageInfo.height}" +
        "&w=${imageInfo.width}&f=${imageInfo.format}&crc64=${crc64}&md5=${contentMd5}&vpc=${vpcId}&ip=${clientIp}" +
        "&id=${reqId}&op=${operation}&my_var=${x:my_var}",
      { "x:my_var": "1+1 = 2" },
    );

    assert.equal(
      body,
      "bucket=bucket&object=dir%2Fa%20%22b%22%26c%3D%E4%B8%AD.txt&etag=D41D8CD98F00B204E9800998ECF8427E&size=12" +
        "&mimeType=text%2Fplain&h=&w=&f=&crc64=18446744073709551615&md5=1B2M2Y8AsgTpgAmY7PhCfg%3D%3D&vpc=" +
        "&ip=127.0.0.1&id=534B371674E88A4D8906008B&op=PutObject&my_var=1%2B1%20%3D%202",
    );
  });

  it("leaves nothing where a name means nothing, and all else as it stands", () => {
    assert.equal(form("a=${nothing}&b=${x:none}&$c={d}&${"), "a=&b=&$c={d}&${");
  });

  it("does not look for names in what it has put in", () => {
    assert.equal(form("a=${x:a}", { "x:a": "${bucket}" }), "a=%24%7Bbucket%7D");
  });
});

describe("callbackBody() for JSON", () => {
  it("writes a value with its quotes where it stands bare, as OSS's page has it, and without inside a string", () => {
    const body = json(
      '{"o":${object},"q":"<${object}>","size":${size},"crc":${crc64},"i":${imageInfo.width}}',
    );

    assert.deepEqual(JSON.parse(body), {
      o: facts.key,
      q: `<${facts.key}>`,
      size: 12,
      crc: "18446744073709551615",
      i: "",
    });
  });

  it("knows a quote that is escaped from one that ends the string", () => {
    assert.equal(json('{"a\\"":"\\\\","b":${bucket}}'), '{"a\\"":"\\\\","b":"bucket"}');
    assert.equal(json('"\\"${bucket}"'), '"\\"bucket"');
  });

  it("stays JSON whatever a value holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const body = json('{"bare":${x:v},"quoted":"${x:v}"}', { "x:v": value });

        assert.deepEqual(JSON.parse(body), { bare: value, quoted: value });
      }),
    );
  });

  it("writes what is half a character as the sign for what cannot be read", () => {
    assert.equal(json("${x:v}", { "x:v": "a\ud800" }), '"a\ufffd"');
    assert.equal(form("${x:v}", { "x:v": "a\ud800" }), "a%EF%BF%BD");
  });
});
