import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { serviceError } from "../../src/protocol/errors/known-error.ts";
import { ServiceError } from "../../src/protocol/errors/service-error.ts";
import { type ReceivedForm, readForm } from "../../src/server/read-form.ts";

const CONTENT_TYPE = "multipart/form-data; boundary=bound";

function field(name: string, value: string): string {
  return `--bound\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
}

function file(content: string, name = "file"): string {
  return `--bound\r\nContent-Disposition: form-data; name="${name}"; filename="a.txt"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${content}\r\n`;
}

const END = "--bound--\r\n";
const EXAMPLE = `${field("key", "a 中 b")}${field("Policy", "")}${file("content\r\n--boun")}${field("submit", "ok")}${END}`;

async function* inChunks(
  text: string | Uint8Array,
  size = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let offset = 0; offset < bytes.length; offset += size) {
    yield bytes.subarray(offset, offset + size);
  }
}

function open(chunks: AsyncIterable<Uint8Array>, contentType = CONTENT_TYPE): Promise<ReceivedForm> {
  return readForm({ sizeBytes: undefined, chunks }, contentType);
}

async function textOf({ file: { chunks } }: ReceivedForm): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const chunk of chunks) {
    pieces.push(Buffer.from(chunk));
  }
  return Buffer.concat(pieces).toString("utf8");
}

/** All of a form, or the code of its refusal. */
async function read(text: string | Uint8Array, size?: number) {
  try {
    using received = await open(inChunks(text, size));
    return { form: received.form, content: await textOf(received) };
  } catch (failure) {
    assert.ok(failure instanceof ServiceError, String(failure));
    return failure.code;
  }
}

const example = {
  form: {
    fields: [
      ["key", "a 中 b"],
      ["Policy", ""],
    ],
    file: { name: "a.txt", contentType: "text/plain; charset=utf-8" },
  },
  content: "content\r\n--boun",
};

describe("readForm()", () => {
  it("gives the fields before the file, and the file, however the bytes arrive", async () => {
    for (const size of [1, 2, 3, 5, 7, 16, 64, 1000]) {
      assert.deepEqual(await read(EXAMPLE, size), example, `chunks of ${size}`);
    }
  });

  it("accepts a boundary in quotes, a preamble and an epilogue", async () => {
    using received = await open(
      inChunks(`preamble\r\n${EXAMPLE}epilogue`),
      'multipart/form-data; charset=utf-8; boundary="bound"',
    );

    assert.equal(await textOf(received), example.content);
  });

  it("reads a form whose last bytes come alone, behind a file that filled the parser", {
    timeout: 10_000,
  }, async () => {
    const content = "x".repeat(200_000);
    async function* inTwo(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${file(content)}--bound--`);
      yield Buffer.from("\r\n");
    }

    using received = await open(inTwo());

    assert.equal(await textOf(received), content);
  });

  it("accepts an empty file", async () => {
    assert.deepEqual(await read(`${field("key", "k")}${file("")}${END}`), {
      form: { ...example.form, fields: [["key", "k"]] },
      content: "",
    });
  });

  it("refuses a form that ends anywhere before its end, and waits for nothing", async () => {
    const bytes = Buffer.from(EXAMPLE);
    // The line end behind the last boundary may be missing.
    const whole = bytes.length - "\r\n".length;
    for (let length = 0; length < whole; length += 1) {
      assert.ok(
        ["MalformedPOSTRequest", "IncorrectNumberOfFilesInPOSTRequest"].includes(
          String(await read(bytes.subarray(0, length), 50)),
        ),
        `${length} bytes`,
      );
    }
    assert.deepEqual(await read(bytes.subarray(0, whole), 50), example);
  });

  for (const [what, text, code] of [
    ["no file", `${field("key", "k")}${END}`, "IncorrectNumberOfFilesInPOSTRequest"],
    ["two files", `${file("a")}${file("b")}${END}`, "IncorrectNumberOfFilesInPOSTRequest"],
    [
      "a part that is no field",
      `--bound\r\nContent-Type: a/b\r\n\r\nx\r\n${file("a")}${END}`,
      "MalformedPOSTRequest",
    ],
    ["a part without headers", `--bound\r\n\r\nx\r\n${file("a")}${END}`, "MalformedPOSTRequest"],
    ["bytes that are no form", "key=value&file=content", "MalformedPOSTRequest"],
    [
      "a value that is too long",
      `${field("key", "k".repeat(2 * 1024 * 1024 + 1))}${file("a")}${END}`,
      "FieldItemTooLong",
    ],
    [
      "a name that is too long",
      `${field("k".repeat(8 * 1024 + 1), "v")}${file("a")}${END}`,
      "FieldItemTooLong",
    ],
    ["too many fields", `${field("a", "").repeat(1001)}${file("a")}${END}`, "FieldItemTooLong"],
    [
      "fields that are too long together",
      `${field("a", "k".repeat(2 * 1024 * 1024)).repeat(5)}${file("a")}${END}`,
      "FieldItemTooLong",
    ],
    ["too much behind the file", `${file("a")}${END}${"x".repeat(9 * 1024 * 1024)}`, "FieldItemTooLong"],
  ] as const) {
    it(`refuses ${what} with ${code}`, async () => {
      assert.equal(await read(text, 64 * 1024), code);
    });
  }

  it("accepts a value and a name of the greatest length", async () => {
    const name = "n".repeat(8 * 1024);
    const value = "v".repeat(2 * 1024 * 1024);

    const result = await read(`${field(name, value)}${file("a")}${END}`, 64 * 1024);

    assert.ok(typeof result === "object");
    assert.deepEqual(result.form.fields, [[name, value]]);
  });

  it("refuses a value that is not UTF-8", async () => {
    const bytes = Buffer.concat([
      Buffer.from('--bound\r\nContent-Disposition: form-data; name="key"\r\n\r\n'),
      Buffer.from([0x61, 0xff]),
      Buffer.from(`\r\n${file("a")}${END}`),
    ]);

    assert.equal(await read(bytes), "MalformedPOSTRequest");
  });

  it("refuses a boundary of few characters and many bytes", async () => {
    const contentType = `multipart/form-data; boundary=${"é".repeat(200)}`;

    await assert.rejects(open(inChunks(EXAMPLE), contentType), { code: "MalformedPOSTRequest" });
  });

  it("refuses a type without a boundary", async () => {
    await assert.rejects(open(inChunks(EXAMPLE), "multipart/form-data"), { code: "MalformedPOSTRequest" });
  });

  it("passes on what reading the body throws, before the file and within it", async () => {
    async function* broken(text: string): AsyncGenerator<Uint8Array> {
      yield Buffer.from(text);
      throw serviceError("IncompleteBody");
    }

    await assert.rejects(open(broken(field("key", "k"))), { code: "IncompleteBody" });
    using received = await open(broken(`${file("begin")}`.slice(0, -2)));
    await assert.rejects(textOf(received), { code: "IncompleteBody" });
  });

  it("pulls no more of the body than the file's reader takes", async () => {
    let pulledBytes = 0;
    async function* long(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(file("").slice(0, -2));
      for (let index = 0; index < 1000; index += 1) {
        pulledBytes += 64 * 1024;
        yield Buffer.alloc(64 * 1024, "x");
      }
      yield Buffer.from(`\r\n${END}`);
    }
    using received = await open(long());
    const chunks = received.file.chunks[Symbol.asyncIterator]();

    await chunks.next();
    await new Promise((resolve) => setImmediate(resolve));

    assert.ok(pulledBytes < 1024 * 1024, `${pulledBytes} bytes`);
    let sizeBytes = 64 * 1024;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
      sizeBytes += next.value.length;
    }
    assert.ok(sizeBytes >= 1000 * 64 * 1024);
  });

  it("throws the rest of the body away when it is disposed of before the file was read", async () => {
    let isOver = false;
    async function* long(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(file("").slice(0, -2));
      for (let index = 0; index < 1000; index += 1) {
        yield Buffer.alloc(64 * 1024);
      }
      isOver = true;
    }
    const received = await open(long());

    received[Symbol.dispose]();
    await assert.rejects(textOf(received), { code: "IncompleteBody" });
    await new Promise((resolve) => setImmediate(resolve));

    assert.ok(isOver);
  });
});
