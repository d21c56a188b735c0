// The browser's entry as a bundler makes it for a page: what is loaded at once, and what only some uploads load.
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";

export interface Bundle {
  /** What a page loads before it can do anything. */
  readonly entry: Piece;
  /** What an `import()` loads besides, by the file that it names. */
  readonly later: ReadonlyMap<string, Piece>;
  /** Texts of all files of the bundle, by their names; the entry is `page.js`. */
  readonly files: ReadonlyMap<string, string>;
}

export interface Piece {
  readonly gzippedSizeBytes: number;
  /** Paths from the project's folder, with what each has in the piece. */
  readonly sizeBytesByFile: ReadonlyMap<string, number>;
}

const projectFolder = fileURLToPath(new URL("../../../", import.meta.url));

const settings = {
  // All that it exports.
  stdin: {
    contents: 'export * from "./src/client/browser/index.ts";',
    resolveDir: projectFolder,
    sourcefile: "page.ts",
  },
  absWorkingDir: projectFolder,
  bundle: true,
  minify: true,
  format: "esm",
  platform: "browser",
  target: "es2023",
  legalComments: "none",
  outdir: "dist/page",
  entryNames: "page",
  metafile: true,
  write: false,
} as const;

/** As a script of one file, without its exports, by tools that cannot cut it. */
export async function bundleIntoOneFile(): Promise<string> {
  const { outputFiles } = await build({ ...settings, format: "iife" });
  return outputFiles[0]?.text ?? "";
}

export async function bundleForPage(): Promise<Bundle> {
  const { outputFiles, metafile } = await build({ ...settings, splitting: true });
  const files = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]));
  const entryNames = withStaticImports("page.js", outputs);
  const later = new Map<string, Piece>();
  for (const [name, { entryPoint }] of outputs) {
    if (entryPoint !== undefined && name !== "page.js") {
      const names = withStaticImports(name, outputs).filter((one) => !entryNames.includes(one));
      later.set(entryPoint, pieceOf(names, files, outputs));
    }
  }
  return { entry: pieceOf(entryNames, files, outputs), later, files };
}

type Outputs = ReadonlyMap<string, Metafile["outputs"][string]>;

function withStaticImports(name: string, outputs: Outputs, known: readonly string[] = []): readonly string[] {
  if (known.includes(name)) {
    return known;
  }
  const imports = outputs.get(name)?.imports.filter(({ kind }) => kind === "import-statement") ?? [];
  return imports.reduce<readonly string[]>(
    (names, { path }) => withStaticImports(basename(path), outputs, names),
    [...known, name],
  );
}

function pieceOf(names: readonly string[], files: ReadonlyMap<string, string>, outputs: Outputs): Piece {
  const sizes = names.map((name) => gzippedSizeBytes(files.get(name) ?? ""));
  const inputs = names.flatMap((name) => Object.entries(outputs.get(name)?.inputs ?? {}));
  return {
    gzippedSizeBytes: sizes.reduce((sum, size) => sum + size, 0),
    sizeBytesByFile: new Map(
      inputs
        .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
        .map(([path, { bytesInOutput }]) => [path, bytesInOutput]),
    ),
  };
}

export function gzippedSizeBytes(text: string): number {
  return gzipSync(text, { level: 9 }).byteLength;
}
