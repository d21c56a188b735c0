// A process that is killed at each step of giving space back: nothing that was acknowledged is lost or changed, and after
// the next start the disk holds what has an owner and nothing else.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";
import { checkDataFolder, openEmbeddedStore } from "../../src/storage/index.ts";
import { readBlob } from "../contract/blob-store-contract.ts";
import { BUCKET, NOW_MS } from "../contract/metadata/records.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

const MOVE_BLOBS = new URL("./move-blobs.ts", import.meta.url).pathname;
const POINTS = [
  "blobs.copied:3",
  "moveBlobs.committing:2",
  "moveBlobs.committed:3",
  "segment.removed:2",
  "garbage.deleted:4",
];

/** `null`: deleted. */
type Text = string | null;

describe("a process that is killed while blobs are moved", { concurrency: true }, () => {
  for (const point of POINTS) {
    it(`at ${point} has lost nothing and left nothing behind`, async () => {
      await using folder = await makeTemporaryFolder();
      const lines = await runUntilKilled(folder.path, point);
      const { acknowledged, underWay } = outcomeOf(lines);

      await using store = await openEmbeddedStore(folder.path, {
        collectEveryMs: "never",
        now: () => NOW_MS,
      });

      for (const [key, text] of acknowledged) {
        const opened = await store.metadata.openObject({ bucket: BUCKET, key });
        const blobId = opened?.extents[0]?.blobId;
        const found: Text = blobId === undefined ? null : String(await readBlob(store.blobs, blobId));
        assert.ok(found === text || (underWay?.key === key && found === underWay.text), `${key} is another`);
      }
      const report = await checkDataFolder(folder.path, { checksums: true });
      assert.deepEqual([report.faults, report.unswept.blobCount], [[], 0]);
    });
  }
});

async function runUntilKilled(folder: string, point: string): Promise<readonly string[]> {
  const child = spawn(process.execPath, [MOVE_BLOBS, folder], {
    env: { ...process.env, PARTWISE_CRASH_AT: point },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const [, signal] = await once(child, "close");
  assert.equal(signal, "SIGKILL");
  return output.split("\n").slice(0, -1);
}

function outcomeOf([, ...lines]: readonly string[]) {
  const acknowledged = new Map<string, Text>();
  let underWay: { readonly key: string; readonly text: Text } | undefined;
  for (const line of lines) {
    const { key, text, state } = JSON.parse(line) as { key: string; text: Text; state: string };
    underWay = state === "begun" ? { key, text } : undefined;
    if (state === "done") {
      acknowledged.set(key, text);
    }
  }
  return { acknowledged, underWay };
}
