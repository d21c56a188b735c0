// What SQLite's result codes mean to a store. See https://www.sqlite.org/rescode.html
import { StorageError } from "../storage-error.ts";

const PRIMARY_CODE_MASK = 0xff;
const PERMISSION_DENIED = 3;
const BUSY = 5;
const OUT_OF_MEMORY = 7;
const READ_ONLY = 8;
const INPUT_OUTPUT_ERROR = 10;
const CORRUPT = 11;
const DISK_FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

export function isBusy(error: unknown): boolean {
  return primaryCode(error) === BUSY;
}

export function isDiskFull(error: unknown): boolean {
  return primaryCode(error) === DISK_FULL;
}

export function isNotADatabase(error: unknown): boolean {
  return primaryCode(error) === NOT_A_DATABASE;
}

/** Whether the file itself is not what SQLite wrote. */
export function isDamaged(error: unknown): boolean {
  return [CORRUPT, NOT_A_DATABASE].includes(primaryCode(error));
}

/** Whether it concerns the whole database, and not only the statement that met it. */
export function isFatal(error: unknown): boolean {
  return [BUSY, OUT_OF_MEMORY, READ_ONLY, INPUT_OUTPUT_ERROR, CORRUPT, DISK_FULL, NOT_A_DATABASE].includes(
    primaryCode(error),
  );
}

export function isUnusableFile(error: unknown): boolean {
  return [PERMISSION_DENIED, READ_ONLY, INPUT_OUTPUT_ERROR, CANNOT_OPEN].includes(primaryCode(error));
}

export function noSpace(path: string, cause: unknown): StorageError {
  return new StorageError("no-space", `no space left on the disk of ${path}`, { cause, fields: { path } });
}

export function lockedElsewhere(path: string, cause: unknown): StorageError {
  return new StorageError("folder-in-use", `another program keeps ${path} locked; close it and try again`, {
    cause,
    fields: { path },
  });
}

export function unusable(path: string, cause: unknown): StorageError {
  const isOther = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
  const reason = isOther ? "it is not a folder" : cause instanceof Error ? cause.message : String(cause);
  return new StorageError("folder-unusable", `cannot use ${path}: ${reason}`, { cause, fields: { path } });
}

export function damaged(path: string, cause: unknown): StorageError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StorageError("folder-unusable", `${path} is damaged: ${reason}; restore it from a backup`, {
    cause,
    fields: { path },
  });
}

/** 0 for what is not an error of SQLite. */
function primaryCode(error: unknown): number {
  const code = error instanceof Error && "errcode" in error ? error.errcode : 0;
  return typeof code === "number" ? code & PRIMARY_CODE_MASK : 0;
}
