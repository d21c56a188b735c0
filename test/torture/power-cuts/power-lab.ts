// A disk whose power can be cut: an ext4 file system in a file, which lies on a file system that can copy a file at one
// moment (a reflink). Such a copy is what a drive would have that keeps its writes in order: what the store asked to be
// synced is in it, what still was in the system's memory is not.
import { execFile } from "node:child_process";
import { mkdir, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { installDebianPackages } from "../../conformance/system-packages.ts";
import { NotRun } from "../not-run.ts";

const run = promisify(execFile);

const BELOW_BYTES = 4 * 1024 ** 3;
const DISK_BYTES = 1024 ** 3;
/** What can make a file system with reflinks, the first that is there. */
const BELOW = [
  { tool: "mkfs.xfs", words: ["-q"] },
  { tool: "mkfs.btrfs", words: ["-q"] },
];
const INSTALL_TIMEOUT_MS = 300_000;
const UNMOUNT_TIMEOUT_MS = 30_000;
const UNMOUNT_PAUSE_MS = 50;

/** Disposing unmounts all of it. */
export interface PowerLab extends AsyncDisposable {
  /** Where the disk is mounted. */
  readonly disk: string;
  /** The power goes: what the disk has now is kept aside. */
  cut(): Promise<void>;
  /** The power comes back: the disk is what was kept. Nobody may have a file of it open. */
  restore(): Promise<void>;
}

/** @throws {NotRun} with what is missing, where the system or its owner cannot have such a disk */
export async function openPowerLab(folder: string): Promise<PowerLab> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    throw new NotRun("mounting disks takes Linux and root");
  }
  const below = join(folder, "below");
  const disk = join(folder, "disk");
  const image = join(below, "disk.img");
  const copy = join(below, "copy.img");
  const makeBelow = await toolForBelow();
  await mkdir(below);
  await mkdir(disk);
  await makeFile(join(folder, "below.img"), BELOW_BYTES);
  await step(`making a file system with ${makeBelow.tool}`, makeBelow.tool, [
    ...makeBelow.words,
    join(folder, "below.img"),
  ]);
  await step("mounting a loop device", "mount", ["-o", "loop", join(folder, "below.img"), below]);
  try {
    await makeFile(image, DISK_BYTES);
    await step("making an ext4", "mkfs.ext4", ["-q", image]);
    await step("copying by reflink", "cp", ["--reflink=always", image, copy]);
    await step("mounting an ext4", "mount", ["-o", "loop", image, disk]);
  } catch (failure) {
    await unmount(below);
    throw failure;
  }
  return {
    disk,
    cut: async () => void (await run("cp", ["--reflink=always", image, copy])),
    restore: async () => {
      await unmount(disk);
      await rename(copy, image);
      await run("mount", ["-o", "loop", image, disk]);
    },
    async [Symbol.asyncDispose]() {
      await unmount(disk);
      await unmount(below);
    },
  };
}

/** Processes that were killed keep their files open for a moment longer, which shows as a device that is busy. */
async function unmount(path: string): Promise<void> {
  const deadlineMs = Date.now() + UNMOUNT_TIMEOUT_MS;
  for (;;) {
    try {
      await run("umount", [path]);
      return;
    } catch (failure) {
      if (Date.now() > deadlineMs) {
        throw failure;
      }
      await delay(UNMOUNT_PAUSE_MS);
    }
  }
}

async function toolForBelow(): Promise<(typeof BELOW)[number]> {
  const found = await firstPresent();
  if (found !== undefined) {
    return found;
  }
  await installDebianPackages(["xfsprogs", "e2fsprogs"], AbortSignal.timeout(INSTALL_TIMEOUT_MS));
  const installed = await firstPresent();
  if (installed === undefined) {
    throw new NotRun("a file system with reflinks takes mkfs.xfs or mkfs.btrfs, and neither is here");
  }
  return installed;
}

async function firstPresent(): Promise<(typeof BELOW)[number] | undefined> {
  for (const each of BELOW) {
    const isPresent = await run(each.tool, ["-V"]).then(
      () => true,
      () => false,
    );
    if (isPresent) {
      return each;
    }
  }
  return undefined;
}

async function step(what: string, file: string, words: readonly string[]): Promise<void> {
  try {
    await run(file, [...words]);
  } catch (failure) {
    throw new NotRun(`${what} fails here: ${(failure as Error).message.trim()}`);
  }
}

async function makeFile(path: string, sizeBytes: number): Promise<void> {
  await using handle = await open(path, "wx");
  await handle.truncate(sizeBytes);
}
