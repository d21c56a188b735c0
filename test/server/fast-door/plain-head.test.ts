import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import { duplexPair } from "node:stream";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  PLAIN_HEAD_SIZE_MAX_BYTES,
  type PlainHead,
  parsePlainHead,
} from "../../../src/server/fast-door/plain-head.ts";

const parse = (text: string) => parsePlainHead(Buffer.from(text, "latin1"));
const withLines = (...lines: readonly string[]) => `${lines.join("\r\n")}\r\n\r\n`;
const get = (...headers: readonly string[]) => withLines("GET /b/k HTTP/1.1", "Host: h", ...headers);
const put = (...headers: readonly string[]) => withLines("PUT /b/k HTTP/1.1", "Host: h", ...headers);

describe("parsePlainHead()", () => {
  it("reads what clients send", () => {
    const head = withLines(
      "PUT /b/k?partNumber=1&uploadId=X HTTP/1.1",
      "Host: b.example.com:7070",
      "Content-Length: 8388608",
      "Authorization: OSS4-HMAC-SHA256 Credential=a/b, Signature=c",
      "x-oss-meta-name: \u00e4\u00b8\u00ad",
      "Empty:",
      "Connection: close",
    );

    assert.deepEqual(parse(`${head}body`), {
      method: "PUT",
      target: "/b/k?partNumber=1&uploadId=X",
      headers: {
        host: "b.example.com:7070",
        "content-length": "8388608",
        authorization: "OSS4-HMAC-SHA256 Credential=a/b, Signature=c",
        "x-oss-meta-name": "中",
        empty: "",
        connection: "close",
      },
      bodySizeBytes: 8_388_608,
      isLastOfConnection: true,
      sizeBytes: head.length,
    });
  });

  it("waits for the rest of a head", () => {
    const whole = put("Content-Length: 1");

    for (let length = 0; length < whole.length; length++) {
      assert.equal(parse(whole.slice(0, length)), "incomplete");
    }
  });

  it("does not wait for more of what can be no request", () => {
    for (const text of ["\x16\x03\x01\x02\x00\x01", "SSH-2.0-client\r\n", "\r\nGET", "get ", "GETTING "]) {
      assert.equal(parse(text), "odd", JSON.stringify(text));
    }
  });

  for (const [what, head] of [
    ["chunks", put("Transfer-Encoding: chunked")],
    ["a length and chunks", put("Content-Length: 1", "Transfer-Encoding: chunked")],
    ["two lengths", put("Content-Length: 1", "Content-Length: 1")],
    ["a length with a sign", put("Content-Length: +1")],
    ["a length with a zero in front", put("Content-Length: 01")],
    ["a list of lengths", put("Content-Length: 1, 1")],
    ["a length in hexadecimal", put("Content-Length: 0x1")],
    ["a length beyond all integers", put("Content-Length: 99999999999999999")],
    ["no length where there is a body", put()],
    ["a body where there is none", get("Content-Length: 1")],
    ["an expectation", put("Content-Length: 1", "Expect: 100-continue")],
    ["an upgrade", get("Upgrade: websocket")],
    ["a connection header of more", get("Connection: keep-alive, upgrade")],
    ["no host", withLines("GET / HTTP/1.1")],
    ["two hosts", get("Host: other")],
    ["a header twice", get("X: 1", "x: 2")],
    ["a folded line", get("X: 1", " 2")],
    ["a blank before the colon", get("Content-Length : 0")],
    ["a tab", get("X:\t1")],
    ["a control character", get("X: a\u0000b")],
    ["a carriage return alone", get("X: a\rb")],
    ["a line feed alone", get("X: a\nTransfer-Encoding: chunked")],
    ["a line without a name", get(": 1")],
    ["a line without a colon", get("X")],
    ["a name that is none", get("X(: 1")],
    ["another version", withLines("GET / HTTP/1.0", "Host: h")],
    ["a whole URL", withLines("GET http://h/ HTTP/1.1", "Host: h")],
    ["two blanks", withLines("GET  / HTTP/1.1", "Host: h")],
    ["a target that is no ASCII", withLines("GET /\u00e4 HTTP/1.1", "Host: h")],
    ["a method of its own", withLines("PATCH / HTTP/1.1", "Host: h", "Content-Length: 0")],
    ["an empty line in front", `\r\n${get()}`],
    ["no request", "\r\n\r\n"],
    ["101 headers", get(...Array.from({ length: 100 }, (_, index) => `X-${index}: 1`))],
    ["more than fits", get(`X: ${"x".repeat(PLAIN_HEAD_SIZE_MAX_BYTES)}`)],
    ["no end where it must be", "x".repeat(PLAIN_HEAD_SIZE_MAX_BYTES)],
  ] as const) {
    it(`leaves ${what} to node:http`, () => {
      assert.equal(parse(head), "odd");
    });
  }

  it("reads nothing otherwise than node:http does", async () => {
    const piece = fc.constantFrom(
      ..."\r\n \t:,;/?%=aZ09\u0000\u007f\u0080\u00ff",
      "\r\n",
      "\r\n\r\n",
      "Content-Length: ",
      "Transfer-Encoding: chunked",
      "Connection: close",
      "X: 1\r\n",
      "PUT",
      "HTTP/1.1",
    );
    const edits = fc.array(fc.record({ at: fc.nat(140), removed: fc.nat(3), added: piece }), {
      maxLength: 2,
    });
    const method = fc.constantFrom("GET", "PUT", "POST", "HEAD", "DELETE");
    let plainCount = 0;

    await fc.assert(
      fc.asyncProperty(method, edits, async (name, changes) => {
        const hasBody = name === "PUT" || name === "POST";
        const length = hasBody ? ["Content-Length: 5"] : [];
        const start = withLines(`${name} /b/k?x=1 HTTP/1.1`, "Host: h:1", "X-Oss-Date: a b", ...length);
        const text = changes.reduce(
          (edited, { at, removed, added }) => edited.slice(0, at) + added + edited.slice(at + removed),
          `${start}`,
        );
        const bytes = Buffer.concat([Buffer.from(text, "latin1"), Buffer.from("12345")]);

        const ours = parsePlainHead(bytes);

        if (typeof ours === "object") {
          plainCount += 1;
          assert.deepEqual(await readByNode(bytes), asNodeSees(ours));
        }
      }),
      { numRuns: 600 },
    );
    assert.ok(plainCount > 100, `${plainCount} of the heads were plain`);
  });
});

function asNodeSees({ method, target, headers, bodySizeBytes, isLastOfConnection }: PlainHead) {
  return { method, target, headers, bodySizeBytes, isLastOfConnection };
}

/** The first request in `bytes`, and how long its body is. */
function readByNode(bytes: Buffer): Promise<unknown> {
  return new Promise((resolve) => {
    const server = createServer((request: IncomingMessage, response) => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [
          name,
          Buffer.from(String(value), "latin1").toString("utf8"),
        ]),
      );
      const { method, url: target } = request;
      const bodySizeBytes = Number(request.headers["content-length"] ?? "0");
      resolve({ method, target, headers, bodySizeBytes, isLastOfConnection: !response.shouldKeepAlive });
    });
    server.on("clientError", (failure) => resolve(failure));
    const [clientSide, serverSide] = duplexPair();
    server.emit("connection", serverSide);
    clientSide.end(bytes);
  });
}
