import { deepEqual, equal, ok } from "node:assert/strict";
import { before, describe, it } from "node:test";
import { createContext, runInContext } from "node:vm";
import { type Bundle, bundleForPage } from "./bundle.ts";

/** All of it, CRC-64 included. What it is to come down to is 20 kB. */
const SIZE_MAX_BYTES = 37_500;
/** What a page has and Node has not, or has differently, is left out: loading the entry must need none of it. */
const NOTHING_OF_NODE = /\b(?:Buffer|__dirname|__filename|process|require)\b(?!["'`:-])/g;

describe("the entry for browsers", () => {
  let whole: Bundle;

  before(async () => {
    whole = await bundleForPage('export * from "partwise/browser";');
  });

  it("is small", () => {
    ok(whole.gzippedSizeBytes <= SIZE_MAX_BYTES, `${whole.gzippedSizeBytes} bytes: ${largest(whole)}`);
  });

  it("loads where there is nothing but the language, so nothing of Node's either", () => {
    const script = whole.text.replace(/export\s*\{[^}]*\};?\s*$/, "");
    ok(script.length < whole.text.length, "the bundle does not end with its exports");

    equal(runInContext(`${script}; "loaded"`, createContext({})), "loaded");
  });

  it("names no global of Node", () => {
    deepEqual(whole.text.match(NOTHING_OF_NODE) ?? [], []);
  });

  it("has no package in it, and nothing that only servers and Node need", () => {
    const foreign = [...whole.sizeBytesByFile.keys()].filter(
      (path) => !/^src\/(?:client\/(?!node\/)|protocol\/)/.test(path),
    );

    deepEqual(foreign, []);
    ok(whole.sizeBytesByFile.has("src/protocol/crc64/crc64-wasm.ts"), "the CRC-64 kernel is missing");
    equal(whole.sizeBytesByFile.has("src/protocol/routing/operation-table.ts"), false);
    equal(whole.sizeBytesByFile.has("src/protocol/xml/read-xml.ts"), false);
  });
});

function largest({ sizeBytesByFile }: Bundle): string {
  return [...sizeBytesByFile]
    .sort(([, left], [, right]) => right - left)
    .slice(0, 10)
    .map(([path, sizeBytes]) => `${path} ${sizeBytes}`)
    .join(", ");
}
