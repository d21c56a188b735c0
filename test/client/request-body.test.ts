import { equal, throws } from "node:assert/strict";
import { describe, it } from "node:test";
import { type BodySource, type RequestBody, toRequestBody } from "../../src/client/request-body.ts";

async function textOf(body: RequestBody): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.chunks()) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

async function* iterable(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("he");
  yield Buffer.from("llo");
}

describe("toRequestBody()", () => {
  const repeatable: readonly { readonly what: string; readonly source: BodySource }[] = [
    { what: "a string", source: "hello" },
    { what: "bytes", source: Buffer.from("hello") },
    { what: "a Blob", source: new Blob(["he", "llo"]) },
  ];
  for (const { what, source } of repeatable) {
    it(`gives ${what} as often as it is asked for, and knows its length`, async () => {
      const body = toRequestBody(source);

      equal(body.sizeBytes, 5);
      equal(await textOf(body), "hello");
      equal(await textOf(body), "hello");
    });
  }

  it("gives an iterable once", async () => {
    const body = toRequestBody(iterable());

    equal(body.sizeBytes, undefined);
    equal(await textOf(body), "hello");
    throws(() => body.chunks(), { name: "ClientError", code: "body-not-repeatable", retryable: false });
  });

  it("refuses what is no body", () => {
    for (const source of [undefined, null, 5, {}, [1, 2]]) {
      throws(() => toRequestBody(source as never), TypeError);
    }
  });
});
