// What package.json and package-lock.json promise to whoever installs them, here or anywhere else.
import { deepEqual, ok } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";

interface LockedPackage {
  readonly link?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
}

describe("package-lock.json", () => {
  it("names no registry's host, and the content of every package", async () => {
    const { packages } = (await readJson("package-lock.json")) as { packages: Record<string, LockedPackage> };
    const downloaded = Object.entries(packages).filter(
      ([path, { link }]) => path.startsWith("node_modules/") && link !== true,
    );

    ok(downloaded.length >= 50, `only ${downloaded.length} packages were found`);
    deepEqual(namesOf(downloaded.filter(([, { resolved }]) => resolved !== undefined)), []);
    deepEqual(namesOf(downloaded.filter(([, { integrity }]) => !integrity?.startsWith("sha512-"))), []);
  });
});

describe("package.json", () => {
  it("takes dependencies of users by range, and those of developers exactly", async () => {
    const manifest = (await readJson("package.json")) as Record<string, Record<string, string>>;
    const ranges = Object.entries(manifest.dependencies ?? {});
    const versions = Object.entries(manifest.devDependencies ?? {});

    ok(ranges.length > 0 && versions.length > 0, "no dependencies were found");
    deepEqual(namesOf(ranges.filter(([, range]) => !range.startsWith("^"))), []);
    deepEqual(namesOf(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))), []);
  });
});

async function readJson(name: string): Promise<unknown> {
  return JSON.parse(await readFile(new URL(`../../${name}`, import.meta.url), "utf8"));
}

function namesOf(entries: readonly (readonly [string, unknown])[]): readonly string[] {
  return entries.map(([name]) => name);
}
