// What the file system's error codes mean to a store.
import { StorageError } from "../storage-error.ts";
import { noSpace, unusable } from "./sqlite-errors.ts";

/** Such as ENOENT, but not ERR_INVALID_STATE: those are mistakes in the program. */
const SYSTEM_CODE = /^E[A-Z0-9]+$/;
const NO_SPACE_CODES: ReadonlySet<string | undefined> = new Set(["ENOSPC", "EDQUOT"]);

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

export function isFileMissing(error: unknown): boolean {
  return errorCode(error) === "ENOENT";
}

export function isNoSpace(error: unknown): boolean {
  return NO_SPACE_CODES.has(errorCode(error));
}

/** A full disk as the error that the server knows; any other error as it is. */
export function writeError(path: string, error: unknown): unknown {
  return isNoSpace(error) ? noSpace(path, error) : error;
}

/** Why a data folder could not be opened: a full disk, or an error of the system; any other error as it is. */
export function openingError(folder: string, error: unknown): unknown {
  if (error instanceof StorageError || !SYSTEM_CODE.test(errorCode(error) ?? "")) {
    return error;
  }
  return isNoSpace(error) ? noSpace(folder, error) : unusable(folder, error);
}

/** A file that is not there although a row names it. */
export function blobMissing(blobId: string, path: string, cause?: unknown): StorageError {
  return new StorageError("blob-missing", `${path} is missing: the data folder was damaged from outside`, {
    cause,
    fields: { blobId, path },
  });
}

export interface CorruptPlace {
  readonly blobId: string;
  readonly path: string;
  /** Which block of the blob, from 0; absent when it is not one of the blob's bytes. */
  readonly block?: number;
  /** In the file. */
  readonly offset: number;
}

/** Bytes that are not what was written. */
export function blobCorrupt(place: CorruptPlace, reason: string): StorageError {
  return new StorageError(
    "blob-corrupt",
    `${place.path} is damaged at byte ${place.offset}: ${reason} (blob ${place.blobId})`,
    { fields: { ...place } },
  );
}
