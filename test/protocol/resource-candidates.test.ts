import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  hostWithoutBucket,
  parseRequestTarget,
  resourceCandidates,
} from "../../src/protocol/addressing/resource-candidates.ts";
import { serviceError } from "./request-builder.ts";

const OSS_HOST = "examplebucket.oss-cn-hangzhou.aliyuncs.com";

describe("parseRequestTarget()", () => {
  it("leaves the path as it came, and decodes names and values of the query once", () => {
    assert.deepEqual(parseRequestTarget("/b/a%2Fb+c/../d?a=%2525&b&c+d=e%2Bf=g"), {
      rawPath: "/b/a%2Fb+c/../d",
      query: [
        ["a", "%25"],
        ["b", ""],
        ["c d", "e+f=g"],
      ],
    });
  });

  for (const [target, rawPath, host] of [
    ["http://h:80/b/k", "/b/k", "h:80"],
    ["HTTPS://h/b/k", "/b/k", "h"],
    ["http://h", "/", "h"],
    ["http://h?uploads", "/", "h"],
  ] as const) {
    it(`takes ${target} apart`, () => {
      const parsed = parseRequestTarget(target);

      assert.deepEqual([parsed.rawPath, parsed.host], [rawPath, host]);
    });
  }

  it("refuses a query that is no UTF-8", () => {
    assert.throws(() => parseRequestTarget("/?a=%FF"), serviceError("InvalidArgument"));
  });
});

describe("resourceCandidates()", () => {
  const candidates = (host: string, rawPath: string, baseHosts: readonly string[] = []) =>
    resourceCandidates(host, rawPath, baseHosts);

  for (const host of ["127.0.0.1:7070", "[::1]", "[::1]:7070", "localhost", "localhost.", ""]) {
    it(`reads the path alone for the host ${JSON.stringify(host)}`, () => {
      assert.deepEqual(candidates(host, "/examplebucket/dir%2Fk"), [
        { bucket: "examplebucket", key: "dir/k" },
      ]);
    });
  }

  it("reads the host alone where the host is one of OSS and the path does not begin with its bucket", () => {
    assert.deepEqual(candidates(OSS_HOST, "/dir/k"), [{ bucket: "examplebucket", key: "dir/k" }]);
    assert.deepEqual(candidates(OSS_HOST, "/"), [{ bucket: "examplebucket" }]);
  });

  it("reads both where the bucket stands in both, the host first", () => {
    assert.deepEqual(candidates(OSS_HOST, "/examplebucket/k"), [
      { bucket: "examplebucket", key: "examplebucket/k" },
      { bucket: "examplebucket", key: "k" },
    ]);
  });

  it("reads both where nobody knows the host, the path first", () => {
    assert.deepEqual(candidates("examplebucket.intranet.test", "/other/k"), [
      { bucket: "other", key: "k" },
      { bucket: "examplebucket", key: "other/k" },
    ]);
  });

  for (const baseHosts of [
    ["example.com", "oss.example.com"],
    ["oss.example.com", "example.com"],
  ]) {
    it(`finds the bucket before the longest of ${baseHosts.join(" and ")}`, () => {
      assert.deepEqual(candidates("examplebucket.oss.example.com", "/k", baseHosts), [
        { bucket: "examplebucket", key: "k" },
      ]);
    });
  }

  it("reads service, bucket and object from a path", () => {
    assert.deepEqual(candidates("localhost", "/"), [{}]);
    assert.deepEqual(candidates("localhost", "/examplebucket"), [{ bucket: "examplebucket" }]);
    assert.deepEqual(candidates("localhost", "/examplebucket/"), [{ bucket: "examplebucket" }]);
    assert.deepEqual(candidates("localhost", "/examplebucket//k"), [{ bucket: "examplebucket", key: "/k" }]);
  });

  it("refuses a path that is no UTF-8 in any reading", () => {
    assert.throws(() => candidates("localhost", "/examplebucket/%FF"), serviceError("InvalidObjectName"));
    assert.throws(() => candidates(OSS_HOST, "/examplebucket/%FF"), serviceError("InvalidObjectName"));
  });

  it("gives at least one reading, whatever the host", () => {
    fc.assert(
      fc.property(fc.string(), (host) => {
        assert.ok(candidates(host, "/examplebucket/k", ["example.com"]).length > 0);
      }),
    );
  });
});

describe("hostWithoutBucket()", () => {
  const hostOf = (host: string, rawPath: string, resource: { bucket?: string; key?: string }) =>
    hostWithoutBucket({ host, rawPath }, resource, []);

  it("leaves out the bucket that was read from the host, and keeps the port", () => {
    const host = "ExampleBucket.localhost:7070";

    assert.equal(hostOf(host, "/dir%2Fk", { bucket: "examplebucket", key: "dir/k" }), "localhost:7070");
    assert.equal(hostOf(host, "/", { bucket: "examplebucket" }), "localhost:7070");
  });

  it("leaves out the dot before a host without a bucket", () => {
    assert.equal(hostOf(".oss-cn-hangzhou.aliyuncs.com", "/", {}), "oss-cn-hangzhou.aliyuncs.com");
  });

  it("keeps a host from which no bucket was read", () => {
    const resource = { bucket: "examplebucket", key: "k" };

    assert.equal(hostOf("examplebucket.test", "/examplebucket/k", resource), "examplebucket.test");
    assert.equal(hostOf("127.0.0.1:7070", "/examplebucket/k", resource), "127.0.0.1:7070");
  });
});
