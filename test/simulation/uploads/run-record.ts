// What one run of the upload told and did.
import type { UploadEvent } from "../../../src/client/upload/upload-event.ts";
import type { UploadHandle } from "../../../src/client/upload/upload-handle.ts";
import type { UploadResult } from "../../../src/client/upload/upload-result.ts";
import type { LoggedRequest } from "./request-log.ts";
import type { Machine, UploadWorld } from "./upload-world.ts";
import type { RunEnd } from "./virtual-time.ts";

export interface KeptParts {
  readonly uploadId: string;
  readonly partNumbers: readonly number[];
}

export class RunRecord {
  readonly machine: Machine;
  /** What journal and service had in common when it began. */
  readonly keptParts: KeptParts | undefined;
  readonly events: UploadEvent[] = [];
  rivals: readonly RunRecord[] = [];
  /** `done`, `failed CODE`, `crashed`, or how the simulation ended that the run did not. */
  end = "";
  result: UploadResult | undefined;
  error: unknown;
  hasEnded = false;
  /** What the one cancel said that came before the end. */
  cancelKeepsParts: boolean | undefined;
  readonly #world: UploadWorld;
  readonly #requestStart: number;
  #requestEnd: number | undefined;

  constructor(machine: Machine, world: UploadWorld, keptParts: KeptParts | undefined) {
    this.machine = machine;
    this.keptParts = keptParts;
    this.#world = world;
    this.#requestStart = world.requests.length;
  }

  /** Nobody goes on with it. */
  get isAbandoned(): boolean {
    return this.cancelKeepsParts === false && this.end !== "crashed";
  }

  /** Of its own process. */
  get requests(): readonly LoggedRequest[] {
    return this.#world.requests
      .slice(this.#requestStart, this.#requestEnd)
      .filter(({ process }) => process === this.machine.process);
  }

  tell(event: UploadEvent): void {
    const { process, doneParts } = this.machine;
    if (process.isDead) {
      return;
    }
    this.events.push(event);
    if (event.type === "part-done") {
      doneParts.add(event.partNumber);
    } else if (event.type === "restarted") {
      doneParts.clear();
    }
  }

  watch(handle: UploadHandle): void {
    handle.then(
      (result) => {
        this.result = result;
        this.hasEnded = true;
      },
      (error: unknown) => {
        this.error = error;
        this.hasEnded = true;
      },
    );
  }

  noteCancel(keepParts: boolean): void {
    this.cancelKeepsParts ??= keepParts;
  }

  finish(end: RunEnd | "crashed"): void {
    this.#requestEnd = this.#world.requests.length;
    if (this.hasEnded && end !== "crashed") {
      this.end = this.result === undefined ? `failed ${codeOf(this.error)}` : "done";
    } else {
      this.end = end;
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
