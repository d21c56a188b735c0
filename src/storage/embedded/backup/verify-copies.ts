// Are the bytes in a backup those that were written? Each file is read as soon as it was copied, while the system still has
// it in memory: so what the disk of the data folder has damaged is known while another copy of it may still be somewhere.
import type { BlobId } from "../../blob-store.ts";
import { blobPlace, isRecord } from "../blob-place.ts";
import { CheckDatabase } from "../check/check-database.ts";
import { FAULTS_MAX } from "../check/find-corrupt.ts";
import { type FaultKind, type FolderFault, faultOf } from "../check/folder-fault.ts";
import { Pace } from "../check/pace.ts";
import { blobFault } from "../check/verify-blob.ts";
import { type RecordFault, recordFaults } from "../check/verify-records.ts";
import type { UnreadableFile } from "./copy-files.ts";
import { blobFileName } from "./folder-files.ts";

const READ_BUFFER_BYTES = 1_048_576;

/** Disposing closes the snapshot. */
export class CopiesVerifier implements Disposable {
  /** At most 10,000, as they were found. */
  readonly faults: FolderFault[] = [];
  readonly #root: string;
  readonly #snapshot: CheckDatabase;
  readonly #blobsByFile = new Map<string, BlobId[]>();
  readonly #pace = new Pace({ bytesPerSecond: Number.POSITIVE_INFINITY });

  /**
   * @param root      the backup's folder of blobs
   * @param snapshot  the file of the facts that name these blobs
   */
  constructor(root: string, snapshot: string, blobIds: Iterable<BlobId>) {
    this.#root = root;
    this.#snapshot = new CheckDatabase(snapshot);
    for (const blobId of blobIds) {
      const name = blobFileName(blobId);
      const others = this.#blobsByFile.get(name);
      if (others === undefined) {
        this.#blobsByFile.set(name, [blobId]);
      } else {
        others.push(blobId);
      }
    }
  }

  /** Reads all blobs in the file of this name. @returns whether all of it is what was written */
  async verify(name: string): Promise<boolean> {
    const places = (this.#blobsByFile.get(name) ?? []).map((blobId) => blobPlace(this.#root, blobId));
    const records = places.filter(isRecord);
    const faults =
      records[0] === undefined
        ? await Promise.all(places.map(({ id }) => this.#fileFault(id)))
        : await recordFaults(records[0].segment.file, records);
    const known = faults.filter((fault) => fault !== undefined);
    for (const { blobId, reason } of known) {
      this.#note("bytes-corrupt", blobId, reason);
    }
    return known.length === 0;
  }

  /** Of a file that could not be copied, the blobs that no earlier copy of it has are faults. */
  async takeUnreadable(name: string, { reason, isMissing, hasCopy }: UnreadableFile): Promise<void> {
    if (hasCopy) {
      await this.verify(name);
      return;
    }
    for (const blobId of this.#blobsByFile.get(name) ?? []) {
      this.#note(isMissing ? "bytes-missing" : "bytes-corrupt", blobId, reason);
    }
  }

  [Symbol.dispose](): void {
    this.#snapshot[Symbol.dispose]();
  }

  #note(kind: FaultKind, blobId: BlobId, reason: string): void {
    if (this.faults.length < FAULTS_MAX) {
      this.faults.push(faultOf(this.#snapshot, kind, blobId, reason));
    }
  }

  async #fileFault(blobId: BlobId): Promise<RecordFault | undefined> {
    const blob = this.#snapshot.owned(blobId);
    const buffer = Buffer.allocUnsafe(READ_BUFFER_BYTES);
    const reason = blob && (await blobFault(this.#root, blob, { buffer, pace: this.#pace }));
    return reason === undefined ? undefined : { blobId, reason };
  }
}
