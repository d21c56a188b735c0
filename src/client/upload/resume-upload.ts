// Looks for what an earlier run left, by its journal. Nothing is taken on trust: a part counts when the service has it as it
// was sent, or, if the journal does not tell how, as the source has it.
import { ServiceError } from "../../protocol/errors/service-error.ts";
import type { HeadObjectOutput } from "../../protocol/operations/head-object.ts";
import { tellPartsLeft } from "./clean-up.ts";
import { sourceChange } from "./compare-source.ts";
import type { ComparedPart } from "./fitting-plans.ts";
import { isGone } from "./is-gone.ts";
import { keptParts, unprovenParts } from "./kept-parts.ts";
import { listAllParts } from "./list-open-uploads.ts";
import { PartComparison, type PartComparisonOptions } from "./part-comparison.ts";
import { withPlace } from "./part-place.ts";
import { planContinuation } from "./plan-continuation.ts";
import type { UploadPlan } from "./plan-upload.ts";
import type { SourceIdentity } from "./source-identity.ts";
import { unlessDenied } from "./unless-denied.ts";
import type { UploadCalls } from "./upload-calls.ts";
import type { JournaledPart, JournaledUpload } from "./upload-journal.ts";
import type { UploadReporter } from "./upload-reporter.ts";
import { wishesIn, wishesOf } from "./upload-wishes.ts";
import { wholeOf } from "./whole-of-parts.ts";

export type EarlierUpload =
  | {
      readonly type: "continue";
      readonly plan: UploadPlan;
      /** In order. */
      readonly kept: readonly JournaledPart[];
      /** Of these, those that are not in the journal. */
      readonly unjournaled: readonly JournaledPart[];
    }
  /** The object was made, and only the answer was lost. */
  | { readonly type: "done"; readonly plan: UploadPlan; readonly object: HeadObjectOutput }
  | { readonly type: "restart"; readonly reason: string };

export interface EarlierUploadOptions {
  readonly calls: UploadCalls;
  readonly key: string;
  readonly reporter: UploadReporter;
  readonly upload: JournaledUpload;
  readonly source: SourceIdentity;
  readonly wishes: string;
  /** How parts are compared that the journal does not tell of; undefined: they are sent again. */
  readonly comparison: PartComparisonOptions | undefined;
  readonly signal: AbortSignal;
}

/** What becomes of the upload that the journal tells of. */
export async function checkJournaledUpload(options: EarlierUploadOptions): Promise<EarlierUpload> {
  const { calls, key, upload, source, wishes, comparison, signal } = options;
  const { header } = upload;
  const change = sourceChange(header.source, source) ?? wishesChange(header.wishes, wishes);
  const plan = planContinuation(source.sizeBytes, header.partSizeBytes, upload.recuts);
  if (change !== undefined || plan === undefined) {
    const reason = change ?? "its journal has a part size that no upload can have";
    return { type: "restart", reason: `${reason}; ${await removeParts(options)}` };
  }
  // To those who may write and not list, those that it has acknowledged, by the journal: it compares every part's ETag when it
  // completes, and what it then has is compared by its CRC-64.
  const listed = await unlessDenied<readonly ComparedPart[] | undefined>(
    listAllParts(calls, key, header.uploadId, signal),
    upload.parts,
  );
  if (listed !== undefined) {
    const journaled = keptParts({
      plan: plan.parts,
      partSizeBytes: plan.partSizeBytes,
      journaled: upload.parts,
      listed,
    });
    const unproven = unprovenParts({ plan: plan.parts, kept: journaled, listed });
    const equal = comparison === undefined ? [] : await new PartComparison(comparison).equalParts(unproven);
    const unjournaled = equal.map((part) =>
      withPlace(part, plan.parts[part.partNumber - 1]?.start ?? 0, plan.partSizeBytes),
    );
    const kept = [...journaled, ...unjournaled].sort((left, right) => left.partNumber - right.partNumber);
    return { type: "continue", plan, kept, unjournaled };
  }
  const object = await findMadeObject(options, plan);
  return object === undefined
    ? {
        type: "restart",
        reason: "the service has no such upload any more, nor the object that it would make",
      }
    : { type: "done", plan, object };
}

/** The object, if it is what these parts make by size and CRC-64, and may be looked at. */
export async function findObjectOf(
  calls: UploadCalls,
  key: string,
  parts: readonly JournaledPart[],
  signal: AbortSignal,
): Promise<HeadObjectOutput | undefined> {
  const whole = wholeOf(parts);
  if (whole === undefined) {
    return undefined;
  }
  try {
    const object = await calls.headObject(key, { signal });
    const isSame = object.sizeBytes === whole.sizeBytes && object.crc64 === whole.crc64;
    return isSame ? object : undefined;
  } catch (error) {
    if (error instanceof ServiceError && (error.status === 404 || error.status === 403)) {
      return undefined;
    }
    throw error;
  }
}

/** What the service takes down only when the upload is completed does not count. */
function wishesChange(before: string, now: string): string | undefined {
  const [begun, wanted] = [before, now].map((text) =>
    wishesOf({ ...wishesIn(text), objectAcl: undefined, forbidOverwrite: undefined }),
  );
  return begun === wanted ? undefined : "the object is to carry other headers than when it was begun";
}

// The completion may have had its effect before the last run ended.
async function findMadeObject(
  { calls, key, upload, signal }: EarlierUploadOptions,
  plan: UploadPlan,
): Promise<HeadObjectOutput | undefined> {
  const byNumber = new Map(upload.parts.map((part) => [part.partNumber, part]));
  const parts = plan.parts.map(({ number }) => byNumber.get(number)).filter((part) => part !== undefined);
  return parts.length === plan.parts.length ? findObjectOf(calls, key, parts, signal) : undefined;
}

/** The parts of other bytes are of no use to anyone, and the journal says that they are ours. */
async function removeParts(options: EarlierUploadOptions): Promise<string> {
  const { calls, key, upload, signal } = options;
  const { uploadId } = upload.header;
  try {
    await calls.abortMultipartUpload(key, uploadId, { signal });
    return "the parts that were sent of it are removed";
  } catch (error) {
    signal.throwIfAborted();
    if (isGone(error)) {
      return "the service has removed its parts already";
    }
    // The journal will be another upload's, so nobody but the user will know of them.
    tellPartsLeft(options, uploadId, error);
    return "its parts could not be removed";
  }
}
