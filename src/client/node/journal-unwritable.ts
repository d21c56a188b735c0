// What is said when the folder of journals does not do its part. The upload goes on without one.
import { ClientError } from "../client-error.ts";
import { errorCode } from "./durable-file.ts";

const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "its folder is not writable",
  EPERM: "its folder is not writable",
  ENOENT: "it or its folder is not there",
};

/** @returns `journal-unwritable`, or the error itself when the client has already said what it is */
export function unwritableError(path: string, error: unknown): ClientError {
  if (error instanceof ClientError) {
    return error;
  }
  const reason = ADVICE[errorCode(error) ?? ""] ?? (error instanceof Error ? error.message : String(error));
  return new ClientError(
    "journal-unwritable",
    `the journal ${path} cannot be written: ${reason}; make room or choose another folder for journals`,
    { cause: error },
  );
}
