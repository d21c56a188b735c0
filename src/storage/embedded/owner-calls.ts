// The way to the database in the process that owns it. Changes go to the writer's thread; reads of a few rows are answered
// here and now, for in that thread they would wait for the sync of the commit that is under way, each request twice.
import type { SnapshotReads } from "./committer/snapshot-reads.ts";
import type { MetadataCalls } from "./metadata-calls.ts";
import type { MetadataChannel } from "./metadata-channel.ts";
import type { MetadataRequest } from "./metadata-messages.ts";

export class OwnerCalls implements MetadataCalls {
  readonly #writer: MetadataChannel;
  readonly #reads: SnapshotReads;
  #isClosed = false;

  /** Closes both. */
  constructor(writer: MetadataChannel, reads: SnapshotReads) {
    this.#writer = writer;
    this.#reads = reads;
  }

  call(request: Omit<MetadataRequest, "id">): Promise<unknown> {
    // A change is answered after its commit, and a snapshot that is taken later has it. Without a writer nothing is
    // answered, for it ends when nobody can know any more what the disk has.
    return !this.#isClosed && this.#writer.isOpen && this.#reads.isShort(request.operation)
      ? this.#reads.call(request)
      : this.#writer.call(request);
  }

  async close(): Promise<void> {
    // First the reader, so that the writer is the last and takes its log into the database.
    if (!this.#isClosed) {
      this.#isClosed = true;
      await this.#reads.close();
    }
    await this.#writer.close();
  }
}
