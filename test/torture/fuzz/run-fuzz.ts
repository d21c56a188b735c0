// Fuzzed requests against the real command in a process of its own. What must hold is in judge-answer.ts; besides, the
// server lives, reports no failure, grows no more than a tenth, and what nobody was entitled to change is unchanged.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Credentials } from "../../../src/protocol/signing/credentials.ts";
import { type ServedFolder, serveFolder } from "../../e2e/server-process.ts";
import { type CaseMaker, type FuzzCase, makeCase } from "./fuzz-case.ts";
import { judgeAnswer } from "./judge-answer.ts";
import { growth, residentBytes } from "./resident-memory.ts";
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
  readonly log: (line: string) => void;
}

const SENDERS = 12;
const IN_TURN_MAX = 6;
const ANSWER_LIMIT_MS = 15_000;
const RENEWED_EVERY = 2_000;
const SAMPLES = 100;
/** Of the resident memory, from the end of the first tenth to the end of the last. */
const GROWTH_MAX = 1.1;
const GROWTH_COUNT_MIN = 100_000;
/**
 * Requests of the same mix before the first that counts, where growth is judged. Until then V8 compiles what is hot and
 * finds the size of its heaps, and the pools fill: 100,000 without them end their tenths with 220 224 237 238 239 248
 * 245 245 246 247 MiB (seed 1).
 */
const WARM_UP_COUNT = 25_000;
/** After so many the rest would say the same. */
const FAILURES_MAX = 20;

/** @throws {Error} with seed, number and bytes of every request that was not answered as it must be */
export async function runFuzz(options: FuzzOptions): Promise<Tally> {
  const served = await serveFolder(options.folder);
  try {
    const tally = await fuzz(served, options);
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

async function fuzz(served: ServedFolder, { folder, seed, count, only, log }: FuzzOptions): Promise<Tally> {
  const credentials = JSON.parse(await readFile(join(folder, "credentials.json"), "utf8")) as Credentials;
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
  const warmUpCount = count >= GROWTH_COUNT_MIN ? WARM_UP_COUNT : 0;
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
  }
  judgeGrowth(samples, { tally, count, log });
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

function judgeGrowth(
  samples: readonly number[],
  {
    tally,
    count,
    log,
  }: { readonly tally: Tally; readonly count: number; readonly log: (line: string) => void },
): void {
  const factor = growth(samples);
  if (factor === undefined || Number.isNaN(factor)) {
    return;
  }
  const mebibytes = samples
    .filter((_sample, index) => index % 10 === 9)
    .map((bytes) => Math.round(bytes / 2 ** 20));
  log(
    `resident memory by tenths: ${mebibytes.join(" ")} MiB; after the last ${factor.toFixed(3)} × after the first`,
  );
  if (count >= GROWTH_COUNT_MIN && factor > GROWTH_MAX) {
    tally.complain(`the resident memory grew to ${factor.toFixed(3)} times that after the first tenth`);
  }
}
