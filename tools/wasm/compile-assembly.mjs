// Compiles AssemblyScript to WebAssembly with the settings that all kernels share.
//
// The compiler's version is pinned in package-lock.json, and the same version builds the same bytes.

import { readFile, writeFile } from "node:fs/promises";
import asc from "assemblyscript/asc";

const root = new URL("../../", import.meta.url);

/**
 * The binary of the module whose `entry` is a path in the repository.
 *
 * @param options  further options of the compiler, each a list of its words
 */
export async function compileAssembly(entry, options) {
  let binary;
  const { error, stderr } = await asc.main(
    [
      entry,
      ["--outFile", "kernel.wasm"],
      "-O3",
      "--noAssert",
      ["--runtime", "stub"],
      ["--enable", "simd"],
      ...options,
    ].flat(),
    {
      readFile: (name) => readFile(new URL(name, root), "utf8").catch(() => null),
      writeFile: (_name, contents) => {
        binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`${entry} does not compile: ${stderr}`, { cause: error });
  return binary;
}

/**
 * Writes a built file, or with `--check` among the program's arguments only compares it: exit code 1 if the committed
 * file is another.
 */
export async function writeOrCheck(path, text, command) {
  const output = new URL(path, root);
  if (!process.argv.includes("--check")) {
    await writeFile(output, text);
    return;
  }
  const committed = await readFile(output, "utf8").catch(() => "");
  if (committed !== text) {
    console.error(`${path} is not what its source builds: run ${command} and commit it`);
    process.exitCode = 1;
  }
}
