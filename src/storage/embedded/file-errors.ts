// What the file system's error codes mean to a store.
import { StorageError } from "../storage-error.ts";
import { noSpace } from "./sqlite-errors.ts";

const NO_SPACE_CODES: ReadonlySet<string | undefined> = new Set(["ENOSPC", "EDQUOT"]);

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

export function isFileMissing(error: unknown): boolean {
  return errorCode(error) === "ENOENT";
}

/** A full disk as the error that the server knows; any other error as it is. */
export function writeError(path: string, error: unknown): unknown {
  return NO_SPACE_CODES.has(errorCode(error)) ? noSpace(path, error) : error;
}

export function folderUnusable(folder: string, cause: unknown): StorageError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StorageError("folder-unusable", `cannot use ${folder} as data folder: ${reason}`, {
    cause,
    fields: { path: folder },
  });
}
