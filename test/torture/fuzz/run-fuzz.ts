// Fuzzed requests against the real command in a process of its own. What must hold is in judge-answer.ts; besides, the
// server lives, reports no failure, keeps nothing of its requests in memory, and what nobody was entitled to change is
// unchanged.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Credentials } from "../../../src/protocol/signing/credentials.ts";
import { type ServedFolder, serveFolder } from "../../e2e/server-process.ts";
import { type CaseMaker, type FuzzCase, makeCase } from "./fuzz-case.ts";
import { judgeAnswer } from "./judge-answer.ts";
import { type LiveMemory, watchLiveMemory } from "./live-memory.ts";
import {
  complaintsAbout,
  type MeasuredMemory,
  mebibytes,
  RESIDENT_COUNT_MIN,
  residentByTenths,
  residentGrowth,
  residentGrowthFromFirst,
} from "./memory-law.ts";
import { residentBytes } from "./resident-memory.ts";
import { CaseSender, type Outcome } from "./send-cases.ts";
import { Tally } from "./tally.ts";
import { sampleOperations } from "./valid-request.ts";
import { assertGuardedIsUntouched, makeWorld, renewUploads, type World } from "./world.ts";

export interface FuzzOptions {
  readonly folder: string;
  readonly seed: number;
  /** How many requests. */
  readonly count: number;
  /** Only this one, as it was in a run with this seed. */
  readonly only?: number;
  /** What the server is loaded with besides. */
  readonly preload?: { readonly address: string; readonly environment: Readonly<Record<string, string>> };
  readonly log: (line: string) => void;
}

const SENDERS = 12;
const IN_TURN_MAX = 6;
const ANSWER_LIMIT_MS = 15_000;
const RENEWED_EVERY = 2_000;
const SAMPLES = 100;
/**
 * Requests of the same mix before the first that counts, where the resident memory is judged: until then V8 compiles what is
 * hot and finds the size of its heaps, and the pools fill.
 */
const WARM_UP_COUNT = 25_000;
/** After so many the rest would say the same. */
const FAILURES_MAX = 20;

/** @throws {Error} with seed, number and bytes of every request that was not answered as it must be */
export async function runFuzz(options: FuzzOptions): Promise<Tally> {
  const live = await watchLiveMemory(join(options.folder, "live"));
  const served = await serveFolder(join(options.folder, "data"), [], environmentOf(live, options));
  try {
    const tally = await fuzz(served, live, options);
    await assertGuardedIsUntouched(served);
    if (served.stderr() !== "") {
      tally.complain(`the server reported: ${served.stderr().slice(0, 2_000)}`);
    }
    tally.throwIfAnythingWasWrong();
    return tally;
  } finally {
    await served.kill();
  }
}

function environmentOf({ environment }: LiveMemory, { preload }: FuzzOptions): Record<string, string> {
  return preload === undefined
    ? environment
    : {
        ...environment,
        ...preload.environment,
        NODE_OPTIONS: `${environment.NODE_OPTIONS} --import ${preload.address}`,
      };
}

async function fuzz(
  served: ServedFolder,
  live: LiveMemory,
  { folder, seed, count, only, log }: FuzzOptions,
): Promise<Tally> {
  const keyFile = join(folder, "data", "credentials.json");
  const credentials = JSON.parse(await readFile(keyFile, "utf8")) as Credentials;
  let world: World = await makeWorld(served, credentials);
  const operations = sampleOperations(seed);
  const maker: CaseMaker = {
    seed,
    operations,
    world: () => world,
    now: () => new Date(),
    region: "cn-hangzhou",
  };
  const tally = new Tally(seed, FAILURES_MAX);
  const samples: number[] = [];
  let nextNumber = only ?? 0;
  let firstLiveBytes = Promise.resolve(Number.NaN);
  const warmUpCount = count >= RESIDENT_COUNT_MIN ? WARM_UP_COUNT : 0;
  const end = only === undefined ? warmUpCount + count : only + 1;
  const startedAtMs = Date.now();
  const take = async () => {
    const number = nextNumber;
    nextNumber += 1;
    if (number % RENEWED_EVERY === RENEWED_EVERY - 1) {
      world = { ...world, uploads: await renewUploads(world.clients) };
    }
    if (number >= warmUpCount && (number - warmUpCount) % Math.max(1, Math.floor(count / SAMPLES)) === 0) {
      samples.push((await residentBytes(served.child.pid ?? 0)) ?? Number.NaN);
    }
    if (number === warmUpCount + Math.floor(count / 10)) {
      firstLiveBytes = live.bytes();
      // Of a server that ends meanwhile something else is told.
      firstLiveBytes.catch(() => undefined);
    }
    return makeCase(number, maker);
  };
  const work = async () => {
    using sender = new CaseSender(world.port, ANSWER_LIMIT_MS);
    while (nextNumber < end && !tally.isFull && served.child.exitCode === null) {
      for (const outcome of await sendSome(sender, take, () => nextNumber < end)) {
        judge(outcome, tally);
      }
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, work));

  const seconds = (Date.now() - startedAtMs) / 1000;
  log(`${tally.summary()}; ${Math.round(tally.requestCount / seconds)} requests/s`);
  if (served.child.exitCode !== null) {
    tally.complain(`the server ended with ${served.child.exitCode}`);
  } else if (only === undefined) {
    const liveBytes = [await firstLiveBytes, await live.bytes()] as const;
    judgeMemory({ requestCount: count, liveBytes, residentBytes: samples }, tally, log);
  }
  return tally;
}

/** One broken case, or a few plain ones in turn. */
async function sendSome(
  sender: CaseSender,
  take: () => Promise<FuzzCase>,
  hasMore: () => boolean,
): Promise<readonly Outcome[]> {
  const plain: FuzzCase[] = [];
  while (plain.length < IN_TURN_MAX && hasMore()) {
    const fuzzCase = await take();
    if (fuzzCase.isBroken) {
      return [...(await sender.sendInTurn(plain)), await sender.sendAlone(fuzzCase)];
    }
    plain.push(fuzzCase);
  }
  return sender.sendInTurn(plain);
}

function judge({ fuzzCase, answers, complaint }: Outcome, tally: Tally): void {
  const judged = answers.map((answer, index) => ({
    answer,
    // What stands behind a broken request was signed by nobody.
    ...judgeAnswer(answer, index === 0 ? fuzzCase : { ...fuzzCase, trust: "unsigned" }),
  }));
  tally.count(fuzzCase, judged);
  for (const text of [
    ...(complaint === undefined ? [] : [complaint]),
    ...judged.flatMap((one) => one.complaints),
  ]) {
    tally.complain(text, fuzzCase, answers);
  }
}

function judgeMemory(measured: MeasuredMemory, tally: Tally, log: (line: string) => void): void {
  const { liveBytes, residentBytes: samples } = measured;
  const resident = residentByTenths(samples).join(" ");
  log(
    `alive after the first tenth ${mebibytes(liveBytes[0])} MiB, after the last ${mebibytes(liveBytes[1])}; ` +
      `resident by tenths: ${resident} MiB, at the end ${residentGrowth(samples).toFixed(3)} × the middle and ` +
      `${residentGrowthFromFirst(measured.requestCount, samples).toFixed(3)} × the first`,
  );
  for (const complaint of complaintsAbout(measured)) {
    tally.complain(complaint);
  }
}
