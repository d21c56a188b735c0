// Builds the CRC-64 kernel: AssemblyScript in src/protocol/crc64/assembly → src/protocol/crc64/crc64-wasm.ts.
//
//   node tools/wasm/build-crc64.mjs           writes the file
//   node tools/wasm/build-crc64.mjs --check   exits with 1 if the file is not what its source builds
//
// The compiler's version is pinned in package-lock.json, and the same version builds the same bytes.

import { readFile, writeFile } from "node:fs/promises";
import asc from "assemblyscript/asc";

const root = new URL("../../", import.meta.url);
const entry = "src/protocol/crc64/assembly/index.ts";
const output = new URL("src/protocol/crc64/crc64-wasm.ts", root);

const built = moduleText(await compile());

if (process.argv.includes("--check")) {
  const committed = await readFile(output, "utf8").catch(() => "");
  if (committed !== built) {
    console.error(
      "crc64-wasm.ts is not what its source builds: run node tools/wasm/build-crc64.mjs and commit it",
    );
    process.exitCode = 1;
  }
} else {
  await writeFile(output, built);
}

/** The four pages are 256 KiB: 64 KiB of tables, the ring of 32 KiB, the window of 128 KiB and its carry of 14 KiB. */
async function compile() {
  let binary;
  const { error, stderr } = await asc.main(
    [
      entry,
      ["--outFile", "crc64.wasm"],
      "-O3",
      "--noAssert",
      ["--runtime", "stub"],
      ["--enable", "simd"],
      ["--initialMemory", "4"],
      ["--maximumMemory", "4"],
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

function moduleText(binary) {
  return [
    `// The kernel's binary, ${binary.length} bytes, as text: it loads in Node and in a page alike, without a fetch.`,
    "// In hexadecimal, for that compresses well: a quarter less than Base64, in which equal bytes look different at each place.",
    "// Built by tools/wasm/build-crc64.mjs from assembly/; do not edit.",
    "",
    "export const CRC64_WASM_HEX: string =",
    `  "${Buffer.from(binary).toString("hex")}";`,
    "",
  ].join("\n");
}
