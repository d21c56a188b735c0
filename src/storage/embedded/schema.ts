// The tables of metadata.sqlite, and how the file says what it is. docs/STORAGE.md explains them one by one.
import { DatabaseSync } from "node:sqlite";
import { StorageError } from "../storage-error.ts";
import { BUCKET_USE_TABLE, COUNTED_BUCKET_USE } from "./bucket-use-table.ts";
import { makePrivateFile } from "./make-private-file.ts";
import {
  damaged,
  isBusy,
  isDamaged,
  isDiskFull,
  isNotADatabase,
  isUnusableFile,
  lockedElsewhere,
  noSpace,
  unusable,
} from "./sqlite-errors.ts";

/** "Part" in ASCII: the file is Partwise's. */
export const APPLICATION_ID = 0x50617274;
export const FORMAT_VERSION = 4;
/** How long to wait for a user's own shell that has the file open. */
const BUSY_TIMEOUT_MS = 5_000;
/** Of each connection that only reads; the system's own cache of the file is shared by all. */
const READER_CACHE_KIB = 8_192;

/** The columns of `object`, in the same order: rows move between the two as they are. */
const NONCURRENT_TABLE = `
CREATE TABLE noncurrent (
  bucket TEXT NOT NULL, key BLOB NOT NULL, generation INTEGER NOT NULL, content_id INTEGER NOT NULL,
  size INTEGER NOT NULL, etag TEXT NOT NULL, md5 TEXT, crc64 TEXT NOT NULL, type TEXT NOT NULL,
  attributes TEXT NOT NULL, modified_at INTEGER NOT NULL, version_id TEXT NOT NULL DEFAULT 'null',
  PRIMARY KEY (bucket, key, generation DESC)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX noncurrent_version_id ON noncurrent (bucket, key, version_id);
`;

/** The columns of an object that a completion answers with. Of an upload that was aborted they are NULL. */
const OUTCOME_TABLE = `
CREATE TABLE outcome (
  upload_id TEXT NOT NULL, bucket TEXT NOT NULL, key BLOB NOT NULL, ended_at INTEGER NOT NULL, type TEXT NOT NULL,
  fingerprint TEXT, version_id TEXT, generation INTEGER, size INTEGER, etag TEXT, md5 TEXT, crc64 TEXT, attributes TEXT,
  PRIMARY KEY (upload_id, bucket, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX outcome_ended_at ON outcome (ended_at);
`;

/** How many uploads each holder has open. Counted by the table of uploads itself, so that no statement can forget it. */
const UPLOAD_HOLDER_TABLE = `
CREATE TABLE upload_holder (holder TEXT PRIMARY KEY, open_count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TRIGGER upload_begun AFTER INSERT ON upload WHEN new.holder IS NOT NULL BEGIN
  INSERT INTO upload_holder VALUES (new.holder, 1) ON CONFLICT DO UPDATE SET open_count = open_count + 1;
END;
CREATE TRIGGER upload_ended AFTER DELETE ON upload WHEN old.holder IS NOT NULL BEGIN
  UPDATE upload_holder SET open_count = open_count - 1 WHERE holder = old.holder;
  DELETE FROM upload_holder WHERE holder = old.holder AND open_count = 0;
END;
`;

/** Of signatures of the token service, so that nobody can send a recorded request again. */
const NONCE_TABLE = `
CREATE TABLE nonce (nonce TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX nonce_expires_at ON nonce (expires_at);
`;

/** Of contents that belong to objects: where every 64th part begins. */
const EXTENT_INDEX_TABLE = `
CREATE TABLE extent_index (
  content_id INTEGER NOT NULL, start INTEGER NOT NULL, part_number INTEGER NOT NULL,
  PRIMARY KEY (content_id, start, part_number)
) STRICT, WITHOUT ROWID;
`;

