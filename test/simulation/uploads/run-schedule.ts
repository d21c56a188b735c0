// Plays one schedule from its first run to its last, and says which law was broken.
import { inspect } from "node:util";
import type { UploadHandle } from "../../../src/client/upload/upload-handle.ts";
import type { Fault, FaultType } from "./fault.ts";
import { faultType } from "./fault.ts";
import { RunRecord } from "./run-record.ts";
import { SimulatedDisk } from "./simulated-disk.ts";
import { SimulatedFile } from "./simulated-file.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import { assertAfterRun, assertChain, LawBroken } from "./upload-laws.ts";
import { FAULTY_RUN_COUNT, PART_SIZE_BYTES, type UploadSchedule } from "./upload-schedule.ts";
import { KEY, type Machine, UploadWorld } from "./upload-world.ts";

export interface ScheduleResult {
  /** In words; undefined if all laws held. */
  readonly broken: string | undefined;
  readonly fired: readonly FaultType[];
  /** How each run ended, in order. */
  readonly ends: readonly string[];
  readonly requestCount: number;
  /** Each time that parts were cut anew, into what. */
  readonly recuts: readonly ("larger" | "smaller")[];
}

export async function runSchedule(schedule: UploadSchedule): Promise<ScheduleResult> {
  const world = await UploadWorld.open(schedule);
  const runs: RunRecord[] = [];
  let broken: string | undefined;
  try {
    await playRuns(world, schedule, runs);
    assertChain(schedule, runs, world);
  } catch (error) {
    broken = error instanceof LawBroken ? error.message : inspect(error);
  }
  return {
    broken,
    fired: [...world.fired].map(faultType),
    ends: runs.map(({ end }) => end),
    requestCount: world.requests.length,
    recuts: runs
      .flatMap(({ events }) => events)
      .flatMap((event) => (event.type === "recut" ? [event.change] : [])),
  };
}

async function playRuns(world: UploadWorld, schedule: UploadSchedule, runs: RunRecord[]): Promise<void> {
  for (let run = 0; run <= FAULTY_RUN_COUNT; run += 1) {
    world.isFaulty = run < FAULTY_RUN_COUNT;
    const record = await playRun(world, schedule, run);
    runs.push(record);
    await assertAfterRun(record, world);
    if (record.end === "done" || record.isAbandoned) {
      return;
    }
  }
}

async function playRun(world: UploadWorld, schedule: UploadSchedule, run: number): Promise<RunRecord> {
  damageJournal(world, schedule, run);
  const process = new SimulatedProcess(`run ${run}`);
  const machine = world.start(process, { disk: schedule.hasJournal ? world.disk : undefined });
  const record = new RunRecord(machine, world, await keptParts(world, schedule));
  const rivals: RunRecord[] = [];
  const signal = new AbortController();
  let handle: UploadHandle | undefined;
  const faults = world.isFaulty ? schedule.faults : [];
  for (const fault of faults) {
    if ("step" in fault && fault.run === run) {
      process.at(fault.step, () => {
        world.fired.add(fault);
        happen(fault, { world, machine, record, signal, schedule, rivals, handle: () => handle });
      });
    }
  }
  handle = upload(machine, world.file, schedule, record, signal.signal);
  const end = await world.time.run(
    () => (record.hasEnded || process.isDead) && rivals.every(({ hasEnded }) => hasEnded),
  );
  record.finish(process.isDead ? "crashed" : end);
  for (const rival of rivals) {
    rival.finish(end);
  }
  record.rivals = rivals;
  return record;
}

function upload(
  { bucket }: Machine,
  file: SimulatedFile,
  { concurrency, hasJournal, method, chosenPartBytes }: UploadSchedule,
  record: RunRecord,
  signal: AbortSignal,
): UploadHandle {
  const handle = bucket.upload(KEY, file, {
    partSize: chosenPartBytes === undefined ? PART_SIZE_BYTES : undefined,
    multipartThreshold: method === "put" ? Number.MAX_SAFE_INTEGER : 0,
    concurrency,
    signal,
    // Without a journal, what the service has is looked for all the same.
    ...(hasJournal ? {} : { checkpoint: true }),
    onEvent: (event) => record.tell(event),
  });
  record.watch(handle);
  return handle;
}

