// Rows of the tables as records of the port.
import type { SQLOutputValue } from "node:sqlite";
import type { BucketRecord, ObjectAttributes, ObjectRecord, PartRecord, UploadRecord } from "../records.ts";
import { keyText } from "./key-bytes.ts";

export type Row = Record<string, SQLOutputValue>;

export function bucketOf(row: Row): BucketRecord {
  return {
    name: text(row.name),
    acl: text(row.acl),
    storageClass: text(row.storage_class),
    createdAtMs: Number(row.created_at),
  };
}

export function objectOf(row: Row): ObjectRecord {
  return {
    bucket: text(row.bucket),
    key: keyOf(row),
    sizeBytes: Number(row.size),
    etag: text(row.etag),
    ...(row.md5 === null ? {} : { md5: text(row.md5) }),
    crc64: BigInt(text(row.crc64)),
    type: row.type === "Multipart" ? "Multipart" : "Normal",
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
  };
}

export function partOf(row: Row): PartRecord {
  return {
    partNumber: Number(row.part_number),
    blobId: text(row.blob),
    sizeBytes: Number(row.size),
    md5: text(row.md5),
    crc64: BigInt(text(row.crc64)),
    createdAtMs: Number(row.created_at),
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

function attributesOf(row: Row): ObjectAttributes {
  return JSON.parse(text(row.attributes)) as ObjectAttributes;
}
