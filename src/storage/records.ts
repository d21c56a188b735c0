// The facts that a metadata store keeps. Times are milliseconds since 1970, sizes are bytes, MD5s are lower-case hex.
import type { BlobId } from "./blob-store.ts";

export interface BucketRecord {
  readonly name: string;
  readonly acl: string;
  readonly storageClass: string;
  readonly dataRedundancyType: string;
  readonly createdAtMs: number;
  /** Absent until it is set for the first time; then there is no way back to absent. */
  readonly versioning?: "Enabled" | "Suspended";
  /** Documents by name, such as `lifecycle`; what they say is the server's business. */
  readonly configurations: Readonly<Record<string, string>>;
}

/** What is absent stays as it is; a configuration of null is removed. */
export interface BucketChange {
  readonly acl?: string;
  readonly versioning?: "Enabled" | "Suspended";
  readonly configurations?: Readonly<Record<string, string | null>>;
}

/** What the user stored with an object; names and values are the server's business. */
export interface ObjectAttributes {
  /** Such as `contentType`. */
  readonly standard: Readonly<Record<string, string>>;
  /** The user's own metadata. */
  readonly user: Readonly<Record<string, string>>;
  /** In the order in which they were given. */
  readonly tags: Readonly<Record<string, string>>;
  /** Absent: as the bucket's. */
  readonly acl?: string;
}

/** What is absent stays as it is; a standard attribute of null is removed. */
export interface AttributesChange {
  readonly standard?: Readonly<Record<string, string | null>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly acl?: string;
}

/** One version of an object, or the current one when no version is named. */
export interface ObjectId {
  readonly bucket: string;
  readonly key: string;
  /** Opaque; `null` (the word) for the version that was written while versioning was absent or suspended. */
  readonly versionId?: string;
}

export type ObjectType = "Appendable" | "Multipart" | "Normal" | "Symlink";

export interface ObjectRecord {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly sizeBytes: number;
  readonly etag: string;
  /** Of the whole object; absent when nobody computed it, as for parts that came in any order. */
  readonly md5?: string;
  readonly crc64: bigint;
  readonly type: ObjectType;
  readonly attributes: ObjectAttributes;
  readonly modifiedAtMs: number;
  /** Grows with every version put into this store: it orders the versions of a key, and tells two of them apart. */
  readonly generation: number;
}

/** A version that says: there is no object any more. */
export interface DeleteMarkerRecord {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly type: "DeleteMarker";
  readonly modifiedAtMs: number;
  readonly generation: number;
}

export type VersionRecord = DeleteMarkerRecord | ObjectRecord;

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
  /** Parts must come as 1, 2, 3 …; only the last one that came may come again. */
  readonly isSequential: boolean;
  /** Whose open uploads are counted together, as `user 2001`. Absent: nobody's, and then it is counted nowhere. */
  readonly holder?: string;
}

/** An open upload in a listing, with what it keeps of the disk. */
export interface ListedUpload extends UploadRecord {
  readonly partCount: number;
  readonly heldBytes: number;
}

/** How an upload ended. */
export type UploadOutcome =
  | {
      readonly type: "completed";
      /** The object as it was published; it may have been replaced or deleted since. */
      readonly object: ObjectRecord;
      /** Of the completion that ended the upload, where it had one. */
      readonly fingerprint?: string;
      readonly endedAtMs: number;
    }
  | { readonly type: "aborted"; readonly endedAtMs: number };

export interface PartRecord {
  /** 1 … 10,000. */
  readonly partNumber: number;
  readonly blobId: BlobId;
  readonly sizeBytes: number;
  readonly md5: string;
  readonly crc64: bigint;
  readonly createdAtMs: number;
  /** Of a sequential upload: the state of a digest over all parts up to this one. Opaque to the store. */
  readonly digestState?: string;
}
