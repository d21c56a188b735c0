// Requests of every operation of the table as its own encoder writes them, aimed at what the fuzzed server holds. From
// these, mutations begin: a request that is nearly right comes further than noise.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { oss } from "../../../src/protocol/dialects/oss.ts";
import type { RequestMessage } from "../../../src/protocol/http-message.ts";
import type { AnyOperation } from "../../../src/protocol/operation.ts";
import { operationCases } from "../../protocol/operation-arbitraries.ts";
import { type SeededRandom, seededBytes } from "../seeded-random.ts";
import { type Draft, withHeaders } from "./draft.ts";
import type { World } from "./world.ts";

/** Sampled inputs of one operation. Which of them is sent is the request's own randomness. */
export interface SampledOperation {
  readonly operation: AnyOperation;
  readonly inputs: readonly unknown[];
}

const INPUTS_EACH = 40;
const BODY_SIZE_MAX_BYTES = 2_000;
const LARGE_BODY_SIZE_BYTES = 100 * 1024;

/** Inputs that depend on `seed` alone. */
export function sampleOperations(seed: number): readonly SampledOperation[] {
  return operationCases.map(({ operation, input }) => ({
    operation,
    inputs: fc.sample(input, { seed, numRuns: INPUTS_EACH }),
  }));
}

/** What the operation's encoder makes of one of the inputs. */
export function validMessage(
  { operation, inputs }: SampledOperation,
  world: World,
  random: SeededRandom,
): RequestMessage {
  const input = aim(random.pick(inputs) as Record<string, unknown>, world, random);
  return operation.encodeRequest(input, oss) as RequestMessage;
}

/** A request that the server would carry out, or refuse for its content alone. */
export function validRequest(
  { name, requestBody }: AnyOperation,
  { method, resource, query, headers, text = "" }: RequestMessage,
  random: SeededRandom,
): Draft {
  const isOfBytes = requestBody === "bytes" || requestBody === "form";
  const body = isOfBytes ? someBytes(random) : Buffer.from(text, "utf8");
  const draft = { method, resource, query, headers, body, history: [name] };
  return { ...draft, headers: withHeaders(draft, plausibleHeaders(draft, random)) };
}

/** The input with names and ids that are there. */
function aim(input: Record<string, unknown>, world: World, random: SeededRandom): Record<string, unknown> {
  const upload = random.pick(world.uploads);
  const bucket = "bucket" in input ? { bucket: random.pick(world.buckets) } : {};
  const isKeyKept = random.next() < 0.2;
  const key = "key" in input && !isKeyKept ? { key: random.pick(world.keys) } : {};
  const source =
    "source" in input
      ? {
          source: {
            bucket: random.pick(world.buckets),
            key: random.next() < 0.7 ? "plain" : random.pick(world.keys),
          },
        }
      : {};
  const isVersionKept = random.next() < 0.3;
  const versionId = "versionId" in input && !isVersionKept ? { versionId: "null" } : {};
  return { ...input, ...versionId, ...bucket, ...key, ...source, ...("uploadId" in input ? upload : {}) };
}

/** What arbitrary inputs would nearly always be refused for is mostly left out or made right. */
function plausibleHeaders(
  { headers, body }: Draft,
  random: SeededRandom,
): Readonly<Record<string, string | undefined>> {
  const changed: Record<string, string | undefined> = {};
  for (const name of Object.keys(headers)) {
    if (/^(?:if-|x-oss-copy-source-if-|x-oss-server-side|x-oss-hash|x-oss-callback)/.test(name)) {
      changed[name] = random.next() < 0.85 ? undefined : headers[name];
    }
  }
  if (headers["content-md5"] !== undefined && random.next() < 0.9) {
    changed["content-md5"] = createHash("md5").update(body).digest("base64");
  }
  return changed;
}

function someBytes(random: SeededRandom): Uint8Array {
  const isLarge = random.next() < 0.01;
  return seededBytes(
    random.integer(1, 1_000),
    isLarge ? LARGE_BODY_SIZE_BYTES : random.integer(0, BODY_SIZE_MAX_BYTES),
  );
}
