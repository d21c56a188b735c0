// The same work for others who keep objects: s3rver and Ceph's gateway, where they are installed. All of them check
// signatures and compute MD5s; Partwise and Ceph keep what they acknowledge through a power cut, s3rver does not.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { completedPartsDocument } from "../../../src/protocol/fields/part-list.ts";
import type { Bench } from "../bench.ts";
import { BUCKET_NAME, partRequests, startOurs } from "../contestant.ts";
import type { PreparedRequest } from "../load.ts";
import { type Measurement, measureLoad } from "../measure-load.ts";
import { startCephRgw } from "../peers/ceph-rgw.ts";
import type { Peer } from "../peers/peer.ts";
import { startS3rver } from "../peers/s3rver.ts";
import { median } from "../statistics.ts";
import { printHeading, printRow } from "../table.ts";
import type { Verdict } from "../targets.ts";

const LARGE = { count: 64, sizeBytes: 8 * 1024 * 1024 };
const LARGE_CONNECTION_COUNT = 16;
const SMALL = { count: 1_000, sizeBytes: 128 * 1024 };
const SMALL_CONNECTION_COUNT = 32;
const LISTED_COUNT = 5_000;
const PAGE_SIZE = 1_000;
const PAGE_COUNT = 20;
const ROUND_COUNT_MAX = 3;
const MB = 1e6;

/** Of one contestant: for each kind of work, a value for each round. */
type Results = ReadonlyMap<string, number[]>;

const kinds = {
  large: "8 MiB parts, 16 in flight, MB/s",
  small: "128 KiB parts, 32 in flight, MB/s",
  complete: "Complete of the small parts, ms",
  get: "GET of the large parts' object, MB/s",
  list: "a page of 1,000 keys, ms",
} as const;

export async function runPeers(bench: Bench): Promise<readonly Verdict[]> {
  const { folder, flagSets, bodies, roundCount } = bench;
  await using stack = new AsyncDisposableStack();
  const data = join(folder, "data");
  const ours = stack.use(
    await startOurs({
      ...{ name: "partwise", folder: data, workFolder: folder },
      flags: flagSets[0] ?? [],
      bodies,
    }),
  );
  const peers: Peer[] = [ours];
  const starts = { s3rver: () => startS3rver(folder), "Ceph RGW": () => startCephRgw(join(folder, "ceph")) };
  for (const [name, start] of Object.entries(starts)) {
    const started = await start().catch((failure: unknown) => String(failure));
    if (typeof started === "string") {
      console.log(`\n${name} is not run: ${started}`);
    } else {
      peers.push(stack.use(started));
    }
  }
  const results = new Map<Peer, Results>();
  for (const peer of peers) {
    results.set(peer, new Map(Object.values(kinds).map((kind) => [kind, []])));
    await putListed(peer, bench);
  }
  for (let round = 0; round < Math.min(roundCount, ROUND_COUNT_MAX); round += 1) {
    for (const [peer, ofPeer] of results) {
      for (const [kind, value] of await runRound(peer, round, bench)) {
        ofPeer.get(kind)?.push(value);
      }
    }
  }
  return printWinners(results);
}

/** Each kind of work once, in the order in which one needs the other. */
async function runRound(peer: Peer, round: number, bench: Bench): Promise<ReadonlyMap<string, number>> {
  const largeCount = Math.ceil(LARGE.count * bench.scale);
  const smallCount = Math.ceil(SMALL.count * bench.scale);
  const large = { key: `large-${round}`, count: largeCount, sizeBytes: LARGE.sizeBytes };
  const small = { key: `small-${round}`, count: smallCount, sizeBytes: SMALL.sizeBytes };
  const largeSent = await sendParts(peer, large, LARGE_CONNECTION_COUNT, bench);
  await complete(peer, { ...large, uploadId: largeSent.uploadId }, bench);
  const smallSent = await sendParts(peer, small, SMALL_CONNECTION_COUNT, bench);
  const completion = await complete(peer, { ...small, uploadId: smallSent.uploadId }, bench);
  const target = await peer.sign("GET", { bucket: BUCKET_NAME, key: large.key });
  const got = await send(peer, [{ method: "GET", target }], 1, bench);
  // s3rver answers 500 when it has to list some thousand keys.
  const listed = await send(peer, await pageRequests(peer), 1, bench).catch((failure: unknown) => {
    console.error(`${peer.name} does not list: ${failure}`);
    return { wholeMs: [] };
  });
  const largeMb = (largeCount * LARGE.sizeBytes) / MB;
  return new Map([
    [kinds.large, largeMb / largeSent.measurement.wallSeconds],
    [kinds.small, (smallCount * SMALL.sizeBytes) / MB / smallSent.measurement.wallSeconds],
    [kinds.complete, completion.firstByteMs[0] ?? Number.NaN],
    [kinds.get, largeMb / got.wallSeconds],
    [kinds.list, median(listed.wholeMs)],
  ]);
}

