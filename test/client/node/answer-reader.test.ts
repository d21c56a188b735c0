import { deepEqual, equal, throws } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type AnswerHead, AnswerReader, NoHttpError } from "../../../src/client/node/answer-reader.ts";

interface Read {
  readonly head: AnswerHead | undefined;
  readonly body: string;
  readonly isDone: boolean;
  readonly keepsOpen: boolean;
}

/** @param cuts  where the connection's bytes come apart */
function read(text: string, cuts: readonly number[] = [], isEnded = false): Read {
  let head: AnswerHead | undefined;
  const body: Buffer[] = [];
  const reader = new AnswerReader({
    onHead: ({ status, headers }) => {
      head = { status, headers: { ...headers } };
    },
    onBody: (bytes) => body.push(bytes),
  });
  const bytes = Buffer.from(text, "latin1");
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  edges.slice(1).forEach((edge, index) => {
    reader.push(bytes.subarray(edges[index], edge));
  });
  if (isEnded) {
    reader.end();
  }
  const { isDone, keepsOpen } = reader;
  return { head, body: Buffer.concat(body).toString("latin1"), isDone, keepsOpen };
}

const anyBody = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
const anyCuts = fc.array(fc.nat(1000), { maxLength: 20 });

function chunked(body: string, sizes: readonly number[]): string {
  const chunks: string[] = [];
  for (let start = 0, index = 0; start < body.length; index += 1) {
    const chunk = body.slice(start, start + (sizes[index % sizes.length] ?? 1));
    chunks.push(`${chunk.length.toString(16)};x=y\r\n${chunk}\r\n`);
    start += chunk.length;
  }
  return `${chunks.join("")}0\r\nx-late: 1\r\n\r\n`;
}

describe("AnswerReader", () => {
  it("reads an answer of known length, however its bytes come apart", () => {
    fc.assert(
      fc.property(anyBody, anyCuts, (body, cuts) => {
        const text = `HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length:${body.length}\r\n\r\n${body}`;

        deepEqual(read(text, cuts), {
          head: { status: 200, headers: { etag: '"1"', "content-length": String(body.length) } },
          body,
          isDone: true,
          keepsOpen: true,
        });
      }),
    );
  });

  it("reads an answer in chunks, however its bytes come apart", () => {
    const anySizes = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1 });
    fc.assert(
      fc.property(anyBody, anySizes, anyCuts, (body, sizes, cuts) => {
        const text = `HTTP/1.1 200 \r\nTransfer-Encoding: Chunked\r\n\r\n${chunked(body, sizes)}`;

        const { head, ...rest } = read(text, cuts);

        equal(head?.status, 200);
        deepEqual(rest, { body, isDone: true, keepsOpen: true });
      }),
    );
  });

  it("takes no beginning of an answer for a whole one", () => {
    const text = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunked("hello, answer", [5])}`;

    for (let length = 0; length < text.length; length += 1) {
      equal(read(text.slice(0, length), [], true).isDone, false, text.slice(0, length));
    }
  });

  it("reads up to the connection's end when the answer does not say where it ends", () => {
    const text = "HTTP/1.0 404 Not Found\r\n\r\nhello";

    equal(read(text).isDone, false);
    deepEqual(read(text, [], true), {
      head: { status: 404, headers: {} },
      body: "hello",
      isDone: true,
      keepsOpen: false,
    });
  });

  it("passes over interim answers", () => {
    const text =
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nlink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";

    const { head, isDone, keepsOpen } = read(text);

    deepEqual({ status: head?.status, isDone, keepsOpen }, { status: 204, isDone: true, keepsOpen: true });
  });

  const closing: readonly { readonly what: string; readonly text: string }[] = [
    {
      what: "the service says so",
      text: "HTTP/1.1 200 OK\r\nConnection: x, Close\r\ncontent-length: 0\r\n\r\n",
    },
    { what: "it is of HTTP/1.0", text: "HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n" },
    {
      what: "more comes than was asked for",
      text: "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nHTTP/1.1 200",
    },
  ];
  for (const { what, text } of closing) {
    it(`keeps no connection open when ${what}`, () => {
      const { isDone, keepsOpen } = read(text);

      deepEqual({ isDone, keepsOpen }, { isDone: true, keepsOpen: false });
    });
  }

  it("tells how long an idle connection is kept", () => {
    const reader = new AnswerReader({ onHead() {}, onBody() {} });

    reader.push(Buffer.from("HTTP/1.1 200 OK\r\nKeep-Alive: max=5, timeout=7\r\ncontent-length: 0\r\n\r\n"));

    equal(reader.keepsOpenMs, 7000);
  });

  it("joins headers that come more than once, and takes the first of those that must not", () => {
    const { head } = read(
      'HTTP/1.1 200 OK\r\nx-a: 1\r\nX-A: 2\r\netag: "a"\r\netag: "b"\r\nx-empty:\r\ncontent-length: 0\r\n\r\n',
    );

    deepEqual(head?.headers, { "x-a": "1, 2", etag: '"a"', "x-empty": "", "content-length": "0" });
  });

  const refused: readonly { readonly what: string; readonly text: string }[] = [
    { what: "another protocol", text: "SSH-2.0-OpenSSH_9.6\r\n" },
    { what: "another version", text: "HTTP/2.0 200 OK\r\n\r\n" },
    { what: "a status without digits", text: "HTTP/1.1 OK\r\n\r\n" },
    { what: "a change of protocol", text: "HTTP/1.1 101 Switching\r\n\r\n" },
    { what: "a line that is no header", text: "HTTP/1.1 200 OK\r\nhello\r\n\r\n" },
    { what: "a header that goes on in the next line", text: "HTTP/1.1 200 OK\r\na: 1\r\n b\r\n\r\n" },
    { what: "a blank before the colon", text: "HTTP/1.1 200 OK\r\ncontent-length : 1\r\n\r\na" },
    { what: "two lengths", text: "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab" },
    { what: "a length with a sign", text: "HTTP/1.1 200 OK\r\ncontent-length: +1\r\n\r\na" },
    {
      what: "a length beside chunks",
      text: "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
    },
    {
      what: "a coding beside chunks, which nobody asked for",
      text: "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
    },
    { what: "a chunk without a length", text: "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nx\r\n" },
    {
      what: "a chunk that is too long",
      text: "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n",
    },
    { what: "a head without end", text: `HTTP/1.1 200 OK\r\nx: ${"x".repeat(17_000)}` },
    {
      what: "a chunk's line without end",
      text: `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;${"x".repeat(2000)}`,
    },
    {
      what: "an end of chunks without end",
      text: `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n${"x: y\r\n".repeat(5000)}`,
    },
  ];
  for (const { what, text } of refused) {
    it(`refuses ${what}`, () => {
      throws(() => read(text), NoHttpError);
    });
  }

  it("neither loops nor throws anything else, whatever comes", () => {
    const anyText = fc.oneof(
      fc.string({ unit: "binary-ascii", maxLength: 200 }),
      fc
        .array(
          fc.constantFrom(
            "HTTP/1.1 200 OK\r\n",
            "\r\n",
            "content-length: 3\r\n",
            "transfer-encoding: chunked\r\n",
            "3\r\n",
            "abc",
            "0",
          ),
        )
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(anyText, anyCuts, (text, cuts) => {
        try {
          read(text, cuts, true);
        } catch (error) {
          equal((error as NoHttpError).code, "HPE_NO_ANSWER");
        }
      }),
    );
  });
});
