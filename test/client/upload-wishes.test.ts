import { deepEqual, equal, notEqual } from "node:assert/strict";
import { describe, it } from "node:test";
import { unmetWishes } from "../../src/client/upload/unmet-wishes.ts";
import { wishesIn, wishesOf } from "../../src/client/upload/upload-wishes.ts";

describe("wishesOf()", () => {
  it("is the same for the same headers in another order", () => {
    const one = wishesOf({ objectHeaders: { contentType: "a/b", userMetadata: { x: "1", y: "2" } } });
    const other = wishesOf({ objectHeaders: { userMetadata: { y: "2", x: "1" }, contentType: "a/b" } });

    equal(one, other);
    equal(one, '{"objectHeaders":{"contentType":"a/b","userMetadata":{"x":"1","y":"2"}}}');
    equal(wishesOf({ objectHeaders: {} }), wishesOf({}));
  });

  it("is another one for other headers and other tags", () => {
    const texts = [
      wishesOf({}),
      wishesOf({ objectHeaders: { contentType: "a/b" } }),
      wishesOf({ objectHeaders: { contentType: "a/c" } }),
      wishesOf({ objectHeaders: { cacheControl: "a/b" } }),
      wishesOf({ objectHeaders: { userMetadata: { contentType: "a/b" } } }),
      wishesOf({ tags: { contentType: "a/b" } }),
      wishesOf({ objectAcl: "private" }),
    ];

    equal(new Set(texts).size, texts.length);
    notEqual(texts[0], texts[1]);
  });

  it("can be read again, to wish the same", () => {
    const wishes = { objectHeaders: { contentType: "a/b" }, tags: { a: "b" }, objectAcl: "private" } as const;

    deepEqual(wishesIn(wishesOf(wishes)), wishes);
    deepEqual(wishesIn(wishesOf({ forbidOverwrite: true })).forbidOverwrite, true);
    equal(wishesOf({ forbidOverwrite: false }), "{}");
    equal(wishesOf(wishesIn("no text of ours")), "{}");
  });
});

describe("unmetWishes()", () => {
  it("names what is stored otherwise, and nothing that was not wished for", () => {
    const wished = { contentType: "a/b", cacheControl: "no-cache", userMetadata: { x: "1", y: "2" } };
    const stored = { contentType: "a/b", contentLanguage: "de", userMetadata: { x: "1", z: "3" } };

    deepEqual(unmetWishes(wished, stored), ["cache-control", "metadata y"]);
    deepEqual(unmetWishes({}, stored), []);
  });
});
