// Blobs that are records of segments: opened, marked as deleted, listed; and what is done to get their space back. A
// segment goes as a whole, once nothing in it is alive; so those that are mostly dead are named to be emptied.
import { stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { BlobId, BlobReader } from "../blob-store.ts";
import { type RecordPlace, recordPlace, type SegmentPlace } from "./blob-place.ts";
import { CheckedBlobReader } from "./checked-blob-reader.ts";
import { DeadMarks, type DeadRecords, deadMarksFile } from "./dead-marks.ts";
import type { DirectorySync } from "./directory-sync.ts";
import { openOrMissing } from "./file-blob-reader.ts";
import { blobCorrupt, blobMissing, isFileMissing } from "./file-errors.ts";
import { entriesOf, removeIfEmpty, segmentsIn } from "./lease-folder.ts";
import { readFully } from "./read-fully.ts";
import type { SegmentAppender } from "./segment-appender.ts";
import { decodeRecordHead, HEAD_SIZE_BYTES, recordSizeOf } from "./segment-format.ts";
import { endsWithClosing, type SegmentContent, scanSegment } from "./segment-scan.ts";

/** How many blobs one call of `reclaim` names at most. */
const NAMED_BLOBS_MAX = 1_000;

export interface SegmentBlobsOptions {
  readonly root: string;
  readonly leaseId: string;
  /** Whether blobs may still be written under a lease. */
  readonly isWritten: (leaseId: string) => boolean;
  readonly directorySync: DirectorySync;
  readonly appender: SegmentAppender;
  readonly reportError: (error: unknown) => void;
}

export class SegmentBlobs {
  readonly #options: SegmentBlobsOptions;
  readonly #marks: DeadMarks;
  /** Segments in which something was deleted since they were looked at last, by file. */
  readonly #changed = new Map<string, SegmentPlace>();
  #hasSearchedEarlierRuns = false;

  constructor(options: SegmentBlobsOptions) {
    this.#options = options;
    this.#marks = new DeadMarks(options.directorySync);
  }

  /** @throws {StorageError} blob-missing, blob-corrupt */
  async open({ id, segment, offset, sizeBytes }: RecordPlace): Promise<BlobReader> {
    const dead = await this.#marks.of(segment);
    if (dead.has(offset)) {
      throw blobMissing(id, segment.file);
    }
    const handle = await openOrMissing(id, segment.file);
    try {
      const head = Buffer.allocUnsafe(HEAD_SIZE_BYTES);
      const readBytes = await readFully(handle, head, offset);
      const record = decodeRecordHead(head.subarray(0, readBytes), offset, segment);
      if (record?.sizeBytes !== sizeBytes) {
        const reason =
          readBytes < HEAD_SIZE_BYTES ? "the segment ends before it" : "the head of a record is damaged";
        throw blobCorrupt({ blobId: id, path: segment.file, offset }, reason);
      }
      const startBytes = offset + HEAD_SIZE_BYTES;
      return new CheckedBlobReader(handle, { blobId: id, path: segment.file, startBytes, ...record });
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Marks records as deleted, durably. @returns those that are gone now */
  async remove(places: readonly RecordPlace[]): Promise<readonly BlobId[]> {
    const segments = new Map(places.map(({ segment }) => [segment.file, segment]));
    const gone: BlobId[] = [];
    for (const segment of segments.values()) {
      const records = places.filter((place) => place.segment.file === segment.file);
      gone.push(...(await this.#removeFrom(segment, records)));
    }
    return gone;
  }

  /** What is alive under a lease. Of a lease that has ended, segments go in which nothing is. */
  async *list(leaseId: string): AsyncIterable<BlobId> {
    for (const place of await segmentsIn(this.#options.root, leaseId)) {
      const { content, dead } = await this.#look(place);
      const live = liveRecords(place, content, dead);
      if (live.length === 0 && leaseId !== this.#options.leaseId) {
        await this.#removeSegment(place, content);
      }
      yield* live.map(({ id }) => id);
    }
  }

  /**
   * Removes segments in which nothing is alive, of those in which something was deleted.
   *
   * @param openLeases  leases under which blobs may still be written, by whatever process
   * @returns live blobs of segments that are more than half dead and will not grow
   */
  async reclaim(openLeases: ReadonlySet<string>): Promise<readonly BlobId[]> {
    await this.#searchEarlierRuns(openLeases);
    const named: BlobId[] = [];
    for (const place of [...this.#changed.values()]) {
      if (named.length >= NAMED_BLOBS_MAX) {
        break;
      }
      const live = await this.#reclaimFrom(place, openLeases);
      named.push(...live.slice(0, NAMED_BLOBS_MAX - named.length).map(({ id }) => id));
    }
    return named;
  }

  /** Removes what is dead of this lease; its writer has ended. */
  async close(): Promise<void> {
    for (const place of [...this.#changed.values()]) {
      if (place.leaseId === this.#options.leaseId) {
        await this.#reclaimFrom(place, new Set());
      }
    }
  }

  async #removeFrom(segment: SegmentPlace, records: readonly RecordPlace[]): Promise<readonly BlobId[]> {
    try {
      if ((await sizeOf(segment.file)) >= 0) {
        await this.#marks.add(segment, records);
        this.#changed.set(segment.file, segment);
      }
      return records.map(({ id }) => id);
    } catch (error) {
      this.#options.reportError(error);
      return [];
    }
  }

  async #reclaimFrom(place: SegmentPlace, openLeases: ReadonlySet<string>): Promise<readonly RecordPlace[]> {
    const marks = await this.#marks.of(place);
    const current = this.#options.appender.current;
    if (current?.place.file === place.file) {
      if (!isMostlyDead(marks.bytes, current.recordBytes)) {
        return this.#leave(place);
      }
      await this.#options.appender.closeCurrent();
    }
    // By its size alone, so that most segments need not be read: the header is no record, nor is the closing.
    const fileSizeBytes = await sizeOf(place.file);
    if (fileSizeBytes < 0) {
      // It went with its lease, or in an earlier run that had no time for the marks.
      await this.#forgetSegment(place);
      return this.#leave(place);
    }
    if (!isMostlyDead(marks.bytes, fileSizeBytes - 2 * HEAD_SIZE_BYTES)) {
      return this.#leave(place);
    }
    if (this.#mayGrow(place, openLeases) && !(await endsWithClosing(place))) {
      // It stays among the changed, for some day it will not grow any more.
      return [];
    }
    const { content, dead } = await this.#look(place);
    const live = liveRecords(place, content, dead);
    if (live.length === 0) {
      await this.#removeSegment(place, content);
      return this.#leave(place);
    }
    const totalBytes = content.records.reduce((sum, { sizeBytes }) => sum + recordSizeOf(sizeBytes), 0);
    return isMostlyDead(dead.bytes, totalBytes) ? live : this.#leave(place);
  }

  #leave({ file }: SegmentPlace): readonly RecordPlace[] {
    this.#changed.delete(file);
    return [];
  }

  /** This process's own segments are closed when they are not the current one, even if they could not say so. */
  #mayGrow({ leaseId }: SegmentPlace, openLeases: ReadonlySet<string>): boolean {
    return leaseId !== this.#options.leaseId && openLeases.has(leaseId);
  }

  async #look(
    place: SegmentPlace,
  ): Promise<{ readonly content: SegmentContent; readonly dead: DeadRecords }> {
    return { content: await scanSegment(place), dead: await this.#marks.of(place) };
  }

  /** Not one that is damaged: a row may name a record that is in there and cannot be found. */
  async #removeSegment(place: SegmentPlace, { damagedOffsets }: SegmentContent): Promise<void> {
    if (damagedOffsets.length > 0) {
      const reason = "a record's head is damaged, so the segment is kept";
      this.#options.reportError(
        blobCorrupt({ blobId: "?", path: place.file, offset: damagedOffsets[0] ?? 0 }, reason),
      );
      return;
    }
    await unlinkIfThere(place.file);
    // Before its marks go: without them all of it would be alive.
    await this.#options.directorySync.sync(place.leaseFolder);
    await this.#forgetSegment(place);
  }

  /** The segment is gone. */
  async #forgetSegment(place: SegmentPlace): Promise<void> {
    await unlinkIfThere(deadMarksFile(place));
    this.#marks.forget(place);
    if (!this.#options.isWritten(place.leaseId)) {
      await removeIfEmpty(place.leaseFolder);
    }
  }

  /** Earlier runs may have left segments that are mostly dead, and marks of segments that are gone. */
  async #searchEarlierRuns(openLeases: ReadonlySet<string>): Promise<void> {
    if (this.#hasSearchedEarlierRuns) {
      return;
    }
    this.#hasSearchedEarlierRuns = true;
    const { root } = this.#options;
    for (const leaseId of await entriesOf(root)) {
      if (openLeases.has(leaseId) || (await removeIfEmpty(join(root, leaseId)))) {
        continue;
      }
      for (const place of await segmentsIn(root, leaseId, ".dead")) {
        this.#changed.set(place.file, place);
      }
    }
  }
}

function liveRecords(
  place: SegmentPlace,
  { records }: SegmentContent,
  dead: DeadRecords,
): readonly RecordPlace[] {
  return records
    .filter(({ offset }) => !dead.has(offset))
    .map(({ offset, sizeBytes }) => recordPlace(place, offset, sizeBytes));
}

function isMostlyDead(deadBytes: number, totalBytes: number): boolean {
  return 2 * deadBytes > totalBytes || totalBytes <= 0;
}

/** @returns -1 for a file that is not there */
async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isFileMissing(error)) {
      return -1;
    }
    throw error;
  }
}

async function unlinkIfThere(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if (!isFileMissing(error)) {
      throw error;
    }
  }
}
