import assert from "node:assert/strict";
import type { TestResponse } from "./test-server.ts";

/** @param statusAndCode  such as `404 NoSuchKey`; `fields` are elements of the document that must be there so */
export function assertError(
  response: TestResponse,
  statusAndCode: string,
  fields: Readonly<Record<string, string>> = {},
): void {
  assert.equal(`${response.status} ${response.element("Code")}`, statusAndCode, response.text);
  for (const [name, value] of Object.entries(fields)) {
    assert.equal(response.element(name), value, name);
  }
}
