// What the world does to a store, and what a caller asked that cannot be: typed, so that the server maps each code
// to an error of the wire once.

export type StorageErrorCode =
  /** A bucket that is not there. */
  | "bucket-missing"
  /** A bucket that still holds objects or open uploads. */
  | "bucket-not-empty"
  /** A bucket of that name exists with another storage class. */
  | "bucket-conflict"
  /** An object exists and the caller forbade to overwrite it. */
  | "object-exists"
  /** A bucket's policy or an ACL is not what the permission to write came from. */
  | "rights-changed"
  /** No open upload under this bucket, key and id: unknown, completed or aborted. */
  | "upload-missing"
  /** Whoever begins the upload has as many open as they may; field `openCountMax`. */
  | "too-many-uploads"
  /** A part that was named at completion is absent or has another MD5; field `partNumber`. */
  | "part-mismatch"
  /** A part of a sequential upload came out of order, or its predecessor was replaced meanwhile. */
  | "part-not-sequential"
  /** The object was not begun by an append, so nothing can be appended to it. */
  | "object-not-appendable"
  /** An append at another place than the end of the object; field `sizeBytes`, where the end is. */
  | "position-mismatch"
  /** A part other than the last one is smaller than allowed; fields `partNumber`, `sizeBytes`, `minSizeBytes`. */
  | "part-too-small"
  /** A blob that should be there is not: the data folder was damaged from outside. */
  | "blob-missing"
  /** A blob's bytes are not those that were written; fields `blobId`, `path`, `offset`, and `block` where it is one. */
  | "blob-corrupt"
  /** The disk is full. */
  | "no-space"
  /** Another process holds the data folder, or another program keeps its database locked. */
  | "folder-in-use"
  /** The data folder cannot be created, read or written. */
  | "folder-unusable"
  /** The data folder was written in a format that this version does not read. */
  | "format-unknown"
  /** The store is closed, or its worker died. */
  | "store-closed";

export class StorageError extends Error {
  override readonly name = "StorageError";
  readonly code: StorageErrorCode;
  /** The facts: part number, size, path … */
  readonly fields: Readonly<Record<string, string | number>>;

  constructor(
    code: StorageErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly fields?: Readonly<Record<string, string | number>> } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.fields = options.fields ?? {};
  }
}
