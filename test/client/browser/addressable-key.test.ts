import { doesNotThrow, equal, throws } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { assertAddressableKey } from "../../../src/client/browser/addressable-key.ts";
import { parseEndpoint, requestAddress } from "../../../src/protocol/addressing/endpoint.ts";

const endpoint = parseEndpoint("https://oss-cn-hangzhou.aliyuncs.com");

describe("assertAddressableKey()", () => {
  for (const key of [".", "..", "a/..", "../a", "a/./b", "a/%2e/b", "%2E%2e", "a/.%2E", "%2e./b"]) {
    it(`refuses ${key}`, () => {
      throws(() => assertAddressableKey(key), { name: "TypeError", message: /browsers fold away/ });
    });
  }

  for (const key of ["...", "a..b/.c", ".hidden/..x", "a/b..", "%2e%2e%2e", "%2f..%2fa", "a//b", "\\..\\"]) {
    it(`takes ${key}`, () => {
      doesNotThrow(() => assertAddressableKey(key));
    });
  }

  it("takes no key whose address a browser would rewrite", () => {
    const piece = fc.constantFrom(".", "..", "/", "%2e", "%", "\\", "?", "#", "\t", " ", "é", "a");

    fc.assert(
      fc.property(fc.array(piece, { minLength: 1 }), (pieces) => {
        const key = pieces.join("");
        fc.pre(isTaken(key));
        const { host, target } = requestAddress(endpoint, { bucket: "bucket", key }, []);
        equal(new URL(`https://${host}${target}`).pathname, target);
      }),
    );
  });
});

function isTaken(key: string): boolean {
  try {
    assertAddressableKey(key);
    return true;
  } catch {
    return false;
  }
}
