// Makes the JavaScript of dist/ from the source: a file for each entry and a few for what entries share, since Node
// spends up to 1 ms on each module it loads. The declarations are the compiler's (`tsc -b`), one for each module.
//
// Not minified, so that a stack trace names the functions of the source.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, posix, relative, sep } from "node:path";
import { build } from "esbuild";
import { mergeChunks } from "./merge-chunks.mjs";

const root = join(import.meta.dirname, "../..");
const source = join(root, "src");
const target = join(root, "dist");

/** What package.json names, and the four files that a process or a thread begins with. */
const entries = [
  "client/node/index",
  "client/browser/index",
  "protocol/index",
  "server/index",
  "storage/index",
  "cli/main",
  "cli/server-child",
  "cli/server-worker",
  "storage/embedded/metadata-worker",
];

/** Those of them that have nothing of Node's. */
const neutral = ["client/browser/index", "protocol/index"];

/**
 * Bundled, not required: Node takes 10 ms to find its way through the 14 files of this one before the first byte of an
 * upload. Its licence stands at the end of the file that has it.
 */
const BUNDLED = { "@rgrove/parse-xml": join(root, "node_modules/@rgrove/parse-xml/dist/browser.js") };

/** As deep below dist/ as most entries, for the sake of `keepOwnAddresses`. */
const CHUNK_NAMES = "chunks/[name]-[hash]";

const OWN_ADDRESS = "import.meta.url";
/** Modules that ask for it, by their path from the root. */
const addressed = new Set();

const { metafile, outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: Object.fromEntries(entries.map((entry) => [entry, join(source, `${entry}.ts`)])),
  outdir: target,
  chunkNames: CHUNK_NAMES,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "neutral",
  target: "es2023",
  packages: "external",
  alias: BUNDLED,
  legalComments: "eof",
  external: ["node:*"],
  metafile: true,
  write: false,
  plugins: [{ name: "own address", setup: keepOwnAddresses }],
  logLevel: "warning",
});

assertAddresses(Object.entries(metafile.outputs));
const files = await mergeChunks({
  outputs: metafile.outputs,
  texts: new Map(outputFiles.map(({ path, text }) => [posixPath(root, path), text])),
  entries: entries.map(outputPath),
  neutral: neutral.map(outputPath),
  folder: posixPath(root, join(target, dirname(CHUNK_NAMES))),
});
await removeOthers(new Set([...files.keys()].map((path) => join(root, path))));
for (const [path, text] of files) {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

/**
 * A module finds a worker, a program or package.json by its own address, and the file it gets bundled into has another
 * one: each gets the address back that it would have by itself, told from a file in any folder of dist/.
 */
function keepOwnAddresses({ onLoad }) {
  onLoad({ filter: /\.ts$/ }, async ({ path }) => {
    const text = await readFile(path, "utf8");
    if (!text.includes(OWN_ADDRESS)) {
      return undefined;
    }
    addressed.add(posixPath(root, path));
    const own = posixPath(source, path).replace(/\.ts$/, ".js");
    return {
      contents: text.replaceAll(OWN_ADDRESS, `new URL("../${own}", import.meta.url).href`),
      loader: "ts",
    };
  });
}

/** @throws {Error} if a file that is not directly in a folder of dist/ holds a module that asks for its address */
function assertAddresses(outputs) {
  for (const [path, { inputs }] of outputs) {
    const asking = Object.keys(inputs).find((input) => addressed.has(input));
    if (asking !== undefined && path.split("/").length !== "dist/folder/file.js".split("/").length) {
      throw new Error(`${asking} is bundled into ${path}, where its own address is wrong`);
    }
  }
}

/** What an earlier build or another version of this file left. */
async function removeOthers(written) {
  const names = await readdir(target, { recursive: true });
  const others = names
    .map((name) => join(target, name))
    .filter((path) => path.endsWith(".js") && !written.has(path));
  await Promise.all(others.map((path) => rm(path)));
}

function outputPath(entry) {
  return posixPath(root, join(target, `${entry}.js`));
}

function posixPath(from, to) {
  return relative(from, to).replaceAll(sep, posix.sep);
}
