// Where a download goes: into a new file or over an existing one, and nowhere else.
import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CommandError } from "./command-error.ts";

/**
 * The file that an object with `key` goes to when the user wrote `to`, which may be a folder.
 *
 * A link is followed, as the file is moved into its place and would take the link's.
 *
 * @throws {CommandError} when there can be no such file
 */
export async function downloadTarget(to: string, key: string): Promise<string> {
  const path = (await kindOf(to)) === "folder" ? join(to, fileNameOf(key)) : to;
  switch (await kindOf(path)) {
    case "file":
      return realpath(path);
    case "none":
      return assertFolder(path);
    case "folder":
      throw new CommandError(`cannot write ${path}: it is a folder; name a file`);
    case "other":
      // Moving a file there would remove a device such as /dev/null.
      throw new CommandError(`cannot write ${path}: it is no regular file; name a file or a folder`);
  }
}

function fileNameOf(key: string): string {
  const name = basename(key);
  if (name === "" || name === "." || name === "..") {
    throw new CommandError(`the key "${key}" does not end in a file's name; write the file's name yourself`);
  }
  return name;
}

async function assertFolder(path: string): Promise<string> {
  const folder = /[/\\]$/.test(path) ? path : dirname(path);
  if ((await kindOf(folder)) !== "folder") {
    throw new CommandError(`cannot write ${path}: there is no folder ${folder}; make it first`);
  }
  return path;
}

async function kindOf(path: string): Promise<"file" | "folder" | "none" | "other"> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) {
      return "folder";
    }
    return status.isFile() ? "file" : "other";
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") {
      return "none";
    }
    throw new CommandError(`cannot write ${path}: ${message}`, { cause });
  }
}
