// The journal of one upload, as the upload sees it: whatever goes wrong with it is worth a warning, but never the
// upload. Only the lock of another upload of the same target is.
import { ClientError } from "../client-error.ts";
import type {
  JournaledPart,
  JournaledUpload,
  JournalHeader,
  JournalTarget,
  UploadJournal,
  UploadJournals,
} from "./upload-journal.ts";
import type { UploadReporter } from "./upload-reporter.ts";

export class UploadCheckpoint {
  readonly #journal: UploadJournal | undefined;
  readonly #reporter: UploadReporter;
  #isWritable: boolean;

  private constructor(journal: UploadJournal | undefined, reporter: UploadReporter) {
    this.#journal = journal;
    this.#reporter = reporter;
    this.#isWritable = journal !== undefined;
  }

  /**
   * @param journals  undefined for an upload that leaves no trace
   * @throws {ClientError} upload-locked
   */
  static async open(
    journals: UploadJournals | undefined,
    target: JournalTarget,
    reporter: UploadReporter,
  ): Promise<UploadCheckpoint> {
    if (journals === undefined) {
      return new UploadCheckpoint(undefined, reporter);
    }
    try {
      return new UploadCheckpoint(await journals.open(target), reporter);
    } catch (error) {
      if (error instanceof ClientError && error.code === "upload-locked") {
        throw error;
      }
      warn(reporter, error);
      return new UploadCheckpoint(undefined, reporter);
    }
  }

  /** What the last run left. */
  get earlier(): JournaledUpload | undefined {
    return this.#journal?.earlier;
  }

  /** Whether what is noted is written somewhere. */
  get isJournaling(): boolean {
    return this.#isWritable;
  }

  async begin(header: JournalHeader): Promise<void> {
    // After a restart there is a new chance.
    this.#isWritable = this.#journal !== undefined;
    await this.#write((journal) => journal.begin(header));
  }

  async addPart(part: JournaledPart): Promise<void> {
    await this.#write((journal) => journal.addPart(part));
  }

  async noteCompleting(): Promise<void> {
    await this.#write((journal) => journal.noteCompleting());
  }

  /** There is nothing to go on with any more. */
  async remove(): Promise<void> {
    await this.#attempt((journal) => journal.remove());
  }

  /** A later run may go on. */
  async close(): Promise<void> {
    await this.#attempt((journal) => journal.close());
  }

  async #write(act: (journal: UploadJournal) => Promise<void>): Promise<void> {
    if (this.#isWritable) {
      await this.#attempt(act);
    }
  }

  async #attempt(act: (journal: UploadJournal) => Promise<void>): Promise<void> {
    if (this.#journal === undefined) {
      return;
    }
    try {
      await act(this.#journal);
    } catch (error) {
      if (this.#isWritable) {
        this.#isWritable = false;
        warn(this.#reporter, error);
      }
    }
  }
}

function warn(reporter: UploadReporter, error: unknown): void {
  const why = error instanceof Error ? error.message : String(error);
  reporter.tell({
    type: "warning",
    code: "journal-unwritable",
    message: `the journal of this upload cannot be kept (${why}); the upload goes on, and if it is interrupted a later one goes on with what the service lists`,
  });
}
