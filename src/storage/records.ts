// The facts that a metadata store keeps. Times are milliseconds since 1970, sizes are bytes, MD5s are lower-case hex.
import type { BlobId } from "./blob-store.ts";

export interface BucketRecord {
  readonly name: string;
  readonly acl: string;
  readonly storageClass: string;
  readonly createdAtMs: number;
}

/** What the user stored with an object; names and values are the server's business. */
export interface ObjectAttributes {
  /** Such as `contentType`. */
  readonly standard: Readonly<Record<string, string>>;
  /** The user's own metadata. */
  readonly user: Readonly<Record<string, string>>;
}

export interface ObjectRecord {
  readonly bucket: string;
  readonly key: string;
  readonly sizeBytes: number;
  readonly etag: string;
  /** Of the whole object; absent when it was put together from parts. */
  readonly md5?: string;
  readonly crc64: bigint;
  readonly type: "Multipart" | "Normal";
  readonly attributes: ObjectAttributes;
  readonly modifiedAtMs: number;
  /** Grows with every object put into this store, so it tells two objects under one key apart. */
  readonly generation: number;
}

/** A run of an object's bytes; the object is its extents in order. */
export interface Extent {
  readonly blobId: BlobId;
  readonly sizeBytes: number;
}

export interface UploadId {
  readonly bucket: string;
  readonly key: string;
  /** 32 upper-case hex digits. */
  readonly uploadId: string;
}

export interface UploadRecord extends UploadId {
  readonly attributes: ObjectAttributes;
  readonly initiatedAtMs: number;
}

export interface PartRecord {
  /** 1 … 10,000. */
  readonly partNumber: number;
  readonly blobId: BlobId;
  readonly sizeBytes: number;
  readonly md5: string;
  readonly crc64: bigint;
  readonly createdAtMs: number;
}
