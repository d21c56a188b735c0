// What an upload tells about its course while it runs.

export type UploadProgressPhase =
  /** An earlier run's upload is looked for, and what of it counts. */
  | "resuming"
  | "initiating"
  | "uploading"
  | "paused"
  | "completing"
  /** The object is there and is read back. */
  | "verifying"
  | "aborting"
  | "done"
  | "failed";

/**
 * A snapshot: plain values, safe to keep and to send elsewhere. Of a stream of unknown length, `totalBytes` and
 * `partCount` are what has come of it until now.
 */
export interface UploadProgress {
  /** `done` comes last and only after the service has confirmed the object and its checksum. */
  readonly phase: UploadProgressPhase;
  /** 0 … totalBytes, what an earlier run had sent included. Goes back when a part has to be sent again. */
  readonly bytesSent: number;
  readonly totalBytes: number;
  readonly partsDone: number;
  readonly partsInFlight: number;
  readonly partCount: number;
  /** Of an upload in parts, from when it has one. */
  readonly uploadId?: string;
  /** With `failed`: parts are, or may be, left with the service under `uploadId`. */
  readonly arePartsLeft?: boolean;
}

export type ProgressListener = (progress: UploadProgress) => void;

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

export class ProgressReporter {
  readonly #listener: ProgressListener;
  readonly #isHeard: () => boolean;
  /** By part number, of parts that are not done. */
  readonly #sentBytes = new Map<number, number>();
  /** Changed thousands of times a second; only snapshots of it go out. */
  readonly #progress: Mutable<UploadProgress>;

  /** @param isHeard  whether `listener` makes anything of what it is told just now */
  constructor(
    totals: { readonly totalBytes: number; readonly partCount: number },
    listener: ProgressListener,
    isHeard: () => boolean = () => true,
  ) {
    this.#listener = listener;
    this.#isHeard = isHeard;
    this.#progress = { phase: "initiating", bytesSent: 0, ...totals, partsDone: 0, partsInFlight: 0 };
  }

  get progress(): UploadProgress {
    return { ...this.#progress };
  }

  /** What is known before anything is told. */
  begin(totals: { readonly totalBytes: number; readonly partCount: number }): void {
    Object.assign(this.#progress, totals);
  }

  /** The parts that are there now: of an earlier run, or none after the service has lost them. */
  keep(kept: { readonly partCount: number; readonly sizeBytes: number }): void {
    // What is under way still counts: it is taken back as each of its parts ends.
    const bytesUnderWay = [...this.#sentBytes.values()].reduce((sum, bytes) => sum + bytes, 0);
    this.#progress.bytesSent = kept.sizeBytes + bytesUnderWay;
    this.#progress.partsDone = kept.partCount;
  }

  enter(
    phase: UploadProgressPhase,
    facts: { readonly uploadId?: string; readonly arePartsLeft?: boolean } = {},
  ): void {
    this.#report({ phase, ...facts });
  }

  partStarted(partNumber: number): void {
    this.#sentBytes.set(partNumber, 0);
    this.#report({ partsInFlight: this.#progress.partsInFlight + 1 });
  }

  /** @param sentBytes  of this part, in its present attempt */
  partSent(partNumber: number, sentBytes: number): void {
    const before = this.#sentBytes.get(partNumber);
    if (before === undefined) {
      // The connection's last word about a part that has ended; its bytes are counted.
      return;
    }
    this.#sentBytes.set(partNumber, sentBytes);
    this.#progress.bytesSent += sentBytes - before;
    this.#tell();
  }

  partDone(partNumber: number, sizeBytes: number): void {
    const before = this.#sentBytes.get(partNumber) ?? 0;
    this.#sentBytes.delete(partNumber);
    const { bytesSent, partsDone, partsInFlight } = this.#progress;
    this.#report({
      bytesSent: bytesSent + sizeBytes - before,
      partsDone: partsDone + 1,
      partsInFlight: partsInFlight - 1,
    });
  }

  partFailed(partNumber: number): void {
    const before = this.#sentBytes.get(partNumber);
    if (before === undefined) {
      return;
    }
    this.#sentBytes.delete(partNumber);
    const { bytesSent, partsInFlight } = this.#progress;
    this.#report({ bytesSent: bytesSent - before, partsInFlight: partsInFlight - 1 });
  }

  #report(changes: Partial<UploadProgress>): void {
    Object.assign(this.#progress, changes);
    this.#tell();
  }

  #tell(): void {
    if (this.#isHeard()) {
      this.#listener(this.progress);
    }
  }
}
