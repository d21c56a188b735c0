// What documents and fields of forms may take of the memory together, however many and however slow their senders are.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import type { ServiceError } from "../../src/protocol/errors/service-error.ts";
import { gatherBody } from "../../src/server/gather-body.ts";
import { GatheredBytes } from "../../src/server/gathered-bytes.ts";
import { readDocument } from "../../src/server/read-document.ts";
import { readForm } from "../../src/server/read-form.ts";

const LIMIT_BYTES = 1_000;

describe("GatheredBytes", () => {
  it("never holds more than its limit, and tells each that has to go once", () => {
    const step = fc.record({
      who: fc.nat({ max: 7 }),
      what: fc.constantFrom("add", "dispose", "wait"),
      amount: fc.nat({ max: 600 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let nowMs = 0;
        const memory = new GatheredBytes({ limitBytes: LIMIT_BYTES, now: () => nowMs });
        const evictions = Array.from({ length: 8 }, () => 0);
        const all = evictions.map((_, who) =>
          memory.begin(() => {
            evictions[who] = (evictions[who] ?? 0) + 1;
          }),
        );

        for (const { who, what, amount } of steps) {
          if (what === "add") {
            all[who]?.add(amount);
          } else if (what === "dispose") {
            all[who]?.[Symbol.dispose]();
          } else {
            nowMs += amount;
          }
          assert.ok(memory.heldBytes >= 0 && memory.heldBytes <= LIMIT_BYTES);
        }
        for (const each of all) {
          each[Symbol.dispose]();
        }

        assert.equal(memory.heldBytes, 0);
        assert.ok(evictions.every((count) => count <= 1));
      }),
    );
  });

  it("lets those go who have held the most for the longest", () => {
    let nowMs = 0;
    const memory = new GatheredBytes({ limitBytes: LIMIT_BYTES, now: () => nowMs });
    const gone: string[] = [];
    const begin = (name: string) => memory.begin(() => gone.push(name));
    begin("small and old").add(10);
    nowMs = 9_000;
    begin("large and old").add(800);
    nowMs = 10_000;

    begin("large and new").add(900);

    assert.deepEqual(gone, ["large and old"]);
  });
});

describe("a document and a form that stand still", () => {
  for (const [what, open] of [
    ["document", readSlowDocument],
    ["form", readSlowForm],
  ] as const) {
    it(`make room for others: a ${what}`, async () => {
      const clock = { nowMs: 0 };
      const memory = new GatheredBytes({ limitBytes: LIMIT_BYTES, now: () => clock.nowMs });
      const slow = open(800, memory);
      await slow.sent;
      clock.nowMs = 10_000;

      using other = await readDocument({ body: bodyOf("x".repeat(700)), headers: {} }, "xml", memory);

      assert.equal(other.text.length, 700);
      await assert.rejects(slow.read, ({ code, status }: ServiceError) => {
        assert.deepEqual([code, status], ["RequestTimeout", 400]);
        return true;
      });
      assert.equal(memory.heldBytes, 700);
    });
  }

  it("keep nothing of what comes after they had to go", async () => {
    const memory = new GatheredBytes({ limitBytes: LIMIT_BYTES });
    let takenCount = 0;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (; takenCount < 100; takenCount += 1) {
        yield Buffer.alloc(LIMIT_BYTES);
      }
    }

    const limit = { sizeMaxBytes: 1_000_000, tooLarge: () => new Error("too large") };
    await assert.rejects(gatherBody(chunks(), limit, memory), { code: "RequestTimeout" });
    await setImmediate();

    assert.deepEqual([takenCount, memory.heldBytes], [2, 0]);
  });

  it("cannot make one go that is whole and worked on", async () => {
    const clock = { nowMs: 0 };
    const memory = new GatheredBytes({ limitBytes: LIMIT_BYTES, now: () => clock.nowMs });
    using whole = await readDocument({ body: bodyOf("x".repeat(900)), headers: {} }, "xml", memory);
    clock.nowMs = 10_000;

    const { read } = readSlowDocument(200, memory);

    await assert.rejects(read, { code: "RequestTimeout" });
    assert.deepEqual([whole.text.length, memory.heldBytes], [900, 900]);
  });

  it("hold nothing any more once they are disposed of, or have failed", async () => {
    const memory = new GatheredBytes({ limitBytes: LIMIT_BYTES });
    {
      using _document = await readDocument({ body: bodyOf("text"), headers: {} }, "xml", memory);
      using _form = await readForm(bodyOf(`${fieldOf(100)}${FILE}`), FORM_TYPE, memory);
      assert.ok(memory.heldBytes > 100);
    }
    const wrongDigest = { "content-md5": "AAAA" };
    await assert.rejects(readDocument({ body: bodyOf("text"), headers: wrongDigest }, "xml", memory));
    await assert.rejects(readForm(bodyOf(`${fieldOf(100)}--bound--\r\n`), FORM_TYPE, memory));
    await assert.rejects(readForm(bodyOf(fieldOf(100)), FORM_TYPE, memory));

    assert.equal(memory.heldBytes, 0);
  });
});

const FORM_TYPE = "multipart/form-data; boundary=bound";
const FILE =
  '--bound\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\ncontent\r\n--bound--\r\n';

function fieldOf(sizeBytes: number): string {
  return `--bound\r\nContent-Disposition: form-data; name="key"\r\n\r\n${"k".repeat(sizeBytes)}\r\n`;
}

function bodyOf(text: string) {
  return { sizeBytes: text.length, chunks: chunksOf(text) };
}

async function* chunksOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function readSlowDocument(sizeBytes: number, memory: GatheredBytes) {
  const { chunks, sent } = thenSilence("x".repeat(sizeBytes));
  const read = readDocument({ body: { sizeBytes: undefined, chunks }, headers: {} }, "xml", memory);
  read.catch(() => undefined);
  return { read, sent };
}

function readSlowForm(sizeBytes: number, memory: GatheredBytes) {
  const { chunks, sent } = thenSilence(fieldOf(sizeBytes).slice(0, -2));
  const read = readForm({ sizeBytes: undefined, chunks }, FORM_TYPE, memory);
  read.catch(() => undefined);
  return { read, sent };
}

/** A body whose sender has gone quiet; `sent` resolves when what came was taken. */
function thenSilence(text: string) {
  let tell = () => {};
  const sent = new Promise<void>((resolve) => {
    tell = resolve;
  });
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
    tell();
    await new Promise(() => undefined);
  }
  return { chunks: chunks(), sent };
}
