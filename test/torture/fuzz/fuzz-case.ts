// One fuzzed request, made of a seed and a number alone, so that a failure can be sent again.
import assert from "node:assert/strict";
import type { Method } from "../../../src/protocol/http-message.ts";
import { type SeededRandom, seededRandom } from "../seeded-random.ts";
import { type Draft, type Mutation, mutate, withHeaders } from "./draft.ts";
import { forgedDraft } from "./forge-signature.ts";
import { formDraft } from "./form-upload.ts";
import { brokenBytes } from "./mutate-bytes.ts";
import { documentMutations } from "./mutate-documents.ts";
import { headerMutations } from "./mutate-headers.ts";
import { nameMutations } from "./mutate-names.ts";
import { type Signer, schemes, signDraft } from "./sign-draft.ts";
import { type SampledOperation, validMessage, validRequest } from "./valid-request.ts";
import { bytesOf, wireRequest } from "./wire-request.ts";
import { guardedWorld, type World } from "./world.ts";

/**
 * What the sender is entitled to. `signed`: all that it asks for. `signed-loosely`: that too, with changes afterwards
 * that no signature covers. `forged`, `unsigned`: nothing, and no word about what is there.
 */
export type Trust = "forged" | "signed" | "signed-loosely" | "unsigned";

export interface FuzzCase {
  readonly number: number;
  readonly trust: Trust;
  readonly method: string;
  readonly bytes: Buffer;
  /** The operation it was made of, and what was done to it. */
  readonly history: readonly string[];
  /** How many answers there are is not known, so it gets a connection of its own, which is half-closed behind it. */
  readonly isBroken: boolean;
  /** The client is gone before an answer can come. */
  readonly isAbandoned: boolean;
  /** Where the bytes are parted on their way; few. */
  readonly cuts: readonly number[];
}

export interface CaseMaker {
  readonly seed: number;
  readonly operations: readonly SampledOperation[];
  readonly world: () => World;
  readonly now: () => Date;
  readonly region: string;
}

const MUTATIONS_MAX = 3;
/** One operation among dozens, but with a parser and signatures of its own. */
const FORM_SHARE = 0.08;
/** A larger head may be refused, and with it what stands behind it on the connection. */
const PLAIN_HEAD_MAX_BYTES = 32 * 1024;
const CUT_SHARE = 0.05;
const ABANDONED_SHARE = 0.05;

export async function makeCase(number: number, maker: CaseMaker): Promise<FuzzCase> {
  const random = seededRandom(maker.seed ^ Math.imul(number, 0x9e3779b1));
  const openWorld = maker.world();
  const signer = { credentials: openWorld.credentials, time: maker.now(), region: maker.region };
  const trust = pickTrust(random);
  const isEntitled = trust === "signed" || trust === "signed-loosely";
  // Whoever has no valid signature asks for what nobody but the owner may see.
  const world = isEntitled ? openWorld : guardedWorld(openWorld);
  const draft = await makeDraft(trust, { operations: maker.operations, world, signer, random });
  const request = wireRequest(draft, world, random);
  const broken = random.next() < brokenShare(trust) ? brokenBytes(request, random) : undefined;
  const bytes = broken?.bytes ?? bytesOf(request);
  const cutCount = random.next() < CUT_SHARE ? random.integer(1, 3) : 0;
  return {
    number,
    trust,
    method: draft.method,
    bytes,
    history: [...draft.history, trust, ...(broken === undefined ? [] : [`bytes: ${broken.change}`])],
    isBroken: broken !== undefined || !isPlain(draft) || bytes.indexOf("\r\n\r\n") > PLAIN_HEAD_MAX_BYTES,
    isAbandoned: broken !== undefined && random.next() < ABANDONED_SHARE,
    cuts: Array.from({ length: cutCount }, () => random.integer(0, bytes.length)).sort((a, b) => a - b),
  };
}

interface DraftContext {
  readonly operations: readonly SampledOperation[];
  readonly world: World;
  readonly signer: Signer;
  readonly random: SeededRandom;
}

async function makeDraft(trust: Trust, { operations, world, signer, random }: DraftContext): Promise<Draft> {
  const isForm = random.next() < FORM_SHARE && trust !== "signed-loosely";
  const sampled = isForm
    ? operations.find(({ operation }) => operation.requestBody === "form")
    : random.pick(operations);
  assert.ok(sampled, "an operation is a form");
  const message = validMessage(sampled, world, random);
  const valid = validRequest(sampled.operation, message, random);
  return isForm
    ? formDraft(valid, message, { signer, random, trust })
    : withTrust(valid, trust, { signer, random });
}

function pickTrust(random: SeededRandom): Trust {
  const share = random.next();
  if (share < 0.6) {
    return "signed";
  }
  if (share < 0.65) {
    return "signed-loosely";
  }
  return share < 0.85 ? "forged" : "unsigned";
}

/** Loose and forged requests are about what is signed; broken bytes would hide whether that is refused. */
function brokenShare(trust: Trust): number {
  return trust === "signed" || trust === "unsigned" ? 0.2 : 0;
}

async function withTrust(
  valid: Draft,
  trust: Trust,
  { signer, random }: { readonly signer: Signer; readonly random: SeededRandom },
): Promise<Draft> {
  switch (trust) {
    case "signed":
      return signDraft(mutateSome(valid, random), random.pick(schemes), signer);
    case "signed-loosely":
      return loosened(await signDraft(valid, random.pick(schemes), signer), random);
    case "forged":
      return forgedDraft(random.next() < 0.7 ? valid : mutateSome(valid, random), signer, random);
    case "unsigned":
      return mutateSome(valid, random);
  }
}

function mutateSome(valid: Draft, random: SeededRandom): Draft {
  let draft = valid;
  for (let count = random.integer(0, MUTATIONS_MAX); count > 0; count -= 1) {
    draft = mutate(draft, random.pick(mutationsOf(draft, random)), random);
  }
  return draft;
}

function mutationsOf({ body }: Draft, random: SeededRandom): readonly Mutation[] {
  const isDocument = body[0] === 0x3c || body[0] === 0x7b;
  const share = random.next();
  if (isDocument && share < 0.6) {
    return documentMutations;
  }
  return share < 0.8 ? headerMutations : nameMutations;
}

/** Headers that neither version of the signature covers, unless they are listed in it. */
function loosened(draft: Draft, random: SeededRandom): Draft {
  const [name, value] = random.pick([
    ["range", "bytes=0-0"],
    ["user-agent", "changed"],
    ["cache-control", "no-cache"],
    ["if-none-match", '"changed"'],
    ["accept", "*/*"],
  ] as const);
  return {
    ...draft,
    headers: withHeaders(draft, { [name]: value }),
    history: [...draft.history, `unsigned ${name}`],
  };
}

/** Whether Node's parser takes it for one request whose end it finds. */
function isPlain({ method, headers }: Draft): boolean {
  const methods: readonly string[] = ["DELETE", "GET", "HEAD", "POST", "PUT"] satisfies Method[];
  return (
    methods.includes(method) &&
    headers.upgrade === undefined &&
    !/\u007f/.test(Object.values(headers).join(""))
  );
}
