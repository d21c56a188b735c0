// Whether a path can be uploaded, found out before anything is started for it.
import { stat } from "node:fs/promises";
import { CommandError } from "./command-error.ts";

/** @throws {CommandError} for a path that is none */
export async function assertAreFiles(paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map(assertIsFile));
}

async function assertIsFile(path: string): Promise<void> {
  const status = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new CommandError(
      cause.code === "ENOENT" ? `${path || '""'} does not exist` : `cannot read ${path}: ${cause.message}`,
      { cause },
    );
  });
  if (status.isDirectory()) {
    throw new CommandError(`${path} is a folder; name the files in it`);
  }
  // Opening a pipe waits for whoever writes to it, perhaps for ever, and a device has no end.
  if (!status.isFile()) {
    throw new CommandError(`${path} is no regular file; only a file with a size of its own can be uploaded`);
  }
}
