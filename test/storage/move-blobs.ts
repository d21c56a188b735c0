// A process that puts, replaces and deletes small objects and collects the garbage with a clock of its own, until it is
// killed; it says what was acknowledged, one JSON line each: `node move-blobs.ts <folder>`.
import { GARBAGE_GRACE_MS, openEmbeddedStore } from "../../src/storage/index.ts";
import { writeBlob } from "../contract/blob-store-contract.ts";
import { BUCKET, bucketRecord, NOW_MS, newObject } from "../contract/metadata/records.ts";

const KEY_COUNT = 20;
const ROUNDS_BETWEEN_COLLECTIONS = 30;

let nowMs = NOW_MS;
const store = await openEmbeddedStore(process.argv[2] ?? "", { now: () => nowMs, collectEveryMs: "never" });
await store.metadata.createBucket(bucketRecord({ name: BUCKET }));
process.stdout.write("begun\n");
for (let round = 0; ; round += 1) {
  const key = `key ${round % KEY_COUNT}`;
  if (round % 7 === 0) {
    say({ key, text: null, state: "begun" });
    await store.metadata.deleteObjects(BUCKET, [{ key }], nowMs);
    say({ key, text: null, state: "done" });
  } else {
    const text = `${round} `.repeat(1 + (round % 400));
    say({ key, text, state: "begun" });
    const blobId = await writeBlob(store.blobs, [Buffer.from(text)]);
    await store.metadata.putObject(newObject({ key, extents: [{ blobId, sizeBytes: text.length }] }));
    say({ key, text, state: "done" });
  }
  if (round % ROUNDS_BETWEEN_COLLECTIONS === 0) {
    nowMs += GARBAGE_GRACE_MS;
    await store.collectGarbage();
  }
}

function say(event: { readonly key: string; readonly text: string | null; readonly state: string }): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}
