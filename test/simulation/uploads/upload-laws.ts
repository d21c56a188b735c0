// What holds of every upload, whatever goes wrong. Each law that has exceptions says why.

import { crc64 } from "../../../src/protocol/crc64/crc64.ts";
import { PartwiseError } from "../../../src/protocol/errors/partwise-error.ts";
import { type FaultType, faultType } from "./fault.ts";
import type { RunRecord } from "./run-record.ts";
import type { UploadSchedule } from "./upload-schedule.ts";
import { KEY, type UploadWorld } from "./upload-world.ts";

export class LawBroken extends Error {
  override readonly name = "LawBroken";
}

export async function assertAfterRun(run: RunRecord, world: UploadWorld): Promise<void> {
  for (const one of [run, ...run.rivals]) {
    assertEnded(one);
    assertEvents(one);
    assertKeptPartsStay(one, world);
    assertDonePartsStay(one);
    await assertObject(one, run, world);
    await assertNothingLeft(one, world);
  }
  assertNoServerFailure(world);
  if (!world.isFaulty) {
    law(run.end === "done", `a run without faults ends with ${run.end}: ${String(run.error)}`);
  }
}

/** What holds of all runs together. */
export function assertChain(
  { concurrency }: UploadSchedule,
  runs: readonly RunRecord[],
  world: UploadWorld,
): void {
  assertOneCompletion(runs, world);
  for (const [index, run] of runs.entries()) {
    const next = runs[index + 1];
    if (run.end === "crashed" && next !== undefined) {
      assertLittleSentAgain(run, next, { concurrency, world });
    }
  }
}

/** It ends, and if with an error then with one that has a code. */
function assertEnded({ end, error, machine }: RunRecord): void {
  law(end === "done" || end === "crashed" || end.startsWith("failed "), `the upload is ${end}`);
  const isUsers = error instanceof Error && error.message === "the user's signal";
  const isTyped = error === undefined || error instanceof PartwiseError || isUsers;
  law(isTyped, `${machine.process.name} fails with ${String(error)}, which is no error of this family`);
}

/** Progress never exceeds the whole; one `done` or `failed`, and nothing after it. */
function assertEvents({ events, end }: RunRecord): void {
  for (const event of events) {
    if (event.type === "progress") {
      const { bytesSent, totalBytes, partsDone, partCount } = event;
      law(bytesSent >= 0 && bytesSent <= totalBytes, `progress: ${bytesSent} of ${totalBytes} bytes`);
      law(partsDone >= 0 && partsDone <= partCount, `progress: ${partsDone} of ${partCount} parts`);
      law(event.partsInFlight >= 0, `progress: ${event.partsInFlight} parts in flight`);
      const isWhole = event.phase !== "done" || bytesSent === totalBytes;
      law(isWhole, `done with ${bytesSent} of ${totalBytes} bytes`);
    }
  }
  const ends = events.filter(({ type }) => type === "done" || type === "failed");
  if (end !== "crashed") {
    const last = events.at(-1)?.type;
    law(
      ends.length === 1 && last === ends[0]?.type,
      `${ends.length} ends are told, the last event is ${last}`,
    );
    law((last === "done") === (end === "done"), `the events say ${last}, the promise ${end}`);
  }
}

/** A part that journal and service had when the run began is not sent again to the same upload. */
function assertKeptPartsStay({ keptParts, requests, machine }: RunRecord, world: UploadWorld): void {
  // Who gets a wrong list of parts, or finds the parts of another, cannot know better.
  if (keptParts === undefined || happened(world, "answer-corrupted", "rival", "outsider-aborts")) {
    return;
  }
  for (const { operation, uploadId, partNumber = 0 } of requests) {
    const isKept = uploadId === keptParts.uploadId && keptParts.partNumbers.includes(partNumber);
    law(
      operation !== "UploadPart" || !isKept,
      `${machine.process.name} sends part ${partNumber} again, which was kept`,
    );
  }
}

/** Within a run no part is sent again after it is done, and nothing is sent while the upload is completed. */
function assertDonePartsStay({ machine: { brokenRule } }: RunRecord): void {
  law(brokenRule === undefined, brokenRule ?? "");
}

