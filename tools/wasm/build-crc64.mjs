// Builds the CRC-64 kernel: AssemblyScript in src/protocol/crc64/assembly → src/protocol/crc64/crc64-wasm.ts.
//
//   node tools/wasm/build-crc64.mjs           writes the file
//   node tools/wasm/build-crc64.mjs --check   exits with 1 if the file is not what its source builds

import { compileAssembly, writeOrCheck } from "./compile-assembly.mjs";

/** The four pages are 256 KiB: 64 KiB of tables, the ring of 32 KiB, the window of 128 KiB and its carry of 14 KiB. */
const binary = await compileAssembly("src/protocol/crc64/assembly/index.ts", [
  ["--initialMemory", "4"],
  ["--maximumMemory", "4"],
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
