// A file system of its own with few bytes, for a test that fills it. It takes a system that may mount one.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export type SmallDiskKind = "ext4" | "tmpfs";

/** Disposing unmounts it. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  /** Another program takes all that is left. @returns bytes taken */
  fillUp(): Promise<number>;
  /** From now on nothing can be written. */
  forbidWriting(): Promise<void>;
  /** What `fillUp` took is free again. */
  freeUp(): Promise<void>;
}

const FILL_CHUNK = Buffer.alloc(64 * 1024, 1);
const SECTOR = Buffer.alloc(512, 1);

/** @returns why there is none, in words, where this system mounts nothing */
export async function mountSmallDisk(kind: SmallDiskKind, sizeBytes: number): Promise<SmallDisk | string> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    return "mounting a file system takes Linux and root";
  }
  const home = await mkdtemp(join(tmpdir(), "partwise-disk-"));
  const path = join(home, "mounted");
  await mkdir(path);
  try {
    await mount(kind, { home, path, sizeBytes });
  } catch (failure) {
    await rm(home, { recursive: true });
    return `cannot mount ${kind} here: ${(failure as Error).message.trim()}`;
  }
  const filling = join(path, "another-program");
  return {
    path,
    fillUp: () => fillUp(filling),
    forbidWriting: async () => void (await run("mount", ["-o", "remount,ro", path])),
    freeUp: () => rm(filling, { force: true }),
    async [Symbol.asyncDispose]() {
      await run("umount", [path]);
      await rm(home, { recursive: true });
    },
  };
}

async function mount(
  kind: SmallDiskKind,
  { home, path, sizeBytes }: { readonly home: string; readonly path: string; readonly sizeBytes: number },
): Promise<void> {
  if (kind === "tmpfs") {
    await run("mount", ["-t", "tmpfs", "-o", `size=${sizeBytes}`, "partwise-test", path]);
    return;
  }
  const image = join(home, "image");
  await using handle = await open(image, "w");
  await handle.truncate(sizeBytes);
  await run("mkfs.ext4", ["-q", "-m", "0", image]);
  await run("mount", ["-o", "loop", image, path]);
}

async function fillUp(path: string): Promise<number> {
  await using handle = await open(path, "a");
  for (const chunk of [FILL_CHUNK, SECTOR]) {
    for (let isFull = false; !isFull; ) {
      isFull = await handle.write(chunk).then(
        () => false,
        () => true,
      );
    }
  }
  await handle.sync().catch(() => undefined);
  return (await handle.stat()).size;
}
