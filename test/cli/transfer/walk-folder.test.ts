import { deepEqual, equal, match, ok } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { compareNames } from "../../../src/cli/transfer/sync-plan.ts";
import { type WalkedPlace, walkFolder } from "../../../src/cli/transfer/walk-folder.ts";

let folder: string;
const places: WalkedPlace[] = [];

/** As downloads leave them when they are killed. */
const OF_DOWNLOADS = ["part", "notes", "lock", "lock.6cdb.new"].map(
  (end) => `.partwise-00112233445566ff.${end}`,
);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-walk-"));
  for (const name of ["b", "a", "a.txt", "a-", "é", " odd name\n", "-rf", ...OF_DOWNLOADS]) {
    const path = join(folder, name);
    await (name === "a" ? mkdir(path) : writeFile(path, name));
  }
  await mkdir(join(folder, "empty"));
  await writeFile(join(folder, "a", "z"), "12345");
  await symlink("b", join(folder, "link"));
  await symlink("a", join(folder, "circle"));
  await symlink("nowhere", join(folder, "dangling"));
  equal(spawnSync("mkfifo", [join(folder, "pipe")]).status, 0);
  for await (const place of walkFolder(folder)) {
    places.push(place);
  }
});
after(() => rm(folder, { recursive: true }));

describe("walkFolder()", () => {
  it("gives files in the order of keys, links to files among them", () => {
    const names = places.flatMap((place) => ("file" in place ? [place.file.name] : []));

    deepEqual(names, [" odd name\n", "-rf", "a-", "a.txt", "a/z", "b", "link", "é"]);
    deepEqual(names, names.toSorted(compareNames));
  });

  it("leaves out what a download keeps beside its target, and says nothing of it", () => {
    deepEqual(
      places.filter((place) => JSON.stringify(place).includes(".partwise-")),
      [],
    );
  });

  it("tells size and time of each", () => {
    const files = places.flatMap((place) => ("file" in place ? [place.file] : []));
    const file = files.find(({ name }) => name === "a/z");

    deepEqual([file?.sizeBytes, file?.path], [5, join(folder, "a", "z")]);
    ok(Math.abs((file?.modifiedMs ?? 0) - Date.now()) < 60_000);
  });

  it("skips links to folders, links to nowhere and pipes, and says so", () => {
    const skipped = places.flatMap((place) => ("skipped" in place ? [place.skipped] : []));

    deepEqual(
      skipped.map(({ path }) => path),
      [join(folder, "circle"), join(folder, "dangling"), join(folder, "pipe")],
    );
    match(skipped[0]?.problem ?? "", /link to a folder/);
    match(skipped[1]?.problem ?? "", /leads nowhere/);
    match(skipped[2]?.problem ?? "", /no regular file/);
  });
});
