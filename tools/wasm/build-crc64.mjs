// Builds the CRC-64 kernel: AssemblyScript in src/protocol/crc64/assembly → src/protocol/crc64/crc64-wasm.ts.
//
//   node tools/wasm/build-crc64.mjs           writes the file
//   node tools/wasm/build-crc64.mjs --check   exits with 1 if the file is not what its source builds

import { compileAssembly, writeOrCheck } from "./compile-assembly.mjs";

/** Of 64 KiB: four for the kernel itself, and the states of 64 folds. A host that wants more grows the memory. */
const binary = await compileAssembly("src/protocol/crc64/assembly/index.ts", [
  ["--initialMemory", "53"],
  // A page loads it: half as large again without, and no faster.
  ["--shrinkLevel", "1"],
]);

await writeOrCheck(
  "src/protocol/crc64/crc64-wasm.ts",
  [
    `// The kernel's binary, ${binary.length} bytes, as text: it loads in Node and in a page alike, without a fetch.`,
    "// In hexadecimal, for that compresses well: a quarter less than Base64, in which equal bytes look different at each place.",
    "// Built by tools/wasm/build-crc64.mjs from assembly/; do not edit.",
    "",
    "export const CRC64_WASM_HEX: string =",
    `  "${Buffer.from(binary).toString("hex")}";`,
    "",
  ].join("\n"),
  "node tools/wasm/build-crc64.mjs",
);