/** Done: the object has the bytes that the file had when it was opened. */
async function assertObject(one: RunRecord, run: RunRecord, world: UploadWorld): Promise<void> {
  const { result, machine, end } = one;
  if (end !== "done" || result === undefined || machine.openedBytes === undefined) {
    return;
  }
  const sum = crc64(machine.openedBytes);
  law(result.crc64 === sum, `${machine.process.name} says CRC-64 ${result.crc64}, but sent ${sum}`);
  const made = world.requests.filter(({ isEffective, madeCrc64 }) => isEffective && madeCrc64 !== undefined);
  const isMade = made.some(
    ({ operation, madeCrc64 }) =>
      (operation === "CompleteMultipartUpload" || operation === "PutObject") && madeCrc64 === String(sum),
  );
  law(isMade, `${machine.process.name} is done, but no request has made its object`);
  if (run.rivals.length > 0) {
    return;
  }
  const object = await world.admin.getObject(KEY);
  const chunks: Uint8Array[] = [];
  for await (const chunk of object.body) {
    chunks.push(Uint8Array.from(chunk));
  }
  law(
    Buffer.concat(chunks).equals(machine.openedBytes),
    `${machine.process.name}: the object has other bytes`,
  );
}

/** Cancelled without its parts: no upload is left that the process knew of, but those that it names as left. */
async function assertNothingLeft(run: RunRecord, world: UploadWorld): Promise<void> {
  const { events, requests, cancelKeepsParts, end, machine } = run;
  if (cancelKeepsParts !== false || end !== "failed cancelled") {
    return;
  }
  const warnings = events.flatMap((event) =>
    event.type === "warning" && event.code === "parts-left" ? [event.message] : [],
  );
  const isTold = (uploadId: string) => warnings.some((message) => message.includes(uploadId));
  // Of others that it has only listed it has warned; and it may end before it has looked for its own.
  const isOwn = (uploadId: string | undefined) => uploadId === run.keptParts?.uploadId;
  const touched = requests.filter(({ operation, uploadId }) => operation !== "ListParts" || isOwn(uploadId));
  const known = new Set([
    ...touched.map(({ uploadId }) => uploadId),
    ...requests.filter(({ isConfirmed }) => isConfirmed).map(({ newUploadId }) => newUploadId),
  ]);
  const { uploads } = await world.admin.listMultipartUploads({ prefix: KEY });
  for (const { uploadId } of uploads) {
    const isHidden = known.has(uploadId) && !isTold(uploadId);
    law(!isHidden, `${machine.process.name} was cancelled, but upload ${uploadId} is left`);
  }
}

function assertNoServerFailure({ serverFailures }: UploadWorld): void {
  law(serverFailures.length === 0, `the server failed: ${String(serverFailures[0])}`);
}

/** One process completes at most one upload; and so do all runs together, where each can know of the one before. */
function assertOneCompletion(runs: readonly RunRecord[], world: UploadWorld): void {
  if (happened(world, "rival", "outsider-aborts", "answer-corrupted")) {
    return;
  }
  const counts = runs.map(
    ({ requests }) =>
      requests.filter(({ operation, isEffective }) => operation === "CompleteMultipartUpload" && isEffective)
        .length,
  );
  for (const [index, count] of counts.entries()) {
    law(count <= 1, `${runs[index]?.machine.process.name} has completed ${count} uploads`);
  }
  const isKnown = !happened(world, "journal-damaged", "disk-full", "file-changes", "body-corrupted", "late");
  const hasJournals = runs.every(({ machine }) => machine.hasJournal);
  const isToldToAll = runs.every(
    ({ end, requests }) =>
      end === "done" ||
      !requests.some(({ operation, isConfirmed }) => operation === "CompleteMultipartUpload" && isConfirmed),
  );
  const total = counts.reduce((sum, count) => sum + count, 0);
  law(!(isKnown && hasJournals && isToldToAll) || total <= 1, `all runs together complete ${total} uploads`);
}

/** Of what a crash interrupts, as many parts are sent again as were under way, and one whose line was not written. */
function assertLittleSentAgain(
  run: RunRecord,
  next: RunRecord,
  { concurrency, world }: Pick<UploadSchedule, "concurrency"> & { readonly world: UploadWorld },
): void {
  if (
    concurrency === "auto" ||
    happened(world, "rival", "outsider-aborts", "answer-corrupted", "journal-damaged", "disk-full")
  ) {
    return;
  }
  const before = new Set(run.requests.filter(isPart).map(partName));
  const again = new Set(
    next.requests
      .filter(isPart)
      .map(partName)
      .filter((name) => before.has(name)),
  );
  law(
    again.size <= concurrency + 1,
    `after a crash of ${run.machine.process.name} with ${concurrency} at a time ${again.size} parts are sent again`,
  );
}

function isPart({ operation }: { readonly operation: string }): boolean {
  return operation === "UploadPart";
}

function partName({
  uploadId,
  partNumber,
}: {
  readonly uploadId: string | undefined;
  readonly partNumber: number | undefined;
}): string {
  return `${uploadId} ${partNumber}`;
}

function happened({ fired }: UploadWorld, ...types: readonly FaultType[]): boolean {
  return [...fired].some((fault) => types.includes(faultType(fault)));
}

function law(holds: boolean, otherwise: string): void {
  if (!holds) {
    throw new LawBroken(otherwise);
  }
}