/** What the next run would find in the journal and on the service. */
async function keptParts(world: UploadWorld, { hasJournal }: UploadSchedule) {
  const journaled = world.disk.upload;
  if (!hasJournal || journaled === undefined) {
    return undefined;
  }
  const { uploadId } = journaled.header;
  try {
    const { parts } = await world.admin.listParts(KEY, uploadId);
    const listed = new Map(parts.map((part) => [part.partNumber, part.crc64]));
    const kept = journaled.parts.filter(({ partNumber, crc64 }) => listed.get(partNumber) === crc64);
    return { uploadId, partNumbers: kept.map(({ partNumber }) => partNumber) };
  } catch {
    return undefined;
  }
}

function damageJournal(world: UploadWorld, { faults }: UploadSchedule, run: number): void {
  for (const fault of faults) {
    if (fault.type === "journal-damaged" && fault.run === run && world.disk.text !== "") {
      world.fired.add(fault);
      world.disk.text = world.disk.text.slice(0, Math.floor(fault.keptShare * world.disk.text.length));
    }
  }
}

interface Happening {
  readonly world: UploadWorld;
  readonly machine: Machine;
  readonly record: RunRecord;
  readonly signal: AbortController;
  readonly schedule: UploadSchedule;
  readonly rivals: RunRecord[];
  readonly handle: () => UploadHandle | undefined;
}

function happen(fault: Fault, happening: Happening): void {
  const { world, machine, record, signal } = happening;
  const { process } = machine;
  switch (fault.type) {
    case "crash":
      process.kill();
      return;
    case "pause":
      // The user's hand is never in the middle of the client's own doing.
      queueMicrotask(() => happening.handle()?.pause());
      world.time.after(fault.durationMs, () => happening.handle()?.resume());
      return;
    case "cancel":
      queueMicrotask(() => {
        if (!record.hasEnded && !process.isDead) {
          record.noteCancel(fault.keepParts);
          void happening.handle()?.cancel({ keepParts: fault.keepParts });
        }
      });
      return;
    case "abort-signal":
      signal.abort(new Error("the user's signal"));
      return;
    case "outsider-aborts":
      void abortAll(world);
      return;
    case "token-expires":
      world.tokens.expire(world.time.nowMs);
      return;
    case "token-refused":
      machine.isTokenRefused = true;
      return;
    case "clock-jumps":
      machine.skewMs += fault.byMs;
      return;
    case "file-changes":
      world.file.change(fault.change);
      return;
    case "disk-full":
      world.disk.fullFor.add(process);
      return;
    case "rival":
      happening.rivals.push(startRival(happening, fault));
      return;
    default:
  }
}

function startRival(
  { world, schedule, machine }: Happening,
  { hasSameFile, hasSameDisk }: Fault & { readonly type: "rival" },
): RunRecord {
  const process = new SimulatedProcess(`rival of ${machine.process.name}`);
  const { time, random } = world;
  const disk = hasSameDisk ? world.disk : new SimulatedDisk({ time, random: () => random.next() });
  const rival = world.start(process, { disk });
  const record = new RunRecord(rival, world, undefined);
  const file = hasSameFile ? world.file : new SimulatedFile(schedule.sizeBytes, schedule.seed + 1);
  upload(rival, file, schedule, record, new AbortController().signal);
  return record;
}

async function abortAll({ admin }: UploadWorld): Promise<void> {
  const { uploads } = await admin.listMultipartUploads({ prefix: KEY });
  for (const { uploadId } of uploads) {
    await admin.abortMultipartUpload(KEY, uploadId).catch(() => {});
  }
}
