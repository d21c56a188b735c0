// The journal of one upload, as the upload sees it: whatever goes wrong with it is worth a warning, but never the
// upload. Only the lock of another upload of the same target is.
import { ClientError } from "../client-error.ts";
import type { Clock } from "../clock.ts";
import type { Recut } from "./recut.ts";
import type { SourceIdentity } from "./source-identity.ts";
import type {
  JournaledPart,
  JournaledUpload,
  JournalTarget,
  UploadJournal,
  UploadJournals,
} from "./upload-journal.ts";
import type { UploadReporter } from "./upload-reporter.ts";
import { type UploadWishes, wishesOf } from "./upload-wishes.ts";

export interface CheckpointFacts {
  readonly target: JournalTarget;
  readonly identity: SourceIdentity;
  readonly options: UploadWishes;
  readonly clock: Clock;
  readonly reporter: UploadReporter;
}

export class UploadCheckpoint {
  /** Of what the object is to carry. */
  readonly wishes: string;
  readonly #journal: UploadJournal;
  readonly #facts: CheckpointFacts;
  #isWritable = true;
  /** That there is a journal. Nothing is noted before, and nobody waits for it until then. */
  #begun: Promise<void> | undefined;

  constructor(journal: UploadJournal, facts: CheckpointFacts) {
    this.wishes = wishesOf(facts.options);
    this.#journal = journal;
    this.#facts = facts;
  }

  /** What the last run left. */
  get earlier(): JournaledUpload | undefined {
    return this.#journal.earlier;
  }

  /** Whether what is noted is written somewhere. */
  get isJournaling(): boolean {
    return this.#isWritable;
  }

  /**
   * Parts may be sent while the disk is waited for: what arrives before there is a journal, the service lists.
   *
   * @param partSizeBytes  of every part but the last
   */
  begin(uploadId: string, partSizeBytes: number): void {
    const { target, identity, clock } = this.#facts;
    // After a restart there is a new chance.
    this.#isWritable = true;
    this.#begun = this.#write((journal) =>
      journal.begin({
        target,
        source: identity,
        uploadId,
        partSizeBytes,
        startedAtMs: clock.now(),
        wishes: this.wishes,
      }),
    );
  }

  async addPart(part: JournaledPart): Promise<void> {
    await this.#write((journal) => journal.addPart(part));
  }

  async noteRecut(recut: Recut): Promise<void> {
    await this.#write((journal) => journal.noteRecut(recut));
  }

  async noteCompleting(): Promise<void> {
    await this.#write((journal) => journal.noteCompleting());
  }

  /** There is nothing to go on with any more. */
  async remove(): Promise<void> {
    await this.#begun;
    await this.#attempt((journal) => journal.remove());
  }

  /** A later run may go on. */
  async close(): Promise<void> {
    await this.#begun;
    await this.#attempt((journal) => journal.close());
  }

  async #write(act: (journal: UploadJournal) => Promise<void>): Promise<void> {
    await this.#begun;
    if (this.#isWritable) {
      await this.#attempt(act);
    }
  }

  async #attempt(act: (journal: UploadJournal) => Promise<void>): Promise<void> {
    try {
      await act(this.#journal);
    } catch (error) {
      if (this.#isWritable) {
        this.#isWritable = false;
        warn(this.#facts.reporter, error);
      }
    }
  }
}

/**
 * @returns undefined if there can be none, which is told
 * @throws {ClientError} upload-locked
 */
export async function openCheckpoint(
  journals: UploadJournals,
  facts: CheckpointFacts,
): Promise<UploadCheckpoint | undefined> {
  try {
    return new UploadCheckpoint(await journals.open(facts.target), facts);
  } catch (error) {
    if (error instanceof ClientError && error.code === "upload-locked") {
      throw error;
    }
    warn(facts.reporter, error);
    return undefined;
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
