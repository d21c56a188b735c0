// Rows of the tables as records of the port.
import type { SQLOutputValue } from "node:sqlite";
import type {
  BucketRecord,
  DeleteMarkerRecord,
  ListedUpload,
  ObjectAttributes,
  ObjectRecord,
  ObjectType,
  PartRecord,
  UploadRecord,
  VersionRecord,
} from "../records.ts";
import { keyText } from "./key-bytes.ts";

/** What stands in a table as JSON. */
export type StoredAttributes = Omit<ObjectAttributes, "tags"> & Partial<Pick<ObjectAttributes, "tags">>;

export type Row = Record<string, SQLOutputValue>;

const OBJECT_TYPES: ReadonlySet<string> = new Set<ObjectType>([
  "Appendable",
  "Multipart",
  "Normal",
  "Symlink",
]);

export function bucketOf(row: Row): BucketRecord {
  const versioning = versioningOf(row);
  return {
    name: text(row.name),
    acl: text(row.acl),
    storageClass: text(row.storage_class),
    dataRedundancyType: text(row.data_redundancy_type),
    createdAtMs: Number(row.created_at),
    ...(versioning === undefined ? {} : { versioning }),
    configurations: JSON.parse(text(row.configurations)) as BucketRecord["configurations"],
  };
}

export function versioningOf({ versioning }: Row): BucketRecord["versioning"] {
  if (versioning === null || versioning === "Enabled" || versioning === "Suspended") {
    return versioning ?? undefined;
  }
  throw new TypeError(`not a bucket's versioning: ${versioning}`);
}

/** An object or a delete marker. */
export function versionOf(row: Row): VersionRecord {
  return row.type === "DeleteMarker" ? markerOf(row) : objectOf(row);
}

export function objectOf(row: Row): ObjectRecord {
  return {
    bucket: text(row.bucket),
    key: keyOf(row),
    versionId: text(row.version_id),
    sizeBytes: Number(row.size),
    etag: text(row.etag),
    ...(row.md5 === null ? {} : { md5: text(row.md5) }),
    crc64: BigInt(text(row.crc64)),
    type: objectTypeOf(row.type),
    attributes: attributesOf(row),
    modifiedAtMs: Number(row.modified_at),
    generation: Number(row.generation),
  };
}

export function uploadOf(row: Row): UploadRecord {
  return {
    bucket: text(row.bucket),
    key: keyOf(row),
    uploadId: text(row.upload_id),
    attributes: attributesOf(row),
    initiatedAtMs: Number(row.initiated_at),
    isSequential: row.is_sequential === 1,
    ...(row.holder === null ? {} : { holder: text(row.holder) }),
  };
}

/** With what it holds. */
export function listedUploadOf(row: Row): ListedUpload {
  return { ...uploadOf(row), partCount: Number(row.part_count), heldBytes: Number(row.held_bytes) };
}

export function partOf(row: Row): PartRecord {
  return {
    partNumber: Number(row.part_number),
    blobId: text(row.blob),
    sizeBytes: Number(row.size),
    md5: text(row.md5),
    crc64: BigInt(text(row.crc64)),
    createdAtMs: Number(row.created_at),
    ...(row.digest_state === null ? {} : { digestState: text(row.digest_state) }),
  };
}

export function keyOf(row: Row): string {
  if (!(row.key instanceof Uint8Array)) {
    throw new TypeError("a key is a BLOB");
  }
  return keyText(row.key);
}

/** A column that the schema declares as TEXT NOT NULL. */
export function text(value: SQLOutputValue | undefined): string {
  if (typeof value !== "string") {
    throw new TypeError(`TEXT expected, not ${typeof value}`);
  }
  return value;
}

/** @throws {TypeError} for another value */
export function objectTypeOf(type: SQLOutputValue | undefined): ObjectType {
  if (typeof type !== "string" || !OBJECT_TYPES.has(type)) {
    throw new TypeError(`not the type of an object: ${type}`);
  }
  return type as ObjectType;
}

/** Those that were written in format 1 have no tags. */
export function withTags(attributes: StoredAttributes): ObjectAttributes {
  return hasTags(attributes) ? attributes : { ...attributes, tags: {} };
}

function markerOf(row: Row): DeleteMarkerRecord {
  return {
    bucket: text(row.bucket),
    key: keyOf(row),
    versionId: text(row.version_id),
    type: "DeleteMarker",
    modifiedAtMs: Number(row.modified_at),
    generation: Number(row.generation),
  };
}

function attributesOf(row: Row): ObjectAttributes {
  return withTags(JSON.parse(text(row.attributes)) as StoredAttributes);
}

function hasTags(attributes: StoredAttributes): attributes is ObjectAttributes {
  return attributes.tags !== undefined;
}
