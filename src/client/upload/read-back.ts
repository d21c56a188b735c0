// Reads an object back, in ranges side by side, and compares each with what was sent. The ranges are the parts, so that
// a difference has the name of a part.
import { crc64 } from "../../protocol/crc64/crc64.ts";
import { present } from "../../protocol/fields/present.ts";
import { ClientError } from "../client-error.ts";
import { transferFailureOf } from "../flow/transfer-failure.ts";
import type { TransferPlace } from "../flow/transfer-window.ts";
import { retryWaitMs } from "../retry-policy.ts";
import type { PlannedPart } from "./part-plan.ts";
import type { ReadBackTask } from "./read-back-port.ts";
import type { JournaledPart } from "./upload-journal.ts";

/** A range is read again when its connection breaks, and once more when it differs: reading may fail too. */
const ATTEMPT_COUNT_MAX = 5;
const MISMATCH_ATTEMPT_COUNT = 2;

/** How many differing ranges a message names. */
const NAMED_COUNT_MAX = 8;

/** @see ReadBack */
export async function readBack(
  task: ReadBackTask,
  parts: readonly Pick<JournaledPart, "crc64" | "sizeBytes">[],
  versionId: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const differing: PlannedPart[] = [];
  const running = new Set<Promise<void>>();
  const stopper = new AbortController();
  const stop = () => stopper.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  let failure: { readonly error: unknown } | undefined;
  try {
    for (const [partIndex, planned] of task.plan.parts.entries()) {
      signal.throwIfAborted();
      const part = parts[partIndex];
      const place = await task.window.acquire(signal);
      if (failure !== undefined || part === undefined) {
        place.release(0);
        break;
      }
      const reading = isAsSent(task, planned, part, { place, versionId, signal: stopper.signal })
        .then((isSame) => {
          if (!isSame) {
            differing.push(planned);
          }
        })
        .catch((error: unknown) => {
          failure ??= { error };
          stopper.abort();
        })
        .finally(() => {
          place.release(0);
          running.delete(reading);
        });
      running.add(reading);
    }
  } finally {
    await Promise.all(running);
    signal.removeEventListener("abort", stop);
  }
  // TypeScript does not see the assignment in the closure.
  const failed = failure as { readonly error: unknown } | undefined;
  if (failed !== undefined) {
    throw failed.error;
  }
  if (differing.length > 0) {
    throw mismatchOf(task.key, differing);
  }
}

interface Reading {
  readonly place: TransferPlace;
  readonly versionId: string | undefined;
  readonly signal: AbortSignal;
}

async function isAsSent(
  task: ReadBackTask,
  planned: PlannedPart,
  part: Pick<JournaledPart, "crc64" | "sizeBytes">,
  reading: Reading,
): Promise<boolean> {
  let mismatchCount = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      if ((await crcOfRange(task, planned, reading)) === part.crc64) {
        return true;
      }
      mismatchCount += 1;
      if (mismatchCount >= MISMATCH_ATTEMPT_COUNT) {
        return false;
      }
    } catch (error) {
      reading.signal.throwIfAborted();
      reading.place.failed(transferFailureOf(error));
      const waitMs = retryWaitMs({
        error,
        attempt,
        attemptCountMax: ATTEMPT_COUNT_MAX,
        isRepeatable: true,
        random: 0.5,
      });
      if (waitMs === undefined) {
        throw error;
      }
      await task.clock.wait(waitMs, reading.signal);
    }
  }
}

/** Undefined if there are not as many bytes as were sent. */
async function crcOfRange(
  { bucket, key }: ReadBackTask,
  { start, end }: PlannedPart,
  { place, versionId, signal }: Reading,
): Promise<bigint | undefined> {
  if (bucket.getObject === undefined) {
    throw new TypeError("this client cannot read objects back");
  }
  const range = end > start ? { start, end: end - 1 } : undefined;
  const object = await bucket.getObject(key, { ...present({ range, versionId }), signal });
  if (object.contentLength !== end - start) {
    object.discard();
    return undefined;
  }
  let sum = 0n;
  let sizeBytes = 0;
  for await (const chunk of object.body) {
    sum = crc64(chunk, sum);
    sizeBytes += chunk.byteLength;
    place.sent(chunk.byteLength);
  }
  return sizeBytes === end - start ? sum : undefined;
}

function mismatchOf(key: string, differing: readonly PlannedPart[]): ClientError {
  const named = differing
    .slice(0, NAMED_COUNT_MAX)
    .map(({ number, start, end }) => `part ${number} (bytes ${start} to ${end - 1})`)
    .join(", ");
  const more = differing.length - NAMED_COUNT_MAX;
  const rest = more > 0 ? ` and ${more} more` : "";
  const error = new ClientError(
    "checksum-mismatch",
    `object ${key}, read back, differs from what was sent in ${named}${rest}; nothing was deleted: upload it again`,
  );
  const [first] = differing;
  return first === undefined ? error : error.addCircumstances({ partNumber: first.number });
}
