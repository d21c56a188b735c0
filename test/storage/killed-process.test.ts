import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openEmbeddedStore, type PartRecord, type UploadRecord } from "../../src/storage/index.ts";
import { readBlob } from "../contract/blob-store-contract.ts";
import { allGarbage } from "../contract/metadata/records.ts";
import { blobFilesIn } from "./blob-files.ts";
import { startChild } from "./child-process.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

const WRITE_PARTS = new URL("./write-parts.ts", import.meta.url);
const ROUND_COUNT = 3;

interface Acknowledged extends Pick<PartRecord, "partNumber" | "blobId"> {
  readonly text: string;
}

describe("kill -9 while parts are written", () => {
  for (let round = 1; round <= ROUND_COUNT; round++) {
    it(`loses no acknowledged part and leaves no file without an owner, round ${round}`, async () => {
      await using folder = await makeTemporaryFolder();
      await using child = startChild(WRITE_PARTS, folder.path);
      const [first = "", ...lines] = await child.readLines(1 + 200 * round);
      lines.push(...(await child.kill()));
      const upload: UploadRecord = JSON.parse(first);
      const acknowledged: Acknowledged[] = lines
        .filter((line) => line.endsWith("}"))
        .map((line) => JSON.parse(line));
      const lastOfNumber = new Map(acknowledged.map((part) => [part.partNumber, part]));

      await using store = await openEmbeddedStore(folder.path, { collectEveryMs: "never" });

      const { parts } = await store.metadata.listParts(upload, { afterPartNumber: 0, limit: 10_000 });
      const listed = new Map(parts.map((part) => [part.partNumber, part.blobId]));
      for (const { partNumber, blobId, text } of lastOfNumber.values()) {
        const found = listed.get(partNumber);
        assert.ok(found !== undefined, `part ${partNumber} is lost`);
        // A later one may have been committed without its acknowledgement having been read.
        if (found === blobId) {
          assert.equal(String(await readBlob(store.blobs, blobId)), text);
        } else {
          assert.ok(comesAfter(found, blobId), `part ${partNumber} went back`);
        }
      }
      const owned = [...listed.values(), ...(await allGarbage(store.metadata))].sort();
      assert.deepEqual(await blobFilesIn(folder.path), owned);
    });
  }
});

/** Both are records of segments of one lease. */
function comesAfter(laterId: string, earlierId: string): boolean {
  const [later = [], earlier = []] = [laterId, earlierId].map((id) =>
    (/\/([0-9]+)@([0-9]+)/.exec(id) ?? []).slice(1).map(Number),
  );
  const [segmentsApart = 0, bytesApart = 0] = later.map((value, index) => value - (earlier[index] ?? 0));
  return segmentsApart > 0 || (segmentsApart === 0 && bytesApart > 0);
}
