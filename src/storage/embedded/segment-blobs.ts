// Blobs that are records of segments: opened, marked as deleted, listed; and what is done to get their space back. A
// segment goes as a whole, once nothing in it is alive; so those that are mostly dead are named to be emptied.
import { stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { BlobId, BlobReader } from "../blob-store.ts";
import { crashPoint } from "../crash-points.ts";
import { type RecordPlace, recordPlace, type SegmentPlace } from "./blob-place.ts";
import { DeadMarks, type DeadRecords, deadMarksFile } from "./dead-marks.ts";
import type { DirectorySync } from "./directory-sync.ts";
import { blobCorrupt, blobMissing, isFileMissing } from "./file-errors.ts";
import { entriesOf, removeIfEmpty, segmentsIn } from "./lease-folder.ts";
import { openRecord } from "./record-reader.ts";
import type { SegmentAppender } from "./segment-appender.ts";
import { HEAD_SIZE_BYTES, recordSizeOf } from "./segment-format.ts";
import { endsWithClosing, type SegmentContent, scanSegment } from "./segment-scan.ts";

/** How many blobs one call of `reclaim` names at most. */
const NAMED_BLOBS_MAX = 1_000;

export interface SegmentBlobsOptions {
  readonly root: string;
  readonly leaseId: string;
  readonly directorySync: DirectorySync;
  readonly appender: SegmentAppender;
  /** Whether blobs may still be written under a lease, by this process or another. */
  readonly isLeaseWritten: (leaseId: string) => boolean;
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
  async open(place: RecordPlace): Promise<BlobReader> {
    const { id, segment, offset } = place;
    const dead = await this.#marks.of(segment);
    if (dead.has(offset)) {
      throw blobMissing(id, segment.file);
    }
    return openRecord(place);
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
      if (live.length === 0 && !this.#options.isLeaseWritten(leaseId)) {
        await this.#removeSegment(place, content);
      }
      yield* live.map(({ id }) => id);
    }
  }

  /**
   * Removes segments in which nothing is alive, of those in which something was deleted.
   *
   * @returns live blobs of segments that are more than half dead and will not grow
   */
  async reclaim(): Promise<readonly BlobId[]> {
    await this.#searchEarlierRuns();
    const named: BlobId[] = [];
    for (const place of [...this.#changed.values()]) {
      if (named.length >= NAMED_BLOBS_MAX) {
        break;
      }
      const live = await this.#reclaimFrom(place);
      named.push(...live.slice(0, NAMED_BLOBS_MAX - named.length).map(({ id }) => id));
    }
    return named;
  }

  /** Removes what is dead of this lease; its writer has ended. */
  async close(): Promise<void> {
    for (const place of [...this.#changed.values()]) {
      if (place.leaseId === this.#options.leaseId) {
        await this.#reclaimFrom(place);
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

  async #reclaimFrom(place: SegmentPlace): Promise<readonly RecordPlace[]> {
    const marks = await this.#marks.of(place);
    const current = this.#options.appender.current(place.file);
    if (current !== undefined) {
      if (!isMostlyDead(marks.bytes, current.recordBytes)) {
        return this.#leave(place);
      }
      await this.#options.appender.closeSegment(place.file);
    }
    // By its size alone, so that most segments need not be read: the header is no record, nor is the closing.
    const fileSizeBytes = await sizeOf(place.file);
    if (fileSizeBytes < 0) {
      // A crash came between the segment's end and that of its marks.
      await this.#removeMarks(place);
      return this.#leave(place);
    }
    if (!isMostlyDead(marks.bytes, fileSizeBytes - 2 * HEAD_SIZE_BYTES)) {
      return this.#leave(place);
    }
    if (this.#mayGrow(place) && !(await endsWithClosing(place))) {
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
  #mayGrow({ leaseId }: SegmentPlace): boolean {
    return leaseId !== this.#options.leaseId && this.#options.isLeaseWritten(leaseId);
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
    crashPoint("segment.removed");
    // Before its marks go: without them all of it would be alive.
    await this.#options.directorySync.sync(place.leaseFolder);
    await this.#removeMarks(place);
  }

  async #removeMarks(place: SegmentPlace): Promise<void> {
    await unlinkIfThere(deadMarksFile(place));
    this.#marks.forget(place);
    if (!this.#options.isLeaseWritten(place.leaseId)) {
      await removeIfEmpty(place.leaseFolder);
    }
  }

  /** Earlier runs may have left segments that are mostly dead, and marks of segments that are gone. */
  async #searchEarlierRuns(): Promise<void> {
    if (this.#hasSearchedEarlierRuns) {
      return;
    }
    this.#hasSearchedEarlierRuns = true;
    const { root } = this.#options;
    for (const leaseId of await entriesOf(root)) {
      if (this.#options.isLeaseWritten(leaseId) || (await removeIfEmpty(join(root, leaseId)))) {
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
