import { deepEqual } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { findLocal } from "../../../src/cli/transfer/find-local.ts";

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-find-"));
  await mkdir(join(folder, "day"));
  await writeFile(join(folder, "day", "a.gz"), "");
  await symlink("nowhere", join(folder, "dangling"));
  await symlink("day", join(folder, "link"));
  spawnSync("mkfifo", [join(folder, "pipe"), join(folder, "day", "pipe.gz")], { stdio: "inherit" });
});
after(() => rm(folder, { recursive: true }));

describe("findLocal() of a glob", () => {
  for (const pattern of ["*/*.gz", "**/*.gz"]) {
    it(`reports of what it skips for ${pattern} only what is meant, or may hold it`, async () => {
      const found: string[] = [];
      for await (const each of (await findLocal(join(folder, pattern), { recursive: false })).files()) {
        found.push("file" in each ? each.name : `skipped ${each.place.slice(folder.length + 1)}`);
      }

      deepEqual(found.toSorted(), ["day/a.gz", "skipped day/pipe.gz", "skipped link"]);
    });
  }
});
