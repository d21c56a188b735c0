// The database of a data folder, read by somebody who must not change it: a check beside a running server. Every call is
// a snapshot of its own, for a snapshot that is held for long keeps the write-ahead log from being cut.
import { DatabaseSync } from "node:sqlite";
import type { BlobId } from "../../blob-store.ts";
import { COUNTED_BUCKET_USE } from "../bucket-use-table.ts";
import { keyText } from "../key-bytes.ts";
import { type Row, text } from "../rows.ts";
import { APPLICATION_ID, FORMAT_VERSION, formatUnknown } from "../schema.ts";
import { isDamaged } from "../sqlite-errors.ts";

const BUSY_TIMEOUT_MS = 5_000;

export interface OwnedBlob {
  readonly blobId: BlobId;
  readonly sizeBytes: number;
  /** Of the blob, where the row knows it. */
  readonly crc64?: bigint;
  readonly isOfUpload: boolean;
}

export class CheckDatabase implements Disposable {
  readonly #database: DatabaseSync;

  /** @throws {StorageError} format-unknown, if there is a database of another format, or of another program */
  constructor(file: string) {
    this.#database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    try {
      assertReadable(this.#database, file);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  /** What SQLite finds wrong with its own file; empty if nothing. */
  integrityFaults(): readonly string[] {
    try {
      const lines = this.#all("PRAGMA integrity_check").map((row) => text(row.integrity_check));
      return lines.filter((line) => line !== "ok");
    } catch (error) {
      if (isDamaged(error)) {
        return [error instanceof Error ? error.message : String(error)];
      }
      throw error;
    }
  }

  /** Facts that contradict each other, in words. */
  contradictions(): readonly string[] {
    const sizes = ["object", "noncurrent"].flatMap((table) =>
      this.#all(
        `SELECT o.bucket AS bucket, o.key AS key, o.size AS size,
           (SELECT coalesce(sum(p.size), 0) FROM part p WHERE p.content_id = o.content_id) AS stored
         FROM ${table} o WHERE o.type <> 'DeleteMarker' AND o.size <> stored`,
      ).map((row) => `${nameOf(row)} has ${row.size} bytes, its parts have ${row.stored}`),
    );
    const contents =
      "SELECT content_id FROM object UNION ALL SELECT content_id FROM noncurrent UNION ALL SELECT content_id FROM upload";
    const ownerless = this.#all(`SELECT blob FROM part WHERE content_id NOT IN (${contents})`).map(
      (row) => `blob ${row.blob} is a part of nothing`,
    );
    const twice = this.#all(
      `SELECT content_id FROM (${contents}) WHERE content_id IN (SELECT content_id FROM part)
       GROUP BY content_id HAVING count(*) > 1`,
    ).map((row) => `content ${row.content_id} has several owners`);
    const queued = this.#all("SELECT blob FROM gc WHERE blob IN (SELECT blob FROM part)").map(
      (row) => `blob ${row.blob} has an owner and is queued as garbage`,
    );
    return [
      ...sizes,
      ...ownerless,
      ...twice,
      ...queued,
      ...this.#miscountedHolders(),
      ...this.#indexFaults(),
      ...this.#miscountedBuckets(),
    ];
  }

  /** Format 2 had fewer. */
  #hasTable(name: string): boolean {
    return this.#all("SELECT 1 FROM sqlite_schema WHERE name = ?", name).length > 0;
  }

  #miscountedBuckets(): readonly string[] {
    if (!this.#hasTable("bucket_use")) {
      return [];
    }
    const columns = "bucket, storage_class, object_count, marker_count, size";
    const kept = `SELECT ${columns} FROM bucket_use WHERE object_count <> 0 OR marker_count <> 0 OR size <> 0`;
    const counted = `SELECT ${columns} FROM (${COUNTED_BUCKET_USE})`;
    return this.#all(
      `SELECT DISTINCT bucket FROM (
         SELECT * FROM (${kept} EXCEPT ${counted}) UNION ALL SELECT * FROM (${counted} EXCEPT ${kept})
       ) ORDER BY bucket`,
    ).map((row) => `the sums of bucket ${row.bucket} are not those of its objects`);
  }

  #miscountedHolders(): readonly string[] {
    if (!this.#hasTable("upload_holder")) {
      return [];
    }
    return this.#all(
      `SELECT holder, sum(is_open) AS open, sum(is_counted) AS counted FROM (
         SELECT holder, 1 AS is_open, 0 AS is_counted FROM upload WHERE holder IS NOT NULL
         UNION ALL SELECT holder, 0, open_count FROM upload_holder)
       GROUP BY holder HAVING open <> counted`,
    ).map((row) => `${row.holder} has ${row.open} uploads open, and ${row.counted} are counted`);
  }

  #indexFaults(): readonly string[] {
    if (!this.#hasTable("extent_index")) {
      return [];
    }
    return this.#all(
      `SELECT i.content_id AS content_id, i.part_number AS part_number, i.start AS start, p.start AS real_start
       FROM extent_index i LEFT JOIN (
         SELECT content_id, part_number, sum(size) OVER (PARTITION BY content_id ORDER BY part_number) - size AS start
         FROM part WHERE content_id IN (SELECT content_id FROM extent_index)
       ) p ON p.content_id = i.content_id AND p.part_number = i.part_number
       WHERE p.start IS NULL OR p.start <> i.start ORDER BY i.content_id`,
    ).map(({ content_id: contentId, part_number: partNumber, start, real_start: realStart }) => {
      const said = `the index of content ${contentId} says that part ${partNumber} begins at ${start}`;
      return `${said}, its parts say ${realStart ?? "nothing of it"}`;
    });
  }

  /** Every lease from which a row names a blob. */
  leasesWithRows(): readonly string[] {
    // A blob's id begins with its lease. One step of the index for each lease, not for each blob.
    const leases = new Set<string>();
    for (const table of ["part", "gc"]) {
      const next = this.#database.prepare(`SELECT min(blob) AS blob FROM ${table} WHERE blob > ?`);
      for (let after = ""; ; ) {
        const blob = next.get(after)?.blob;
        if (typeof blob !== "string") {
          break;
        }
        const [leaseId = ""] = blob.split("/");
        leases.add(leaseId);
        after = endOfLease(leaseId);
      }
    }
    return [...leases];
  }

  /** Leases whose blobs may be without an owner: those that are written under, and those that were not swept yet. */
  unsweptLeases(): ReadonlySet<string> {
    return new Set(this.#all("SELECT id FROM lease").map((row) => text(row.id)));
  }

  lastLease(): number {
    return Number(this.#all("SELECT value FROM counter WHERE name = 'lease'")[0]?.value ?? 0);
  }

  ownedUnder(leaseId: string): readonly OwnedBlob[] {
    return this.#owned("p.blob > ? AND p.blob < ?", `${leaseId}/`, endOfLease(leaseId));
  }

  /** In the order of their ids, behind `after`. */
  ownedAfter(after: BlobId, limit: number): readonly OwnedBlob[] {
    return this.#owned("p.blob > ? ORDER BY p.blob LIMIT ?", after, limit);
  }

  owned(id: BlobId): OwnedBlob | undefined {
    return this.#owned("p.blob = ?", id)[0];
  }

  queuedUnder(leaseId: string): ReadonlySet<BlobId> {
    const rows = this.#all(
      "SELECT blob FROM gc WHERE blob > ? AND blob < ?",
      `${leaseId}/`,
      endOfLease(leaseId),
    );
    return new Set(rows.map((row) => text(row.blob)));
  }

  isQueued(id: BlobId): boolean {
    return this.#all("SELECT 1 FROM gc WHERE blob = ?", id).length > 0;
  }

  /** Such as `object cat.jpg in bucket photos`. */
  describeOwner(id: BlobId): string {
    const [part] = this.#all("SELECT content_id, part_number FROM part WHERE blob = ?", id);
    if (part === undefined) {
      return this.isQueued(id) ? "garbage" : "nobody";
    }
    const contentId = Number(part.content_id);
    for (const table of ["object", "noncurrent"]) {
      const [row] = this.#all(`SELECT bucket, key, version_id FROM ${table} WHERE content_id = ?`, contentId);
      if (row !== undefined) {
        const version = row.version_id === "null" ? "" : ` (version ${text(row.version_id)})`;
        return `object ${nameOf(row)}${version}, part ${part.part_number}`;
      }
    }
    const [upload] = this.#all("SELECT bucket, key, upload_id FROM upload WHERE content_id = ?", contentId);
    return upload === undefined
      ? "a part of nothing"
      : `upload ${text(upload.upload_id)} of ${nameOf(upload)}, part ${part.part_number}`;
  }

  #owned(condition: string, ...values: readonly (number | string)[]): readonly OwnedBlob[] {
    const rows = this.#all(
      `SELECT p.blob AS blob, p.size AS size, p.crc64 AS crc64, p.content_id IN (SELECT content_id FROM upload) AS is_of_upload
       FROM part p WHERE ${condition}`,
      ...values,
    );
    return rows.map((row) => ({
      blobId: text(row.blob),
      sizeBytes: Number(row.size),
      ...(row.crc64 === null ? {} : { crc64: BigInt(text(row.crc64)) }),
      isOfUpload: row.is_of_upload === 1,
    }));
  }

  #all(sql: string, ...values: readonly (number | string)[]): readonly Row[] {
    return this.#database.prepare(sql).all(...values);
  }
}