interface Upload {
  readonly key: string;
  readonly count: number;
  readonly sizeBytes: number;
}

async function sendParts(
  peer: Peer,
  { key, count, sizeBytes }: Upload,
  connectionCount: number,
  bench: Bench,
): Promise<{ readonly uploadId: string; readonly measurement: Measurement }> {
  const { server, sign } = peer;
  const initiate = await sign("POST", { bucket: BUCKET_NAME, key }, [["uploads", ""]]);
  const answer = await (await fetch(server.endpoint + initiate, { method: "POST" })).text();
  const uploadId = /<UploadId>([^<]+)<\/UploadId>/.exec(answer)?.[1];
  if (uploadId === undefined) {
    throw new Error(`${peer.name} began no upload: ${answer}`);
  }
  const requests = await partRequests(sign, { key, uploadId }, { count, sizeBytes });
  const expected = [`etag: "${bench.bodies.digests(sizeBytes).md5}"`];
  return { uploadId, measurement: await send(peer, requests, connectionCount, bench, { expected }) };
}

async function complete(
  peer: Peer,
  { key, uploadId, count, sizeBytes }: Upload & { readonly uploadId: string },
  bench: Bench,
): Promise<Measurement> {
  const { md5: etag } = bench.bodies.digests(sizeBytes);
  const parts = Array.from({ length: count }, (_, index) => ({ partNumber: index + 1, etag }));
  const document = completedPartsDocument(parts);
  const bodies = join(bench.folder, "document");
  await writeFile(bodies, document);
  const target = await peer.sign("POST", { bucket: BUCKET_NAME, key }, [["uploadId", uploadId]]);
  const request = { method: "POST" as const, target, body: { offset: 0, sizeBytes: document.length } };
  return await send(peer, [request], 1, bench, { bodies });
}

async function putListed(peer: Peer, bench: Bench): Promise<void> {
  const requests = await Promise.all(
    Array.from({ length: LISTED_COUNT }, async (_, index) => {
      const key = `listed/${String(index).padStart(7, "0")}`;
      const target = await peer.sign("PUT", { bucket: BUCKET_NAME, key });
      return { method: "PUT" as const, target, body: { offset: 0, sizeBytes: 1 } };
    }),
  );
  await send(peer, requests, SMALL_CONNECTION_COUNT, bench);
}

async function pageRequests({ sign }: Peer): Promise<readonly PreparedRequest[]> {
  const query = { "list-type": "2", "max-keys": String(PAGE_SIZE), prefix: "listed/" };
  const target = await sign("GET", { bucket: BUCKET_NAME }, Object.entries(query));
  return Array.from({ length: PAGE_COUNT }, () => ({ method: "GET" as const, target }));
}

async function send(
  { server }: Peer,
  requests: readonly PreparedRequest[],
  connectionCount: number,
  { client, bodies }: Bench,
  options: { readonly bodies?: string; readonly expected?: readonly string[] } = {},
): Promise<Measurement> {
  const { expected = [] } = options;
  return await measureLoad(client, server, {
    ...{ requests, connectionCount, bodies: options.bodies ?? bodies.path, expected },
  });
}

function describe(value: number, kind: string): string {
  if (Number.isNaN(value)) {
    return "failed";
  }
  return value.toFixed(kind.endsWith("ms") ? 1 : 0);
}

function printWinners(results: ReadonlyMap<Peer, Results>): readonly Verdict[] {
  const peers = [...results.keys()];
  printHeading("the same work", ...peers.map(({ name }) => name));
  return Object.values(kinds).flatMap((kind) => {
    const values = peers.map((peer) => median(results.get(peer)?.get(kind) ?? []));
    printRow(kind, ...values.map((value) => describe(value, kind)));
    const isBetter = (value: number, other: number) => (kind.endsWith("ms") ? value < other : value > other);
    const best = values
      .filter((value) => !Number.isNaN(value))
      .reduce((before, value) => (isBetter(value, before) ? value : before));
    const winner = peers[values.indexOf(best)]?.name ?? "";
    const target = "ours first";
    return peers.length < 2
      ? []
      : [{ what: `peers, ${kind}`, measured: winner, target, isMet: values.indexOf(best) === 0 }];
  });
}
