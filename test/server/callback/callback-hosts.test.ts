import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isCallable, isListed, parseCallbackHost } from "../../../src/server/callback/callback-hosts.ts";

const url = new URL("http://app.example/");

function isUrlListed(href: string, ...hosts: readonly string[]): boolean {
  return isListed(new URL(href), hosts.map(parseCallbackHost));
}

describe("parseCallbackHost()", () => {
  for (const [text, host] of [
    ["app.example", { hostname: "app.example" }],
    ["App.Example:8080", { hostname: "app.example", port: 8080 }],
    ["10.0.0.1:80", { hostname: "10.0.0.1", port: 80 }],
    ["[::1]:443", { hostname: "::1", port: 443 }],
    ["[FE80::1]", { hostname: "fe80::1" }],
  ] as const) {
    it(`reads ${text}`, () => {
      assert.deepEqual(parseCallbackHost(text), host);
    });
  }

  for (const text of [
    "",
    "http://app.example",
    "app.example/",
    "a:b",
    "a:0",
    "a:65536",
    "a:1:2",
    "::1",
    "a b",
    "u@a",
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseCallbackHost(text), RangeError);
    });
  }
});

describe("isListed()", () => {
  it("goes by host and port, and without a port by the one of the scheme", () => {
    assert.equal(isUrlListed("http://app.example/x", "app.example"), true);
    assert.equal(isUrlListed("https://APP.example./x", "app.example"), true);
    assert.equal(isUrlListed("http://app.example:8080/", "app.example:8080"), true);
    assert.equal(isUrlListed("http://app.example/", "app.example:80"), true);
    assert.equal(isUrlListed("http://app.example:8080/", "app.example"), false);
    assert.equal(isUrlListed("http://app.example/", "app.example:8080"), false);
    assert.equal(isUrlListed("http://sub.app.example/", "app.example"), false);
    assert.equal(isUrlListed("http://app.example.evil.example/", "app.example"), false);
    assert.equal(isUrlListed("http://app.example/"), false);
  });

  it("knows an address under each of its spellings", () => {
    for (const href of ["http://2130706433/", "http://0x7f.1/", "http://127.1/", "http://0177.0.0.1/"]) {
      assert.equal(isUrlListed(href, "127.0.0.1"), true, href);
      assert.equal(isUrlListed(href, "app.example"), false, href);
    }
    assert.equal(isUrlListed("http://[0:0:0:0:0:0:0:1]/", "[::1]"), true);
  });
});

describe("isCallable()", () => {
  const listed = [parseCallbackHost("app.example")];

  for (const address of [
    "47.88.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "172.32.0.1",
    "2400:3200::1",
    "2606:4700::1111",
  ]) {
    it(`lets a listed name lead to ${address}`, () => {
      assert.equal(isCallable(address, url, listed), true);
    });
  }

  for (const address of [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "fc00::1",
    "fd12::1",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "not an address",
  ]) {
    it(`does not let a listed name lead to ${address}`, () => {
      assert.equal(isCallable(address, url, listed), false);
    });
  }

  it("lets it lead to an address that the operator listed too, on the same port", () => {
    const hosts = [...listed, parseCallbackHost("10.1.2.3"), parseCallbackHost("10.9.9.9:8080")];

    assert.equal(isCallable("10.1.2.3", url, hosts), true);
    assert.equal(isCallable("10.1.2.4", url, hosts), false);
    assert.equal(isCallable("10.9.9.9", url, hosts), false);
    assert.equal(isCallable("10.9.9.9", new URL("http://app.example:8080/"), hosts), true);
  });
});
