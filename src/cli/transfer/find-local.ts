// The files that a path on the command line means: itself, what is in it, or what a glob finds.
import { stat } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import picomatch from "picomatch";
import { CommandError } from "../command-error.ts";
import type { FilePlace } from "./transfer.ts";
import { type LocalFile, walkFolder } from "./walk-folder.ts";

/** A file and what it is called where it goes, with `/` between the parts. */
interface FoundFile {
  readonly file: FilePlace;
  readonly name: string;
}

type FoundLocal = FoundFile | { readonly place: string; readonly problem: string };

export interface LocalSource {
  /** Whether more than one file may come of it. */
  readonly isMany: boolean;
  files(): AsyncGenerator<FoundLocal>;
}

/** Standard input, as commands name it. */
export const STREAM = "-";

/** @throws {CommandError} when there is nothing, or a folder without --recursive */
export async function findLocal(
  path: string,
  { recursive }: { readonly recursive: boolean },
): Promise<LocalSource> {
  if (path === STREAM) {
    return { isMany: false, files: stream };
  }
  const status = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (status instanceof Error) {
    if (status.code === "ENOENT" && picomatch.scan(path).isGlob) {
      return { isMany: true, files: () => glob(path) };
    }
    throw new CommandError(
      status.code === "ENOENT" ? `${path || '""'} does not exist` : `cannot read ${path}: ${status.message}`,
      { cause: status },
    );
  }
  if (status.isDirectory()) {
    if (!recursive) {
      throw new CommandError(`${path} is a folder; add -r for the files in it`);
    }
    return { isMany: true, files: () => filesIn(path) };
  }
  // Opening a pipe waits for whoever writes to it, perhaps for ever, and a device has no end.
  if (!status.isFile()) {
    throw new CommandError(`${path} is no regular file; only a file with a size of its own can be uploaded`);
  }
  const file = { path, sizeBytes: status.size, modifiedMs: status.mtimeMs };
  return { isMany: false, files: () => one({ file, name: basename(path) }) };
}

async function* one(found: FoundLocal): AsyncGenerator<FoundLocal> {
  yield found;
}

async function* stream(): AsyncGenerator<FoundLocal> {
  yield { file: { path: STREAM, sizeBytes: undefined, modifiedMs: undefined }, name: "stdin" };
}

async function* filesIn(
  folder: string,
  isMeant: (name: string) => boolean = () => true,
  depthMax = Number.POSITIVE_INFINITY,
): AsyncGenerator<FoundLocal> {
  for await (const place of walkFolder(folder, { depthMax })) {
    if ("skipped" in place) {
      const { path, name, problem, isFolder } = place.skipped;
      // A link to a folder, or a folder that cannot be read, may have held what is meant.
      if (isMeant(name) || (isFolder && name.split("/").length <= depthMax)) {
        yield { place: path, problem };
      }
    } else if (isMeant(place.file.name)) {
      yield foundFile(place.file);
    }
  }
}

function foundFile({ path, name, sizeBytes, modifiedMs }: LocalFile): FoundFile {
  return { file: { path, sizeBytes, modifiedMs }, name };
}

/** Goes no deeper than a match can lie: beside the files of `*.gz` there may be a whole disk. */
async function* glob(pattern: string): AsyncGenerator<FoundLocal> {
  const { base, glob: rest } = picomatch.scan(sep === "\\" ? pattern.replaceAll("\\", "/") : pattern);
  const isMeant = picomatch(rest, { dot: true });
  const depthMax = /\*\*|[{(]/.test(rest) ? Number.POSITIVE_INFINITY : rest.split("/").length - 1;
  let isFound = false;
  for await (const found of filesIn(base === "" ? "." : join(base), isMeant, depthMax)) {
    isFound ||= "file" in found;
    yield found;
  }
  if (!isFound) {
    throw new CommandError(`no file matches ${pattern}`);
  }
}
