// Pages of versions on their way between the threads. 1,000 rows as objects of a dozen properties cost 3 ms of CPU to make,
// to write for the other thread and to read there, each; as one JSON text the database makes them in 1 ms, and no thread
// looks at a row more than once.
import type { ObjectPage, VersionPage } from "../metadata-store.ts";
import type { ObjectRecord, VersionRecord } from "../records.ts";
import { objectTypeOf, type StoredAttributes, withTags } from "./rows.ts";

/**
 * SQL, of `object` and `noncurrent`: what a `PackedVersion` is unpacked from, but for its key. The attributes are JSON in the
 * table already, and stand behind the rest as they are.
 */
export const PACKED_COLUMNS =
  "json_array(version_id, size, etag, md5, crc64, type, modified_at, generation) || ',' || attributes";

export interface PackedRows {
  readonly bucket: string;
  /** Of the rows, in order. */
  readonly keys: readonly string[];
  /** A JSON array: of each row its columns, then its attributes. */
  readonly rows: string;
}

/** What `listObjects` answers, packed. */
export interface PackedObjectPage extends Omit<ObjectPage, "objects"> {
  readonly packed: PackedRows;
}

/** What `listVersions` answers, packed. */
export interface PackedVersionPage extends Omit<VersionPage, "versions"> {
  readonly packed: PackedRows;
  /** Of each version, in order. */
  readonly areLatest: readonly boolean[];
}

type Columns = readonly [
  versionId: string,
  sizeBytes: number,
  etag: string,
  md5: string | null,
  crc64: string,
  type: string,
  modifiedAtMs: number,
  generation: number,
];

/** @param rows  each as `PACKED_COLUMNS` */
export function packRows(bucket: string, keys: readonly string[], rows: readonly string[]): PackedRows {
  return { bucket, keys, rows: `[${rows.join(",")}]` };
}

export function unpackObjectPage({ packed, ...page }: PackedObjectPage): ObjectPage {
  return { objects: unpackRows(packed, objectFrom), ...page };
}

export function unpackVersionPage({ packed, areLatest, ...page }: PackedVersionPage): VersionPage {
  const versions = unpackRows(packed, versionFrom);
  return {
    versions: versions.map((version, index) => ({ version, isLatest: areLatest[index] === true })),
    ...page,
  };
}

interface Identity {
  readonly bucket: string;
  readonly key: string;
}

function unpackRows<Version>(
  { bucket, keys, rows }: PackedRows,
  recordFrom: (identity: Identity, columns: Columns, attributes: StoredAttributes) => Version,
): readonly Version[] {
  const values = JSON.parse(rows) as readonly unknown[];
  return keys.map((key, index) =>
    recordFrom({ bucket, key }, values[2 * index] as Columns, values[2 * index + 1] as StoredAttributes),
  );
}

function versionFrom(identity: Identity, columns: Columns, attributes: StoredAttributes): VersionRecord {
  const [versionId, , , , , type, modifiedAtMs, generation] = columns;
  return type === "DeleteMarker"
    ? { ...identity, versionId, type, modifiedAtMs, generation }
    : objectFrom(identity, columns, attributes);
}

function objectFrom({ bucket, key }: Identity, columns: Columns, attributes: StoredAttributes): ObjectRecord {
  const [versionId, sizeBytes, etag, md5, crc64, type, modifiedAtMs, generation] = columns;
  return {
    bucket,
    key,
    versionId,
    sizeBytes,
    etag,
    ...(md5 === null ? undefined : { md5 }),
    crc64: BigInt(crc64),
    type: objectTypeOf(type),
    attributes: withTags(attributes),
    modifiedAtMs,
    generation,
  };
}
