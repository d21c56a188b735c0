// Builds the MD5 kernel: AssemblyScript in src/server/md5/assembly → src/server/md5/md5-wasm.ts.
//
//   node tools/wasm/build-md5.mjs           writes the file
//   node tools/wasm/build-md5.mjs --check   exits with 1 if the file is not what its source builds

import { compileAssembly, writeOrCheck } from "./compile-assembly.mjs";

/** The memory is the server's, with its receive buffers in it, and may be of any size. */
const binary = await compileAssembly("src/server/md5/assembly/index.ts", [
  "--importMemory",
  ["--initialMemory", "1"],
]);

await writeOrCheck(
  "src/server/md5/md5-wasm.ts",
  [
    `// The kernel's binary, ${binary.length} bytes, as text.`,
    "// Built by tools/wasm/build-md5.mjs from assembly/; do not edit.",
    "",
    "export const MD5_WASM_BASE64: string =",
    `  "${Buffer.from(binary).toString("base64")}";`,
    "",
  ].join("\n"),
  "node tools/wasm/build-md5.mjs",
);
