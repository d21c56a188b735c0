// The judge of the fuzz must not let everything pass.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RawAnswer } from "./answer-reader.ts";
import { type JudgedRequest, judgeAnswer } from "./judge-answer.ts";

const REQUEST_ID = "6B0350F5F5DA2A554AC6E34A";

function refused(status: number, code: string, { documentId = REQUEST_ID, message = "m" } = {}): RawAnswer {
  const text = `<Error><Code>${code}</Code><Message>${message}</Message><RequestId>${documentId}</RequestId><HostId>h</HostId></Error>`;
  const headers = new Map([
    ["x-oss-request-id", REQUEST_ID],
    ["content-type", "application/xml"],
  ]);
  return { status, headers, body: Buffer.from(text) };
}

function request(trust: JudgedRequest["trust"], method = "GET"): JudgedRequest {
  return { trust, method, history: ["GetObject"] };
}

const success: RawAnswer = {
  status: 200,
  headers: new Map([["x-oss-request-id", REQUEST_ID]]),
  body: Buffer.alloc(0),
};

describe("judgeAnswer()", () => {
  it("lets pass what is documented", () => {
    assert.deepEqual(judgeAnswer(success, request("signed")).complaints, []);
    assert.deepEqual(judgeAnswer(refused(404, "NoSuchKey"), request("signed")).complaints, []);
    assert.deepEqual(judgeAnswer(refused(403, "AccessDenied"), request("unsigned")).complaints, []);
    assert.deepEqual(judgeAnswer(refused(403, "SignatureDoesNotMatch"), request("forged")).complaints, []);
    assert.deepEqual(
      judgeAnswer(refused(403, "AccessForbidden"), request("unsigned", "OPTIONS")).complaints,
      [],
    );
  });

  it("lets pass that a page is refused whose link is signed, as hotlink protection does", () => {
    const answer = refused(403, "AccessDenied");
    const headers = new Map([...answer.headers, ["x-oss-ec", "0003-00000501"]]);

    assert.deepEqual(judgeAnswer({ ...answer, headers }, request("signed-loosely")).complaints, []);
  });

  it("lets pass that nothing is made public behind a block of public access", () => {
    const answer = refused(403, "AccessDenied", { message: "Put public bucket acl is not allowed" });

    assert.deepEqual(judgeAnswer(answer, request("signed-loosely", "PUT")).complaints, []);
  });

  for (const [what, answer, asked] of [
    ["a success without a signature", success, request("unsigned")],
    ["a success with a forged signature", success, request("forged")],
    ["that a key is missing, without a signature", refused(404, "NoSuchKey"), request("unsigned")],
    ["a failure of the server", refused(500, "InternalError"), request("signed")],
    ["a code with another status", refused(404, "AccessDenied"), request("signed")],
    ["a code that nobody documents", refused(400, "Oops"), request("signed")],
    ["another request's id", refused(404, "NoSuchKey", { documentId: "A" }), request("signed")],
    ["that a valid signature is wrong", refused(403, "SignatureDoesNotMatch"), request("signed-loosely")],
    ["that a valid signature gives no access", refused(403, "AccessDenied"), request("signed-loosely")],
    ["no document", { ...success, status: 404 }, request("signed")],
    ["no request id", { ...success, headers: new Map() }, request("signed")],
  ] as const) {
    it(`complains of ${what}`, () => {
      assert.notDeepEqual(judgeAnswer(answer, asked).complaints, []);
    });
  }
});
