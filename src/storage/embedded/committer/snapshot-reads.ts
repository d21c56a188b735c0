// Reading beside the writer: SQLite's write-ahead log gives every connection a snapshot without waiting for anybody.
//
// What takes microseconds is read here and now, without a way to another thread. What may take long, a listing, is read
// in a thread of its own, which is started for the first.

import type { MetadataChannel } from "../metadata-channel.ts";
import { isSnapshotRead, MetadataDatabase } from "../metadata-database.ts";
import { errorOf, type MetadataRequest, type OperationName } from "../metadata-messages.ts";
import { openMetadataThread } from "../metadata-thread.ts";
import { openForReading } from "../schema.ts";

/** A few rows by their keys; the extents of an object of 10,000 parts take 4 ms. */
const SHORT_READS: ReadonlySet<OperationName> = new Set<OperationName>([
  "getBucket",
  "getObject",
  "openObject",
  "getUpload",
]);

export class SnapshotReads {
  readonly #file: string;
  readonly #database: MetadataDatabase;
  #thread: Promise<MetadataChannel> | undefined;

  /** @throws {StorageError} folder-unusable */
  constructor(file: string) {
    this.#file = file;
    this.#database = new MetadataDatabase(openForReading(file));
  }

  answers(operation: OperationName): boolean {
    return isSnapshotRead(operation);
  }

  /** Whether it is answered without a way to another thread. */
  isShort(operation: OperationName): boolean {
    return SHORT_READS.has(operation);
  }

  async call(request: Omit<MetadataRequest, "id">): Promise<unknown> {
    if (!this.isShort(request.operation)) {
      return (await this.#listingThread()).call(request);
    }
    const [answer] = this.#database.run([{ ...request, id: 0 }]);
    if (answer !== undefined && "value" in answer) {
      return answer.value;
    }
    throw answer !== undefined && "refusal" in answer ? errorOf(answer.refusal) : answer?.error;
  }

  async close(): Promise<void> {
    this.#database.close();
    const thread = await this.#thread?.catch(() => undefined);
    await thread?.close();
  }

  #listingThread(): Promise<MetadataChannel> {
    if (this.#thread === undefined) {
      const thread = openMetadataThread({ file: this.#file, role: "reader" });
      this.#thread = thread;
      // The next listing tries again.
      thread.catch(() => {
        this.#thread = undefined;
      });
    }
    return this.#thread;
  }
}
