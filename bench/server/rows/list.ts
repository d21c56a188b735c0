// A page of 1,000 of 1,000,000 keys, as the client sees it.
import { join } from "node:path";
import { type NewObject, openEmbeddedStore } from "../../../src/storage/index.ts";
import type { Bench } from "../bench.ts";
import { BUCKET_NAME, type OurServer, startOurs } from "../contestant.ts";
import type { PreparedRequest } from "../load.ts";
import { measureLoad } from "../measure-load.ts";
import { median, quantile } from "../statistics.ts";
import { printHeading, printRow } from "../table.ts";
import { type Verdict, withinMs } from "../targets.ts";

const KEY_COUNT = 1_000_000;
const PAGE_SIZE = 1_000;
const PAGE_COUNT = 200;
const WARM_UP_PAGE_COUNT = 40;
/** How many objects are put at once: each commit takes as many as wait for it. */
const CALLER_COUNT = 512;
const PAGE_MAX_MS = 20;
const ATTRIBUTES: NewObject["attributes"] = {
  standard: { contentType: "image/jpeg" },
  user: { camera: "7" },
  tags: {},
};

export async function runList(bench: Bench): Promise<readonly Verdict[]> {
  const { client, bodies, folder, scale, flagSets } = bench;
  const dataFolder = join(folder, "data");
  const keyCount = Math.ceil(KEY_COUNT * scale);
  await putObjects(dataFolder, keyCount);
  await using ours = await startOurs({
    ...{ name: "partwise", folder: dataFolder, workFolder: folder, flags: flagSets[0] ?? [], bodies },
  });
  const pages = async (pageCount: number) =>
    await measureLoad(client, ours.server, {
      connectionCount: 1,
      requests: await pageRequests(ours, keyCount, pageCount),
      bodies: bodies.path,
      expected: [],
    });
  await pages(WARM_UP_PAGE_COUNT);
  const { wholeMs, receivedBytes, eventLoopDelay } = await pages(PAGE_COUNT);
  printHeading(`${PAGE_SIZE} of ${keyCount} keys, ${PAGE_COUNT} pages`, "median ms", "p99 ms", "bytes");
  const size = (receivedBytes / PAGE_COUNT).toFixed(0);
  printRow(
    "from the last byte to the last of the answer",
    median(wholeMs).toFixed(1),
    quantile(wholeMs, 0.99).toFixed(1),
    size,
  );
  printRow("the longest that the event loop was held", "", eventLoopDelay.max.toFixed(1));
  return [withinMs(`${PAGE_SIZE} of ${keyCount} keys`, median(wholeMs), PAGE_MAX_MS)];
}

/** Straight into the store, for a million requests would take longer than all the rest. */
async function putObjects(dataFolder: string, keyCount: number): Promise<void> {
  await using store = await openEmbeddedStore(dataFolder);
  await store.metadata.createBucket({
    ...{ name: BUCKET_NAME, acl: "private", storageClass: "Standard", dataRedundancyType: "LRS" },
    ...{ createdAtMs: Date.now(), configurations: {} },
  });
  let next = 0;
  const putMany = async () => {
    while (next < keyCount) {
      next += 1;
      await store.metadata.putObject({
        ...{ bucket: BUCKET_NAME, key: keyOf(next), type: "Normal", attributes: ATTRIBUTES, extents: [] },
        ...{ etag: "D41D8CD98F00B204E9800998ECF8427E", md5: "d41d8cd98f00b204e9800998ecf8427e", crc64: 0n },
        ...{ modifiedAtMs: Date.now(), forbidOverwrite: false },
      });
    }
  };
  await Promise.all(Array.from({ length: CALLER_COUNT }, putMany));
}

function keyOf(number: number): string {
  const padded = String(number).padStart(7, "0");
  return `photos/2026/${padded.slice(0, 3)}/IMG_${padded}.jpg`;
}

/** Pages that begin all over the bucket. */
async function pageRequests(
  { sign }: OurServer,
  keyCount: number,
  pageCount: number,
): Promise<readonly PreparedRequest[]> {
  return await Promise.all(
    Array.from({ length: pageCount }, async (_, index) => {
      const start = Math.floor(((keyCount - PAGE_SIZE) / pageCount) * index) + 1;
      const query = { "list-type": "2", "max-keys": String(PAGE_SIZE), "start-after": keyOf(start) };
      const target = await sign(
        "GET",
        { bucket: BUCKET_NAME },
        Object.entries({ ...query, "encoding-type": "url" }),
      );
      return { method: "GET" as const, target };
    }),
  );
}
