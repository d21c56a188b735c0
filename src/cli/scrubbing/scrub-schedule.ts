// Reads everything in a data folder from time to time and slowly, while the server runs, so that what a disk has damaged is
// found while there still is a backup of it.
import { type ScrubbedBlob, scrubDataFolder } from "../../storage/index.ts";
import { readScrubNotes, type ScrubNotes, type ScrubProgress, writeScrubNotes } from "./scrub-notes.ts";

export interface ScrubScheduleOptions {
  readonly folder: string;
  /** From the end of one scrub to the beginning of the next. */
  readonly intervalMs: number;
  /** Above 0. */
  readonly bytesPerSecond: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Of blobs that were damaged: which are gone now, for their objects were deleted or written anew. */
  readonly findGone: (blobIds: readonly string[]) => Promise<readonly string[]>;
  /** Told of each damaged blob of a scrub, up to a hundred, and of what else went wrong. */
  readonly reportFailure: (failure: unknown) => void;
  /** Told of each scrub that has read everything. */
  readonly reportEnd: (message: string) => void;
}

/** What the last scrub that read everything has found, and the one that goes on. */
export interface ScrubStatus {
  readonly damagedBlobCount: number;
  /** One line for each of the first. */
  readonly damages: readonly string[];
  /** Milliseconds since 1970; undefined before the first that read everything. */
  readonly endedAtMs: number | undefined;
  /** Since this process was started. */
  readonly verifiedBytes: number;
}

const NOTED_FAULTS_MAX = 100;
/** A scrub that is interrupted reads again what it read in so long, at most. */
const NOTE_EVERY_MS = 60_000;
/** A clock may be set while a timer runs, so it is asked again after so long. */
const LOOK_EVERY_MS = 60_000;

export class ScrubSchedule implements AsyncDisposable {
  readonly #options: ScrubScheduleOptions;
  readonly #ending = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #notes: ScrubNotes;
  #verifiedBytes = 0;
  #writing: Promise<void> = Promise.resolve();

  private constructor(options: ScrubScheduleOptions, notes: ScrubNotes) {
    this.#options = options;
    this.#notes = notes;
  }

  /** Goes on with a scrub that was interrupted, else waits for its time. Does not keep the process alive. */
  static async start(options: ScrubScheduleOptions): Promise<ScrubSchedule> {
    const noted = await readScrubNotes(options.folder);
    const schedule = new ScrubSchedule(options, noted ?? { endedAtMs: options.now() });
    if (noted === undefined) {
      // In a new folder there is nothing to read; and the time counts from its first server on.
      await schedule.#write();
    }
    await schedule.#look();
    return schedule;
  }

  status(): ScrubStatus {
    const { last, current, endedAtMs } = this.#notes;
    // What the current one has found is known already; what it has not come to is as the last one left it.
    const found = (last?.faultCount ?? 0) > (current?.faultCount ?? 0) ? last : (current ?? last);
    return {
      damagedBlobCount: found?.faultCount ?? 0,
      damages: (found?.faults ?? []).map(({ message }) => message),
      endedAtMs: last && endedAtMs,
      verifiedBytes: this.#verifiedBytes,
    };
  }

  /** Interrupts a scrub, which the next start goes on with. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    this.#ending.abort();
    await this.#running;
  }

  async #look(): Promise<void> {
    const { intervalMs, now } = this.#options;
    await this.#forgetGone();
    if (this.#notes.endedAtMs > now()) {
      // A clock that was set back must not put off the next scrub for as long.
      this.#notes = { ...this.#notes, endedAtMs: now() };
      await this.#write();
    }
    const { endedAtMs, current } = this.#notes;
    const waitMs = endedAtMs + intervalMs - now();
    if (current !== undefined || waitMs <= 0) {
      this.#running = this.#run().finally(() => this.#lookAfter(intervalMs));
      return;
    }
    this.#lookAfter(waitMs);
  }

  #lookAfter(waitMs: number): void {
    if (!this.#ending.signal.aborted) {
      this.#timer = setTimeout(() => void this.#look(), Math.min(waitMs, LOOK_EVERY_MS)).unref();
    }
  }

  async #forgetGone(): Promise<void> {
    const { last } = this.#notes;
    if (last === undefined || last.faults.length === 0) {
      return;
    }
    try {
      const gone = new Set(await this.#options.findGone(last.faults.map(({ blobId }) => blobId)));
      const faults = last.faults.filter(({ blobId }) => !gone.has(blobId));
      const faultCount = last.faultCount - (last.faults.length - faults.length);
      this.#notes = { ...this.#notes, last: { ...last, faults, faultCount } };
    } catch (failure) {
      this.#options.reportFailure(failure);
    }
  }

  async #run(): Promise<void> {
    const { folder, bytesPerSecond, reportFailure, now } = this.#options;
    const { signal } = this.#ending;
    const { after = "", ...noted } = this.#notes.current ?? {};
    let progress: ScrubProgress = { ...nothingYet(now()), ...noted };
    let notedAtMs = performance.now();
    const onBlob = (blob: ScrubbedBlob) => {
      progress = withBlob(progress, blob);
      this.#verifiedBytes += blob.sizeBytes;
      this.#notes = { ...this.#notes, current: { ...progress, after: blob.blobId } };
      if (blob.fault !== undefined && progress.faultCount <= NOTED_FAULTS_MAX) {
        reportFailure(new Error(blob.fault.message));
      }
      if (performance.now() - notedAtMs > NOTE_EVERY_MS) {
        notedAtMs = performance.now();
        void this.#write();
      }
    };
    try {
      const { isInterrupted } = await scrubDataFolder(folder, { bytesPerSecond, signal, after, onBlob });
      if (!isInterrupted) {
        this.#end(progress);
      }
    } catch (failure) {
      reportFailure(failure);
    }
    await this.#write();
  }

  #end(progress: ScrubProgress): void {
    this.#notes = { endedAtMs: this.#options.now(), last: progress };
    const { blobCount, bytes, faultCount } = progress;
    this.#options.reportEnd(`scrub: ${blobCount} blobs, ${bytes} bytes read, ${faultCount} of them damaged`);
  }

  /** Notes follow one another, so that the last stay. */
  #write(): Promise<void> {
    const { folder, reportFailure } = this.#options;
    this.#writing = this.#writing.then(() => writeScrubNotes(folder, this.#notes)).catch(reportFailure);
    return this.#writing;
  }
}

function nothingYet(startedAtMs: number): ScrubProgress {
  return { startedAtMs, blobCount: 0, bytes: 0, faultCount: 0, faults: [] };
}

function withBlob(progress: ScrubProgress, { blobId, sizeBytes, fault }: ScrubbedBlob): ScrubProgress {
  const { blobCount, bytes, faultCount, faults } = progress;
  const isNoted = fault !== undefined && faults.length < NOTED_FAULTS_MAX;
  return {
    ...progress,
    blobCount: blobCount + 1,
    bytes: bytes + sizeBytes,
    faultCount: faultCount + (fault === undefined ? 0 : 1),
    faults: isNoted ? [...faults, { blobId, message: fault.message }] : faults,
  };
}