/** The first format with versions of objects. */
const CHECKED_FORMAT_MIN = 2;

/** A damaged file is not refused: to say so is what the check is for. */
function assertReadable(database: DatabaseSync, file: string): void {
  let version: unknown;
  let applicationId: unknown;
  let schemaVersion: unknown;
  try {
    version = database.prepare("PRAGMA user_version").get()?.user_version;
    applicationId = database.prepare("PRAGMA application_id").get()?.application_id;
    schemaVersion = database.prepare("PRAGMA schema_version").get()?.schema_version;
  } catch (error) {
    if (isDamaged(error)) {
      return;
    }
    throw error;
  }
  if (applicationId !== APPLICATION_ID && schemaVersion !== 0) {
    throw formatUnknown(file, "is a database of another program");
  }
  if (Number(version) > FORMAT_VERSION) {
    throw formatUnknown(
      file,
      `has format ${version}, and this version of Partwise reads formats 1 to ${FORMAT_VERSION}`,
    );
  }
  if (Number(version) < CHECKED_FORMAT_MIN) {
    throw formatUnknown(
      file,
      `has format ${version}, and this check reads formats ${CHECKED_FORMAT_MIN} to ${FORMAT_VERSION}; let a server open the folder first`,
    );
  }
}

/** The least text that is behind all ids of a lease: `0` follows `/`. */
function endOfLease(leaseId: string): string {
  return `${leaseId}0`;
}

function nameOf(row: Row): string {
  const key = row.key instanceof Uint8Array ? keyText(row.key) : "?";
  return `${text(row.bucket)}/${key}`;
}
