import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { oss, restoreObject } from "../../../src/protocol/index.ts";
import { aRequest, serviceError } from "../request-builder.ts";

const OBJECT = { bucket: "examplebucket", key: "dir/a.txt" };

function decode(text: string): unknown {
  return restoreObject.decodeRequest(aRequest({ method: "POST", query: { restore: "" }, text }), oss);
}

describe("restoreObject", () => {
  it("needs no document", () => {
    assert.equal(restoreObject.encodeRequest(OBJECT, oss).text, undefined);
    assert.deepEqual(decode(""), OBJECT);
  });

  // Source: the page of EC 0016-00000703.
  it("writes and reads the document of OSS's page", () => {
    const input = { ...OBJECT, days: 2, tier: "Standard" } as const;
    const { text } = restoreObject.encodeRequest(input, oss);

    assert.equal(
      text,
      '<?xml version="1.0" encoding="UTF-8"?>\n<RestoreRequest><Days>2</Days>' +
        "<JobParameters><Tier>Standard</Tier></JobParameters></RestoreRequest>",
    );
    assert.deepEqual(decode(text ?? ""), input);
  });

  it("answers 202 when it begins, 200 when it prolongs", () => {
    assert.equal(restoreObject.encodeResponse({ wasRestored: false }, oss).status, 202);
    assert.equal(restoreObject.encodeResponse({ wasRestored: true }, oss).status, 200);
  });

  for (const days of ["-1", "0", "366", "x", ""]) {
    it(`refuses "${days}" days`, () => {
      assert.throws(
        () => decode(`<RestoreRequest><Days>${days}</Days></RestoreRequest>`),
        serviceError("InvalidArgument", { fields: { ArgumentName: "Days" }, ec: "0016-00000704" }),
      );
    });
  }

  it("refuses an unknown tier", () => {
    assert.throws(
      () => decode("<RestoreRequest><JobParameters><Tier>Test</Tier></JobParameters></RestoreRequest>"),
      serviceError("InvalidArgument", { fields: { ArgumentName: "Tier" }, ec: "0016-00000703" }),
    );
  });

  it("refuses another document", () => {
    assert.throws(() => decode("<Restore/>"), serviceError("MalformedXML"));
  });
});
