import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import type { ResourceLimits } from "node:worker_threads";
import { MetadataChannel } from "../../src/storage/embedded/metadata-channel.ts";

const SAY_OPENED = 'const { parentPort } = require("node:worker_threads"); parentPort.postMessage("opened");';
/** V8 chooses by the machine's memory, and never less. */
const OLD_GENERATION_MIN_MIB = 128;
const GET_BUCKET = { operation: "getBucket", input: ["b"], nowMs: 0 } as const;

describe("MetadataChannel", () => {
  it("turns the death of its worker into store-closed, for calls before and after", async () => {
    const dying = workerThat(
      `${SAY_OPENED} parentPort.once("message", () => { throw new Error("disk on fire"); });`,
    );
    const channel = await MetadataChannel.open(dying, { file: "", role: "writer" });
    const closed = { code: "store-closed", cause: new Error("disk on fire") };

    await Promise.all([
      assert.rejects(channel.call(GET_BUCKET), closed),
      assert.rejects(channel.call(GET_BUCKET), closed),
    ]);
    await assert.rejects(channel.call(GET_BUCKET), closed);
    await channel.close();
  });

  it("refuses to open when the worker dies before it is ready", async () => {
    const dying = workerThat('throw new Error("no database");');

    await assert.rejects(MetadataChannel.open(dying, { file: "", role: "writer" }), {
      code: "store-closed",
      cause: new Error("no database"),
    });
  });

  it("answers what was asked before it was closed, and nothing after", async () => {
    const echo = workerThat(`${SAY_OPENED} parentPort.on("message", (message) => {
      if (message === "close") { parentPort.close(); return; }
      parentPort.postMessage({ answers: message.map(({ id, input }) => ({ id, value: input })) });
    });`);
    const channel = await MetadataChannel.open(echo, { file: "", role: "writer" });

    const before = channel.call(GET_BUCKET);
    const closing = channel.close();

    await assert.rejects(channel.call(GET_BUCKET), { code: "store-closed" });
    assert.deepEqual(await before, ["b"]);
    await closing;
  });

  it("gives its worker little room for young objects, and all it wants for old ones", async () => {
    const telling = workerThat(`${SAY_OPENED} parentPort.on("message", (message) => {
      if (message === "close") { parentPort.close(); return; }
      const value = require("node:worker_threads").resourceLimits;
      parentPort.postMessage({ answers: message.map(({ id }) => ({ id, value })) });
    });`);
    const channel = await MetadataChannel.open(telling, { file: "", role: "writer" });

    const limits = (await channel.call(GET_BUCKET)) as ResourceLimits;
    await channel.close();

    assert.equal(limits.maxYoungGenerationSizeMb, 8);
    assert.ok((limits.maxOldGenerationSizeMb ?? 0) >= OLD_GENERATION_MIN_MIB, inspect(limits));
  });
});

function workerThat(source: string): URL {
  const module = `import { createRequire } from "node:module"; const require = createRequire("/"); ${source}`;
  return new URL(`data:text/javascript,${encodeURIComponent(module)}`);
}
