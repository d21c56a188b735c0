import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  NO_REFERER_CONFIGURATION,
  type RefererConfiguration,
} from "../../../src/protocol/fields/referer-configuration.ts";
import { judgeReferer, type RefererVerdict } from "../../../src/server/hotlink/judge-referer.ts";

function rules(...parts: readonly Partial<RefererConfiguration>[]): RefererConfiguration {
  return Object.assign({}, NO_REFERER_CONFIGURATION, ...parts);
}

const strict = { allowEmptyReferer: false };
const onlyAliyun = { ...strict, whitelist: ["http://www.aliyun.com"] };
const slashed = { ...strict, whitelist: ["http://www.aliyun.com/"] };
const subdomains = { ...strict, whitelist: ["*.example.com"] };
const notTheOne = { ...strict, whitelist: ["http://*.aliyuncs.com"], blacklist: ["http://abc.aliyuncs.com"] };
const wholeQuery = {
  ...strict,
  whitelist: ["http://a.com/?page=1", "http://b.com/\u003fx"],
  allowTruncateQueryString: false,
};
const byHost = { ...strict, whitelist: ["http://a.com", "mibrowser:home"], truncatePath: true };

// Source: OSS, hotlink protection and its examples; the pages of EC 0003-00000501 to 0003-00000503.
const CASES: readonly (readonly [
  what: string,
  configuration: Partial<RefererConfiguration>,
  referer: string | undefined,
  verdict: RefererVerdict,
])[] = [
  ["without a setting, a request without a Referer", {}, undefined, "allowed"],
  ["without a setting, any Referer", {}, "http://anywhere.example", "allowed"],
  ["no Referer where one is needed", onlyAliyun, undefined, "empty"],
  ["a Referer without a value", onlyAliyun, " ", "empty"],
  ["no Referer where none is needed", { ...onlyAliyun, allowEmptyReferer: true }, "", "allowed"],
  ["no Referer where one is needed and there is no white list", strict, undefined, "allowed"],
  ["any Referer where there is no white list", strict, "http://anywhere.example", "allowed"],
  ["the page on the list", onlyAliyun, "http://www.aliyun.com", "allowed"],
  ["a page below it", onlyAliyun, "http://www.aliyun.com/123", "allowed"],
  ["a host that begins so", onlyAliyun, "http://www.aliyun.com.cn", "allowed"],
  [
    "a host that begins so, where a slash ends the pattern",
    slashed,
    "http://www.aliyun.com.cn/",
    "not-whitelisted",
  ],
  ["another scheme", onlyAliyun, "https://www.aliyun.com", "not-whitelisted"],
  ["another page", onlyAliyun, "http://test.com", "not-whitelisted"],
  ["a subdomain", subdomains, "https://help.example.com/page", "allowed"],
  ["the domain itself", subdomains, "https://example.com/", "not-whitelisted"],
  [
    "one character",
    { ...strict, whitelist: ["http://www.aliyun?.com"] },
    "http://www.aliyunc.com",
    "allowed",
  ],
  [
    "no character",
    { ...strict, whitelist: ["http://www.aliyun?.com"] },
    "http://www.aliyun.com",
    "not-whitelisted",
  ],
  ["a page on both lists", notTheOne, "http://abc.aliyuncs.com", "blacklisted"],
  ["a page on the white list alone", notTheOne, "http://test.aliyuncs.com", "allowed"],
  ["a page on neither", notTheOne, "http://test.com", "not-whitelisted"],
  ["no Referer where only some pages are forbidden", { blacklist: ["*"] }, undefined, "allowed"],
  ["another page where only some are forbidden", { blacklist: ["http://a.com"] }, "http://b.com", "allowed"],
  [
    "a query string",
    { ...strict, whitelist: ["*.com/1"] },
    "http://evil.example/?http://a.com/1",
    "not-whitelisted",
  ],
  ["a query string that counts", wholeQuery, "http://a.com/?page=1", "allowed"],
  ["another query string", wholeQuery, "http://a.com/?page=2", "not-whitelisted"],
  [
    "a query string that does not count",
    { ...strict, whitelist: ["http://a.com/?page=1"] },
    "http://a.com/?page=1",
    "not-whitelisted",
  ],
  ["a host in the path", { ...strict, whitelist: ["*.a.com"] }, "http://evil.example/x.a.com", "allowed"],
  [
    "a host in a path that does not count",
    { ...strict, whitelist: ["*.a.com"], truncatePath: true },
    "http://evil.example/x.a.com",
    "not-whitelisted",
  ],
  ["a host before a path that does not count", byHost, "http://a.com/any/path?query", "allowed"],
  [
    "a host before a query without a path",
    { ...byHost, whitelist: ["*b"] },
    "http://a.com?b",
    "not-whitelisted",
  ],
  ["what is no URL", byHost, "mibrowser:home", "allowed"],
  [
    "a Referer longer than a browser's",
    { blacklist: ["http://a.com"] },
    `http://b.com/${"x".repeat(4_096)}`,
    "not-whitelisted",
  ],
  [
    "the longest Referer of a browser",
    { blacklist: ["http://a.com"] },
    "http://b.com/".padEnd(4_096, "x"),
    "allowed",
  ],
  ["a longer Referer where nothing is set", {}, `http://b.com/${"x".repeat(4_096)}`, "allowed"],
];

describe("judgeReferer()", () => {
  for (const [what, configuration, referer, verdict] of CASES) {
    it(`is "${verdict}" for ${what}`, () => {
      assert.equal(judgeReferer(referer, rules(configuration)), verdict);
    });
  }
});
