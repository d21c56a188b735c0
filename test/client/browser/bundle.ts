// The browser's entry as a bundler makes it for a page.
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

export interface Bundle {
  readonly text: string;
  readonly gzippedSizeBytes: number;
  /** Paths from the project's folder, with what each has in the bundle. */
  readonly sizeBytesByFile: ReadonlyMap<string, number>;
}

/** @param code  a module that imports what it wants from "partwise/browser" */
export async function bundleForPage(code: string): Promise<Bundle> {
  const projectFolder = fileURLToPath(new URL("../../../", import.meta.url));
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: projectFolder, loader: "ts" },
    absWorkingDir: projectFolder,
    alias: { "partwise/browser": "./src/client/browser/index.ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2023",
    legalComments: "none",
    metafile: true,
    write: false,
  });
  const text = outputFiles[0]?.text ?? "";
  const inputs = Object.values(metafile.outputs)[0]?.inputs ?? {};
  return {
    text,
    gzippedSizeBytes: gzipSync(text, { level: 9 }).byteLength,
    sizeBytesByFile: new Map(
      Object.entries(inputs)
        .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
        .map(([path, { bytesInOutput }]) => [path, bytesInOutput]),
    ),
  };
}
