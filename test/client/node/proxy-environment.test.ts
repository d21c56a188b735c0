import { equal, throws } from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type ProxyEnvironment,
  parseProxy,
  proxyOfEnvironment,
} from "../../../src/client/node/proxy-environment.ts";

const PROXY = "http://proxy.example:3128";

function proxyFor(url: string, environment: ProxyEnvironment): string | undefined {
  const { protocol, hostname, port } = new URL(url);
  const scheme = protocol === "https:" ? "https" : "http";
  const target = {
    scheme,
    hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(port || (scheme === "https" ? 443 : 80)),
  } as const;
  return proxyOfEnvironment(target, environment)?.label;
}

describe("proxyOfEnvironment()", () => {
  it("takes the variable of the request's scheme, in lower case before upper case, then all_proxy", () => {
    equal(proxyFor("https://oss.example", { HTTPS_PROXY: PROXY }), PROXY);
    equal(proxyFor("https://oss.example", { HTTPS_PROXY: "http://other:1", https_proxy: PROXY }), PROXY);
    equal(proxyFor("http://oss.example", { HTTP_PROXY: PROXY }), PROXY);
    equal(proxyFor("http://oss.example", { http_proxy: PROXY }), PROXY);
    equal(proxyFor("http://oss.example", { HTTPS_PROXY: PROXY }), undefined);
    equal(proxyFor("https://oss.example", { HTTP_PROXY: PROXY }), undefined);
    equal(proxyFor("https://oss.example", { all_proxy: PROXY }), PROXY);
    equal(proxyFor("http://oss.example", { ALL_PROXY: PROXY }), PROXY);
  });

  it("takes an empty value for none", () => {
    equal(proxyFor("https://oss.example", { https_proxy: "", HTTPS_PROXY: PROXY }), undefined);
  });

  it("never goes through a proxy to this machine", () => {
    for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "[::1]", "b.localhost"]) {
      equal(proxyFor(`http://${host}:7070`, { HTTP_PROXY: PROXY }), undefined, host);
    }
  });

  it("does not believe HTTP_PROXY in a CGI program, where it is a header of the request", () => {
    equal(proxyFor("http://oss.example", { HTTP_PROXY: PROXY, REQUEST_METHOD: "GET" }), undefined);
    equal(proxyFor("http://oss.example", { http_proxy: PROXY, REQUEST_METHOD: "GET" }), PROXY);
  });

  const exceptions = [
    { noProxy: "*", url: "https://oss.example", isDirect: true },
    { noProxy: "example", url: "https://oss.example", isDirect: true },
    { noProxy: "oss.example", url: "https://OSS.example", isDirect: true },
    { noProxy: "oss.example", url: "https://bucket.oss.example", isDirect: true },
    { noProxy: "oss.example", url: "https://notoss.example", isDirect: false },
    { noProxy: ".oss.example", url: "https://oss.example", isDirect: false },
    { noProxy: "*.oss.example", url: "https://bucket.oss.example", isDirect: true },
    { noProxy: "a.example, oss.example", url: "https://oss.example", isDirect: true },
    { noProxy: "a.example oss.example", url: "https://oss.example", isDirect: true },
    { noProxy: "oss.example:8443", url: "https://oss.example:8443", isDirect: true },
    { noProxy: "oss.example:8443", url: "https://oss.example", isDirect: false },
    { noProxy: "10.0.0.0/8", url: "https://10.1.2.3", isDirect: true },
    { noProxy: "10.0.0.0/8", url: "https://11.1.2.3", isDirect: false },
    { noProxy: "10.0.0.0/99", url: "https://10.1.2.3", isDirect: false },
    { noProxy: "10.1.2.3", url: "https://10.1.2.3:8443", isDirect: true },
    { noProxy: "10.1.2.3:8443", url: "https://10.1.2.3:8443", isDirect: true },
    { noProxy: "fd00::/8", url: "https://[fd00::1]", isDirect: true },
    { noProxy: "[fd00::1]", url: "https://[fd00::1]", isDirect: true },
    { noProxy: "fd00::1", url: "https://[fd00::2]", isDirect: false },
  ];
  for (const { noProxy, url, isDirect } of exceptions) {
    it(`goes ${isDirect ? "directly" : "through the proxy"} to ${url} with NO_PROXY=${noProxy}`, () => {
      equal(proxyFor(url, { HTTPS_PROXY: PROXY, NO_PROXY: noProxy }), isDirect ? undefined : PROXY);
    });
  }
});

describe("parseProxy()", () => {
  it("takes a host and a port without a scheme for http", () => {
    equal(parseProxy("proxy.example:3128", "x").label, PROXY);
  });

  it("reads the user and keeps it out of the label", () => {
    const { authorization, label, scheme, port } = parseProxy("https://me:p%40ss@proxy.example", "x");

    equal(authorization, `Basic ${Buffer.from("me:p@ss").toString("base64")}`);
    equal(label, "https://proxy.example:443");
    equal(scheme, "https");
    equal(port, 443);
  });

  it("refuses other kinds of proxy without showing what it was told", () => {
    const showsNothing = (error: unknown) =>
      error instanceof TypeError && error.message.includes("ALL_PROXY") && !error.message.includes("secret");

    throws(() => parseProxy("socks5://me:secret@proxy.example", "ALL_PROXY"), showsNothing);
    throws(() => parseProxy("http://me:secret@", "ALL_PROXY"), showsNothing);
  });
});