// Keys are BLOBs of UTF-8: exact for every character, U+0000 included, and ordered by their bytes.
// A CRC-64 is decimal TEXT, as on the wire: SQLite's integers are signed.
const TABLES = `
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO counter VALUES ('content', 0), ('generation', 0), ('lease', 0);

CREATE TABLE bucket (
  name TEXT PRIMARY KEY, acl TEXT NOT NULL, storage_class TEXT NOT NULL, created_at INTEGER NOT NULL,
  data_redundancy_type TEXT NOT NULL DEFAULT 'LRS', versioning TEXT, configurations TEXT NOT NULL DEFAULT '{}'
) STRICT, WITHOUT ROWID;

CREATE TABLE object (
  bucket TEXT NOT NULL, key BLOB NOT NULL, generation INTEGER NOT NULL, content_id INTEGER NOT NULL,
  size INTEGER NOT NULL, etag TEXT NOT NULL, md5 TEXT, crc64 TEXT NOT NULL, type TEXT NOT NULL,
  attributes TEXT NOT NULL, modified_at INTEGER NOT NULL, version_id TEXT NOT NULL DEFAULT 'null',
  PRIMARY KEY (bucket, key)
) STRICT, WITHOUT ROWID;
${NONCURRENT_TABLE}
CREATE TABLE upload (
  bucket TEXT NOT NULL, key BLOB NOT NULL, upload_id TEXT NOT NULL, content_id INTEGER NOT NULL,
  attributes TEXT NOT NULL, initiated_at INTEGER NOT NULL, is_sequential INTEGER NOT NULL DEFAULT 0,
  part_count INTEGER NOT NULL DEFAULT 0, held_bytes INTEGER NOT NULL DEFAULT 0, holder TEXT,
  PRIMARY KEY (bucket, key, upload_id)
) STRICT, WITHOUT ROWID;
${UPLOAD_HOLDER_TABLE}
${OUTCOME_TABLE}
${NONCE_TABLE}

CREATE TABLE part (
  content_id INTEGER NOT NULL, part_number INTEGER NOT NULL, blob TEXT NOT NULL UNIQUE, size INTEGER NOT NULL,
  md5 TEXT, crc64 TEXT, created_at INTEGER NOT NULL, digest_state TEXT,
  PRIMARY KEY (content_id, part_number)
) STRICT, WITHOUT ROWID;
${EXTENT_INDEX_TABLE}
${BUCKET_USE_TABLE}
CREATE TABLE gc (
  blob TEXT PRIMARY KEY, due_at INTEGER NOT NULL, size INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX gc_due_at ON gc (due_at);

CREATE TABLE lease (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
`;

/** Format 2 brought versions, appends, sequential uploads and what a bucket can be configured with. No row is rewritten. */
const FROM_FORMAT_1 = `
ALTER TABLE bucket ADD COLUMN data_redundancy_type TEXT NOT NULL DEFAULT 'LRS';
ALTER TABLE bucket ADD COLUMN versioning TEXT;
ALTER TABLE bucket ADD COLUMN configurations TEXT NOT NULL DEFAULT '{}';
ALTER TABLE object ADD COLUMN version_id TEXT NOT NULL DEFAULT 'null';
ALTER TABLE upload ADD COLUMN is_sequential INTEGER NOT NULL DEFAULT 0;
ALTER TABLE part ADD COLUMN digest_state TEXT;
${NONCURRENT_TABLE}
`;

/**
 * Format 3 brought the outcomes of uploads, and the sums of what open uploads hold, which are added up here once; and blobs
 * that share files and carry checksums, under ids that earlier versions do not know.
 */
const FROM_FORMAT_2 = `
${OUTCOME_TABLE}
ALTER TABLE upload ADD COLUMN part_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE upload ADD COLUMN held_bytes INTEGER NOT NULL DEFAULT 0;
UPDATE upload SET (part_count, held_bytes) =
  (SELECT count(*), coalesce(sum(size), 0) FROM part WHERE part.content_id = upload.content_id);
`;

/**
 * Format 4 brought the sums of what buckets hold, and where parts of objects begin, which are added up here once; whose
 * uploads are, which of those that are open already nobody knows; used signatures; and padding in segments.
 */
const FROM_FORMAT_3 = `
ALTER TABLE upload ADD COLUMN holder TEXT;
ALTER TABLE gc ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
${UPLOAD_HOLDER_TABLE}
${NONCE_TABLE}
${BUCKET_USE_TABLE}
INSERT INTO bucket_use ${COUNTED_BUCKET_USE};
${EXTENT_INDEX_TABLE}
INSERT INTO extent_index SELECT content_id, start, part_number FROM (
  SELECT content_id, part_number, sum(size) OVER parts - size AS start, row_number() OVER parts - 1 AS part_index
  FROM part WHERE content_id NOT IN (SELECT content_id FROM upload)
  WINDOW parts AS (PARTITION BY content_id ORDER BY part_number)
) WHERE part_index > 0 AND part_index % 64 = 0;
`;

/** By format, what brings a database of it to the next one, in order. */
const MIGRATIONS: ReadonlyMap<number, string> = new Map([
  [1, FROM_FORMAT_1],
  [2, FROM_FORMAT_2],
  [3, FROM_FORMAT_3],
]);

/**
 * Opens the database, creating it when the file is absent or empty, with every commit synced to the disk.
 * A file of an earlier format is brought to this one, in one transaction.
 *
 * @throws {StorageError} format-unknown, folder-unusable, folder-in-use, no-space
 */
