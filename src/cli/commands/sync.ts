import { stat } from "node:fs/promises";
import type { Command } from "commander";
import { clientCommand } from "../client-options.ts";
import { CommandError, UsageError } from "../command-error.ts";
import type { Environment } from "../connection.ts";
import { formatOssUrl, isOssUrl, type OssUrl, parseOssUrl } from "../oss-url.ts";
import { fileOfKey } from "../transfer/file-of-key.ts";
import type { Found } from "../transfer/find-transfers.ts";
import { listObjects } from "../transfer/list-objects.ts";
import { nameFilter } from "../transfer/name-filter.ts";
import { runTransferList } from "../transfer/run-transfer-list.ts";
import { type SyncEntry, syncSteps } from "../transfer/sync-plan.ts";
import { type CommandContext, transferContext } from "../transfer/transfer-context.ts";
import { addTransferFlags, type TransferFlags } from "../transfer/transfer-flags.ts";
import { walkFolder } from "../transfer/walk-folder.ts";
import { withWayOn } from "../transfer/way-on.ts";

interface SyncFlags extends TransferFlags {
  readonly delete?: true;
}

const DETAILS = `
Copies what is missing at the target, has another size there or is older there. With --delete, what the source does not
have is removed from the target; names that --include and --exclude leave out are never touched, nor is what stands there
for a part of the source that cannot be read.`;

export function syncCommand(environment: Environment): Command {
  const command = clientCommand("sync")
    .description(
      "Copy what is missing or newer between a folder and a prefix, in either direction, or between two prefixes.",
    )
    .argument("<from>", "a folder, or oss://BUCKET/PREFIX/")
    .argument("<to>", "a folder, or oss://BUCKET/PREFIX/")
    .option("--delete", "remove from the target what the source does not have")
    .addHelpText("after", DETAILS);
  return addTransferFlags(command).action(async (from: string, to: string, flags: SyncFlags) => {
    // Whatever differs is to be overwritten: that is what a sync is.
    const context = transferContext({ ...flags, force: true }, environment);
    try {
      const transfers = await planned(from, to, flags, context);
      const ifNone = "nothing to do: the target has everything, as new as the source";
      await runTransferList({ isOne: false, transfers, ifNone }, context);
    } catch (error) {
      throw withWayOn(error, context);
    } finally {
      context.endProgress();
    }
  });
}

interface Side {
  entries(): AsyncIterable<SyncEntry>;
  /** As a source or target of a transfer. */
  place(name: string): string | OssUrl;
}

async function planned(
  from: string,
  to: string,
  flags: SyncFlags,
  context: CommandContext,
): Promise<AsyncGenerator<Found>> {
  if (!isOssUrl(from) && !isOssUrl(to)) {
    throw new UsageError(
      `neither "${from}" nor "${to}" is in object storage; write one as oss://BUCKET/PREFIX/`,
    );
  }
  const isMeant = nameFilter(flags);
  const problems: Found[] = [];
  const unread = new Set<string>();
  const source = await sideOf(from, { ...context, isMeant, problems, unread, mayBeMissing: false });
  const target = await sideOf(to, {
    ...context,
    isMeant,
    problems: [],
    unread: new Set(),
    mayBeMissing: true,
  });
  return (async function* () {
    for await (const step of syncSteps(source.entries(), target.entries())) {
      yield* problems.splice(0);
      if (step.type === "copy") {
        yield copyStep(step.source, source, target);
      } else if (step.type === "delete" && flags.delete && !isUnder(unread, step.target.name)) {
        yield deleteStep(target.place(step.target.name));
      }
    }
    yield* problems.splice(0);
  })();
}

/** Whether the source may have it all the same: in a folder that cannot be read, say. The walk is past it by then. */
function isUnder(unread: ReadonlySet<string>, name: string): boolean {
  if (unread.size === 0) {
    return false;
  }
  const words = name.split("/");
  return words.some((_, index) => unread.has(words.slice(0, index + 1).join("/")));
}

function copyStep({ name, sizeBytes, modifiedMs }: SyncEntry, source: Side, target: Side): Found {
  const from = source.place(name);
  const to = target.place(name);
  if (typeof from === "string") {
    return typeof to === "string"
      ? { type: "unmovable", place: from, problem: "both sides are files" }
      : { type: "upload", source: { path: from, sizeBytes, modifiedMs }, target: to };
  }
  const remote = { ...from, sizeBytes, modifiedMs };
  if (typeof to !== "string") {
    return { type: "copy", source: remote, target: to };
  }
  const file = fileOfKey(to.slice(0, -name.length) || ".", name, process.platform);
  return "problem" in file
    ? { type: "unmovable", place: formatOssUrl(from), problem: file.problem }
    : { type: "download", source: remote, path: file.path, keepsTime: true };
}

function deleteStep(place: string | OssUrl): Found {
  return typeof place === "string"
    ? { type: "delete-file", path: place }
    : { type: "delete-object", target: place };
}

interface SideContext extends Pick<CommandContext, "bucket" | "signal"> {
  readonly isMeant: (name: string) => boolean;
  /** What a walk finds that cannot be moved. */
  readonly problems: Found[];
  /** The names of these: what they hold is not known. */
  readonly unread: Set<string>;
  readonly mayBeMissing: boolean;
}

async function sideOf(place: string, context: SideContext): Promise<Side> {
  return isOssUrl(place) ? remoteSide(place, context) : localSide(place, context);
}

async function remoteSide(place: string, { bucket: bucketOf, signal, isMeant }: SideContext): Promise<Side> {
  const { bucket: name, key } = parseOssUrl(place);
  const prefix = key === "" || key.endsWith("/") ? key : `${key}/`;
  const bucket = await bucketOf(name);
  return {
    async *entries() {
      for await (const object of listObjects(bucket, prefix, signal)) {
        // A key that ends in / stands for a folder, which needs no copying.
        if (!object.key.endsWith("/") && isMeant(object.name)) {
          yield object;
        }
      }
    },
    place: (objectName) => ({ bucket: name, key: prefix + objectName }),
  };
}

async function localSide(
  folder: string,
  { isMeant, problems, unread, mayBeMissing }: SideContext,
): Promise<Side> {
  const isThere = await isFolder(folder);
  if (!isThere && !mayBeMissing) {
    throw new CommandError(`${folder} is not a folder`);
  }
  return {
    async *entries() {
      for await (const found of isThere ? walkFolder(folder) : []) {
        if ("skipped" in found) {
          unread.add(found.skipped.name);
          problems.push({ type: "unmovable", place: found.skipped.path, problem: found.skipped.problem });
        } else if (isMeant(found.file.name)) {
          yield found.file;
        }
      }
    },
    // Not `join`: it would hide a name that leads out of the folder from whoever checks it.
    place: (name) => `${folder.replace(/[/\\]$/, "")}/${name}`,
  };
}

/** @throws {CommandError} if something else stands there */
async function isFolder(path: string): Promise<boolean> {
  const status = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") {
      return undefined;
    }
    throw new CommandError(`cannot read ${path}: ${error.message}`, { cause: error });
  });
  if (status !== undefined && !status.isDirectory()) {
    throw new CommandError(`${path} is a file; a sync is between folders and prefixes`);
  }
  return status !== undefined;
}
