// One upload's journal in a file. Lines that come while others are being written go together in the next write, so that
// many parts share the wait for the disk.
import { rm } from "node:fs/promises";
import type { Recut } from "../upload/recut.ts";
import type {
  JournaledPart,
  JournaledUpload,
  JournalHeader,
  UploadJournal,
} from "../upload/upload-journal.ts";
import { DurableAppender } from "./durable-appender.ts";
import { replaceFile } from "./durable-file.ts";
import type { FileLock } from "./file-lock.ts";
import { type JournalLines, journalLines } from "./journal-format.ts";
import { unwritableError } from "./journal-unwritable.ts";

export interface FileJournalOptions {
  readonly path: string;
  /** Given back by `close` and `remove`. */
  readonly lock: FileLock;
  readonly earlier: JournaledUpload | undefined;
  /** Default: a `DurableAppender`. */
  readonly appendTo?: (path: string) => Pick<DurableAppender, "append" | "close">;
}

export class FileJournal implements UploadJournal {
  readonly earlier: JournaledUpload | undefined;
  readonly #path: string;
  readonly #lock: FileLock;
  readonly #appendTo: NonNullable<FileJournalOptions["appendTo"]>;
  #appender: Pick<DurableAppender, "append" | "close">;
  /** Undefined until there is a file with a header. */
  #lines: JournalLines | undefined;
  /** For the next write; at most the parts that are under way. */
  #waitingText = "";
  #upcoming: Promise<void> | undefined;
  #running: Promise<void> = Promise.resolve();
  /** Whether the file may end in the middle of a line, as a killed process or a full disk leaves it. */
  #isTailTorn = true;
  #isClosed = false;

  constructor({ path, lock, earlier, appendTo = durableAppender }: FileJournalOptions) {
    this.earlier = earlier;
    this.#path = path;
    this.#lock = lock;
    this.#appendTo = appendTo;
    this.#appender = appendTo(path);
    this.#lines = earlier && journalLines(earlier.header);
  }

  async begin(header: JournalHeader): Promise<void> {
    this.#assertOpen();
    // They belong into the file of before, and a descriptor closed under a write may be another file's by then.
    await this.#waitingWrites();
    const lines = journalLines(header);
    try {
      await this.#appender.close();
      await replaceFile(this.#path, lines.header);
    } catch (error) {
      throw unwritableError(this.#path, error);
    }
    this.#appender = this.#appendTo(this.#path);
    this.#lines = lines;
    this.#isTailTorn = false;
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

  async remove(): Promise<void> {
    await this.#end(() => rm(this.#path, { force: true }));
  }

  async close(): Promise<void> {
    await this.#end(async () => {});
  }

  async #end(act: () => Promise<void>): Promise<void> {
    if (this.#isClosed) {
      return;
    }
    this.#isClosed = true;
    await this.#waitingWrites();
    const failures: unknown[] = [];
    // Each of them also after a failure: a lock that stayed would hold up every later upload of this process.
    for (const step of [() => this.#appender.close(), act, () => this.#lock.release()]) {
      await step().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) {
      throw unwritableError(this.#path, failures[0]);
    }
  }

  /** Resolves when what was noted until now is written, or has failed. */
  async #waitingWrites(): Promise<void> {
    await this.#upcoming?.catch(ignoreFailure);
    await this.#running;
  }

  async #append(line: (lines: JournalLines) => string): Promise<void> {
    this.#assertOpen();
    if (this.#lines === undefined) {
      throw new Error("a journal has to be begun before anything can be noted in it");
    }
    this.#waitingText += line(this.#lines);
    this.#upcoming ??= this.#running.then(() => this.#write());
    await this.#upcoming;
  }

  #write(): Promise<void> {
    const text = (this.#isTailTorn ? "\n" : "") + this.#waitingText;
    this.#waitingText = "";
    this.#upcoming = undefined;
    this.#isTailTorn = true;
    const written = this.#appender.append(text).then(
      () => {
        this.#isTailTorn = false;
      },
      (error) => {
        throw unwritableError(this.#path, error);
      },
    );
    this.#running = written.catch(ignoreFailure);
    return written;
  }

  #assertOpen(): void {
    if (this.#isClosed) {
      throw new Error(`the journal ${this.#path} is closed`);
    }
  }
}

function durableAppender(path: string): DurableAppender {
  return new DurableAppender(path);
}

function ignoreFailure(): void {
  // Whoever waits for the line is told.
}
