import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { ReceiveMemory } from "../../src/server/receive-memory.ts";
import { DirectFile } from "../../src/storage/embedded/direct-file.ts";
import { openEmbeddedStore, type Store } from "../../src/storage/index.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

const KIB = 1024;
const BUFFER_SIZE_BYTES = 128 * KIB;
const memory = new ReceiveMemory({ bufferCount: 1, bufferSizeBytes: BUFFER_SIZE_BYTES });

describe("writes past the page cache", () => {
  const resources = new AsyncDisposableStack();
  let folder = "";
  let store: Store | undefined;
  before(async () => {
    folder = resources.use(await makeTemporaryFolder()).path;
    store = resources.use(await openEmbeddedStore(join(folder, "data")));
  });
  after(() => resources.disposeAsync());

  it("and through it leave one blob with all bytes in order, whatever the sizes", async () => {
    const sizes = fc.array(
      fc.constantFrom(1, 100, 4_096, 64 * KIB, 64 * KIB + 1, 124 * KIB, BUFFER_SIZE_BYTES),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(sizes, async (runs) => {
        assert.ok(store);
        const buffer = await memory.take();
        const writer = await store.blobs.create({ sizeBytes: 16 * 1024 * KIB });
        for (const [index, size] of runs.entries()) {
          await writer.write(buffer.subarray(0, size).fill(index + 1));
        }
        await writer.commit();
        memory.give(buffer);

        const expected = Buffer.concat(runs.map((size, index) => Buffer.alloc(size, index + 1)));
        const found = Buffer.alloc(expected.length);
        await using reader = await store.blobs.open(writer.id);

        assert.equal(await reader.read(0, found), expected.length);
        assert.ok(found.equals(expected));
        assert.equal(writer.crc64?.(), crc64(expected));
      }),
      { numRuns: 25 },
    );
  });

  it("are left to the caller when they are not aligned", async () => {
    const path = join(folder, "unaligned");
    await writeFile(path, "");
    const buffer = await memory.take();
    await using file = new DirectFile(path);

    assert.equal(await file.write(buffer.subarray(1, 64 * KIB + 1), 0), 0);
    assert.equal(await file.write(buffer.subarray(0, 64 * KIB), 1), 0);
    assert.equal(await file.write(buffer.subarray(0, 64 * KIB + 1), 0), 0);
    memory.give(buffer);

    assert.equal((await readFile(path)).length, 0);
  });

  it("are left to the caller where the file does not take them", async () => {
    const buffer = await memory.take();
    await using file = new DirectFile("/proc/self/comm");

    assert.equal(await file.write(buffer, 0), 0);
    memory.give(buffer);
  });
});
