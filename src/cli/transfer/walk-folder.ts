// The files of a folder and of the folders in it, one after the other, in the order in which object storage lists keys.
import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { isOfDownload } from "../../client/node/file-target.ts";

export interface LocalFile {
  readonly path: string;
  /** Relative to where the walk began, with `/` between its parts. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
}

/** Something that is no file and cannot be copied. */
interface SkippedPlace {
  readonly path: string;
  /** As of a file; of a folder that cannot be read, without a `/` at its end. */
  readonly name: string;
  readonly problem: string;
  /** Whether it leads to files that are not seen for it. */
  readonly isFolder: boolean;
}

interface WalkOptions {
  /** What every name begins with. */
  readonly prefix?: string;
  /** How many folders down the walk goes; 0 for the files of `folder` alone. Default: without a limit. */
  readonly depthMax?: number;
}

export type WalkedPlace = { readonly file: LocalFile } | { readonly skipped: SkippedPlace };

/**
 * Links to files count as the files; links to folders are skipped, for they can lead in circles. So are sockets, pipes
 * and devices, and names that are no UTF-8, which a key has to be. What downloads keep beside their targets until they end
 * is nobody's file, and is left out in silence.
 *
 * @throws the error of the file system when `folder` itself cannot be read
 */
export async function* walkFolder(
  folder: string,
  { prefix = "", depthMax = Number.POSITIVE_INFINITY }: WalkOptions = {},
): AsyncGenerator<WalkedPlace> {
  const entries = await readdir(folder, { withFileTypes: true });
  // By the bytes of what the key will be: a folder's name sorts as if it ended in "/".
  const sorted = entries
    .map((entry) => ({ entry, sortName: Buffer.from(entry.isDirectory() ? `${entry.name}/` : entry.name) }))
    .toSorted((left, right) => Buffer.compare(left.sortName, right.sortName));
  for (const { entry } of sorted) {
    if (!isOfDownload(entry.name)) {
      yield* walkEntry(folder, entry, { prefix, depthMax });
    }
  }
}

async function* walkEntry(
  folder: string,
  entry: Dirent,
  { prefix, depthMax }: Required<WalkOptions>,
): AsyncGenerator<WalkedPlace> {
  const path = join(folder, entry.name);
  const name = `${prefix}${entry.name}`;
  if (entry.name.includes("\uFFFD")) {
    yield { skipped: { path, name, problem: "its name is not UTF-8", isFolder: entry.isDirectory() } };
    return;
  }
  if (entry.isDirectory()) {
    if (depthMax === 0) {
      return;
    }
    try {
      yield* walkFolder(path, { prefix: `${name}/`, depthMax: depthMax - 1 });
    } catch (error) {
      const problem = `it cannot be read: ${(error as Error).message}`;
      yield { skipped: { path, name, problem, isFolder: true } };
    }
    return;
  }
  yield await look(path, name, entry.isSymbolicLink());
}

async function look(path: string, name: string, isLink: boolean): Promise<WalkedPlace> {
  try {
    const status = await stat(path);
    if (status.isFile()) {
      return { file: { path, name, sizeBytes: status.size, modifiedMs: status.mtimeMs } };
    }
    const isFolder = status.isDirectory();
    const problem = isFolder ? "it is a link to a folder" : "it is no regular file";
    return { skipped: { path, name, problem, isFolder } };
  } catch (error) {
    const problem = isLink
      ? "it is a link that leads nowhere"
      : `it cannot be read: ${(error as Error).message}`;
    return { skipped: { path, name, problem, isFolder: false } };
  }
}
