// Looks for what an earlier run left: by its journal, else by what the service lists. Nothing is taken on trust: a part
// counts when the service has it as it was sent.
import { ServiceError } from "../../protocol/errors/service-error.ts";
import type { HeadObjectOutput } from "../../protocol/operations/head-object.ts";
import { sourceChange } from "./compare-source.ts";
import { keptParts } from "./kept-parts.ts";
import { listAllParts } from "./list-open-uploads.ts";
import { type PlannedPart, planParts } from "./part-plan.ts";
import type { SourceIdentity } from "./source-identity.ts";
import type { UploadCalls } from "./upload-calls.ts";
import type { JournaledPart, JournaledUpload } from "./upload-journal.ts";
import { wholeOf } from "./whole-of-parts.ts";

export type EarlierUpload =
  | {
      readonly type: "continue";
      readonly uploadId: string;
      readonly partSizeBytes: number;
      readonly kept: readonly JournaledPart[];
    }
  /** The object was made, and only the answer was lost. */
  | { readonly type: "done"; readonly object: HeadObjectOutput; readonly upload: JournaledUpload }
  | { readonly type: "restart"; readonly reason: string };

export interface EarlierUploadOptions {
  readonly calls: UploadCalls;
  readonly key: string;
  readonly upload: JournaledUpload;
  readonly source: SourceIdentity;
  readonly wishes: string;
  readonly signal: AbortSignal;
}

/** What becomes of the upload that the journal tells of. */
export async function checkJournaledUpload(options: EarlierUploadOptions): Promise<EarlierUpload> {
  const { calls, key, upload, source, wishes, signal } = options;
  const { header } = upload;
  const change = sourceChange(header.source, source) ?? wishesChange(header.wishes, wishes);
  const plan = change === undefined ? planOf(upload) : undefined;
  if (plan === undefined) {
    const reason = change ?? "its journal has a part size that no upload can have";
    return { type: "restart", reason: `${reason}; ${await removeParts(options)}` };
  }
  const { uploadId, partSizeBytes } = header;
  const listed = await listAllParts(calls, key, uploadId, signal);
  if (listed !== undefined) {
    const kept = keptParts({ plan, journaled: upload.parts, listed });
    return { type: "continue", uploadId, partSizeBytes, kept };
  }
  const object = await findMadeObject(options, plan);
  return object === undefined
    ? {
        type: "restart",
        reason: "the service has no such upload any more, nor the object that it would make",
      }
    : { type: "done", object, upload };
}

export function isGone(error: unknown): boolean {
  return error instanceof ServiceError && error.code === "NoSuchUpload";
}

/** The object, if it is what these parts make by size and CRC-64. */
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
    if (error instanceof ServiceError && error.status === 404) {
      return undefined;
    }
    throw error;
  }
}

function wishesChange(before: string, now: string): string | undefined {
  return before === now ? undefined : "the object is to carry other headers than when it was begun";
}

function planOf({ header }: JournaledUpload): readonly PlannedPart[] | undefined {
  const { partSizeBytes, source } = header;
  try {
    const plan = planParts({ sizeBytes: source.sizeBytes, partSizeBytes });
    const [first] = plan;
    // planParts takes a larger size where this one makes too many parts.
    const isAsPlanned = plan.length === 1 || (first !== undefined && first.end === partSizeBytes);
    return isAsPlanned ? plan : undefined;
  } catch (error) {
    if (error instanceof RangeError) {
      return undefined;
    }
    throw error;
  }
}

// The completion may have had its effect before the last run ended.
async function findMadeObject(
  { calls, key, upload, signal }: EarlierUploadOptions,
  plan: readonly PlannedPart[],
): Promise<HeadObjectOutput | undefined> {
  const byNumber = new Map(upload.parts.map((part) => [part.partNumber, part]));
  const parts = plan.map(({ number }) => byNumber.get(number)).filter((part) => part !== undefined);
  return parts.length === plan.length ? findObjectOf(calls, key, parts, signal) : undefined;
}

/** The parts of other bytes are of no use to anyone, and the journal says that they are ours. */
async function removeParts({ calls, key, upload, signal }: EarlierUploadOptions): Promise<string> {
  try {
    await calls.abortMultipartUpload(key, upload.header.uploadId, { signal });
    return "the parts that were sent of it are removed";
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    return isGone(error)
      ? "the service has removed its parts already"
      : `its parts could not be removed (${why}): they are left under upload ${upload.header.uploadId}`;
  }
}
