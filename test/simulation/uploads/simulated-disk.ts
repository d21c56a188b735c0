// Journals on a disk that is simulated: the lines and the reading of the real ones, over a text that has only what was
// synced before the process ended, and perhaps some of what was not.
import { ClientError } from "../../../src/client/client-error.ts";
import { type JournalLines, journalLines, readJournal } from "../../../src/client/node/journal-format.ts";
import type { Recut } from "../../../src/client/upload/recut.ts";
import type {
  JournaledPart,
  JournaledUpload,
  JournalHeader,
  UploadJournal,
  UploadJournals,
} from "../../../src/client/upload/upload-journal.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { VirtualTime } from "./virtual-time.ts";

const SYNC_MAX_MS = 25;

export interface DiskSurroundings {
  readonly time: VirtualTime;
  /** 0 ≤ random() < 1. */
  readonly random: () => number;
}

/** One target's journal, with the lock beside it. */
export class SimulatedDisk {
  /** What would be read after a crash. */
  text = "";
  /** Processes that can write nothing new. */
  readonly fullFor = new Set<SimulatedProcess>();
  holder: SimulatedProcess | undefined;
  readonly #surroundings: DiskSurroundings;

  constructor(surroundings: DiskSurroundings) {
    this.#surroundings = surroundings;
  }

  get upload(): JournaledUpload | undefined {
    return readJournal(new TextEncoder().encode(this.text));
  }

  journalsFor(process: SimulatedProcess): UploadJournals {
    return {
      open: () =>
        process.deal(() => {
          if (this.holder !== undefined && !this.holder.isDead) {
            throw new ClientError("upload-locked", `${this.holder.name} uploads to the same target`);
          }
          this.holder = process;
          return new SimulatedJournal(this, process);
        }),
    };
  }

  /** `commit` is told which share of the change the disk has: 1, unless the process ends meanwhile. */
  write(
    process: SimulatedProcess,
    commit: (share: number) => void,
    { needsRoom = true }: { readonly needsRoom?: boolean } = {},
  ): Promise<void> {
    const { time, random } = this.#surroundings;
    const share = random();
    const durationMs = random() * SYNC_MAX_MS;
    return process.deal(async () => {
      const alive = process.onDeath(() => commit(share));
      await time.wait(durationMs);
      if (!process.isDead) {
        alive();
        if (this.fullFor.has(process) && needsRoom) {
          commit(share * 0.9);
          throw new ClientError("journal-unwritable", "the disk is full");
        }
        commit(1);
      }
    });
  }
}

class SimulatedJournal implements UploadJournal {
  readonly earlier: JournaledUpload | undefined;
  readonly #disk: SimulatedDisk;
  readonly #process: SimulatedProcess;
  #lines: JournalLines | undefined;
  #isTailTorn = true;
  #isClosed = false;
  /** Writes come one after another. */
  #last: Promise<void> = Promise.resolve();

  constructor(disk: SimulatedDisk, process: SimulatedProcess) {
    this.#disk = disk;
    this.#process = process;
    this.earlier = disk.upload;
    this.#lines = this.earlier && journalLines(this.earlier.header);
  }

  begin(header: JournalHeader): Promise<void> {
    return this.#inTurn(async () => {
      const lines = journalLines(header);
      await this.#disk.write(this.#process, (share) => {
        // A rename has happened or has not.
        this.#disk.text = share > 0.95 ? lines.header : this.#disk.text;
      });
      this.#lines = lines;
      this.#isTailTorn = false;
    });
  }

  addPart(part: JournaledPart): Promise<void> {
    return this.#append((lines) => lines.part(part));
  }

  noteRecut(recut: Recut): Promise<void> {
    return this.#append((lines) => lines.recut(recut));
  }

  noteCompleting(): Promise<void> {
    return this.#append((lines) => lines.completing());
  }

  remove(): Promise<void> {
    return this.#end((share) => {
      this.#disk.text = share > 0.5 ? "" : this.#disk.text;
    });
  }

  close(): Promise<void> {
    return this.#end(() => {});
  }

  #end(commit: (share: number) => void): Promise<void> {
    if (this.#isClosed) {
      return Promise.resolve();
    }
    this.#isClosed = true;
    return this.#inTurn(async () => {
      try {
        await this.#disk.write(this.#process, commit, { needsRoom: false });
      } finally {
        this.#disk.holder = undefined;
      }
    });
  }

  #append(line: (lines: JournalLines) => string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#lines === undefined) {
        throw new Error("a journal has to be begun before anything can be noted in it");
      }
      const text = (this.#isTailTorn ? "\n" : "") + line(this.#lines);
      const before = this.#disk.text;
      this.#isTailTorn = true;
      await this.#disk.write(this.#process, (share) => {
        this.#disk.text = before + text.slice(0, Math.floor(share * text.length));
      });
      this.#isTailTorn = false;
    });
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