export function openDatabase(file: string): DatabaseSync {
  makePrivateFile(file);
  const database = new DatabaseSync(file, { open: false, timeout: BUSY_TIMEOUT_MS });
  try {
    database.open();
    const format = checkFormat(database, file);
    beDurable(database, file);
    if (format !== FORMAT_VERSION) {
      inTransaction(database, format === 0 ? TABLES : migrationsFrom(format));
    }
    return database;
  } catch (error) {
    if (database.isOpen) {
      database.close();
    }
    throw whyNotOpened(file, error);
  }
}

/** A connection beside the writer's, to a database that the writer has opened. @throws {StorageError} folder-unusable */
export function openForReading(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { open: false, readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    database.open();
    database.exec(`PRAGMA cache_size = -${READER_CACHE_KIB}`);
    return database;
  } catch (error) {
    throw whyNotOpened(file, error);
  }
}

/**
 * Opens a database that is there, beside the process that writes it or without one, and changes nothing.
 *
 * @throws {StorageError} format-unknown, also for an earlier format; folder-unusable
 */
export function openDatabaseForReading(file: string): DatabaseSync {
  const database = openForReading(file);
  try {
    const format = checkFormat(database, file);
    if (format !== FORMAT_VERSION) {
      throw formatUnknown(file, `has format ${format}; start the server once, which brings it to this one's`);
    }
    return database;
  } catch (error) {
    database.close();
    throw whyNotOpened(file, error);
  }
}

/** On a Mac an ordinary fsync stops at the disk's own memory, a full one does not; elsewhere both are the same. */
function beDurable(database: DatabaseSync, file: string): void {
  // SQLite does not refuse a mode that the file system cannot have: it answers with another one. In any but WAL a power
  // cut can take back the last commit, for nobody syncs the folder from which the journal was removed.
  const mode = database.prepare("PRAGMA journal_mode = WAL").get()?.journal_mode;
  if (mode !== "wal") {
    throw unusable(file, new Error(`its file system can have no write-ahead log, only ${String(mode)}`));
  }
  database.exec(`
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA cache_size = -32768;
  `);
}

function whyNotOpened(file: string, error: unknown): unknown {
  if (isDiskFull(error)) {
    return noSpace(file, error);
  }
  if (isBusy(error)) {
    return lockedElsewhere(file, error);
  }
  if (isDamaged(error)) {
    return damaged(file, error);
  }
  return isUnusableFile(error) ? unusable(file, error) : error;
}

function migrationsFrom(format: number): string {
  return [...MIGRATIONS]
    .filter(([from]) => from >= format)
    .map(([, statements]) => statements)
    .join("\n");
}

/** @returns the format, 0 if the file holds nothing yet */
function checkFormat(database: DatabaseSync, file: string): number {
  const applicationId = readPragma(database, file, "application_id");
  const version = readPragma(database, file, "user_version");
  const isEmpty = readPragma(database, file, "schema_version") === 0;
  if (isEmpty && applicationId === 0 && version === 0) {
    return 0;
  }
  if (applicationId !== APPLICATION_ID) {
    throw formatUnknown(file, "is a database of another program; choose another folder");
  }
  if (MIGRATIONS.has(version) || version === FORMAT_VERSION) {
    return version;
  }
  throw formatUnknown(
    file,
    `has format ${version}, and this version of Partwise reads formats 1 to ${FORMAT_VERSION}`,
  );
}

/** For who only reads: a database of an earlier format is for a server to bring to this one. @throws {StorageError} format-unknown */
export function assertCurrentFormat(database: DatabaseSync, file: string): void {
  const format = checkFormat(database, file);
  if (format !== FORMAT_VERSION) {
    const now = `this version of Partwise writes ${FORMAT_VERSION}`;
    throw formatUnknown(
      file,
      `has format ${format}, and ${now}: start its server once, which brings it there`,
    );
  }
}

function readPragma(database: DatabaseSync, file: string, name: string): number {
  try {
    return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
  } catch (error) {
    throw isNotADatabase(error)
      ? formatUnknown(file, "is not a database of Partwise; choose another folder", error)
      : error;
  }
}

/** Tables and the format that they are, all or nothing. */
function inTransaction(database: DatabaseSync, statements: string): void {
  database.exec(`
    BEGIN IMMEDIATE;
    ${statements}
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${FORMAT_VERSION};
    COMMIT;
  `);
}

export function formatUnknown(file: string, reason: string, cause?: unknown): StorageError {
  return new StorageError("format-unknown", `${file} ${reason}`, { cause, fields: { path: file } });
}
