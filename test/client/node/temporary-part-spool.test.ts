import { deepEqual, equal, ok } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { TemporaryPartSpool } from "../../../src/client/node/temporary-part-spool.ts";

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-spool-"));
});

after(async () => {
  await rm(folder, { recursive: true });
});

describe("TemporaryPartSpool", () => {
  it("gives back what was appended, from any position, and leaves no file behind", async () => {
    const spool = new TemporaryPartSpool({ folder });
    const part = await spool.create(3_000);
    const bytes = randomBytes(3_000);
    ok((await part.append(bytes.subarray(0, 1_000))) && (await part.append(bytes.subarray(1_000))));

    const target = Buffer.alloc(2_500);
    equal(await part.read(900, target), 2_100);

    deepEqual(target.subarray(0, 2_100), bytes.subarray(900));
    deepEqual(await readdir(folder), process.platform === "win32" ? await readdir(folder) : []);
    await part.discard();
    await part.discard();
    deepEqual(await readdir(folder), []);
  });

  it("has room for as much as it may take, counting parts that are not full yet", async () => {
    const spool = new TemporaryPartSpool({ folder, sizeMaxBytes: 10_000 });
    const first = await spool.create(6_000);

    deepEqual([await spool.hasRoom(4_000), await spool.hasRoom(4_001)], [true, false]);
    await first.append(new Uint8Array(10));
    await first.discard();

    equal(await spool.hasRoom(10_000), true);
  });

  it("has no room on a disk that has less, or in a folder that is not there", async () => {
    const endless = { sizeMaxBytes: Number.MAX_SAFE_INTEGER };

    equal(await new TemporaryPartSpool({ folder, ...endless }).hasRoom(2 ** 52), false);
    equal(await new TemporaryPartSpool({ folder: join(folder, "nowhere") }).hasRoom(1), false);
  });
});
