// The real import graph of src/, read from the text of its files. No compiler is asked: the rules of this repository
// (erasable syntax, relative imports with their extension) leave so few forms that a few patterns see every one.
import { existsSync } from "node:fs";
import { glob, readFile } from "node:fs/promises";
import { dirname, join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const sourceRoot: string = fileURLToPath(new URL("../../src", import.meta.url));

/** One file of src/. Paths are relative to src/ and have forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** The files that it names: imports, `import type`, re-exports, dynamic imports, and `new URL` of a worker. */
  readonly imports: readonly string[];
  /** The modules it imports by name: packages and `node:` modules. */
  readonly modules: readonly string[];
}

/** Every TypeScript file of src/, without the AssemblyScript of the CRC-64 kernel, which is another language. */
export async function readSourceFiles(): Promise<readonly SourceFile[]> {
  const paths: string[] = [];
  for await (const path of glob("**/*.ts", { cwd: sourceRoot })) {
    paths.push(path.replaceAll("\\", "/"));
  }
  const compiled = paths.filter((path) => !path.includes("/assembly/")).sort();
  return Promise.all(compiled.map(readSourceFile));
}

/** Files that can be reached from themselves, as a path: `["a.ts", "b.ts", "a.ts"]`; or none. */
export function findImportCycle(files: readonly SourceFile[]): readonly string[] | undefined {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const finished = new Set<string>();
  const walk = (path: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(path)) {
      return [...trail.slice(trail.indexOf(path)), path];
    }
    if (finished.has(path)) {
      return undefined;
    }
    for (const next of byPath.get(path)?.imports ?? []) {
      const cycle = walk(next, [...trail, path]);
      if (cycle) {
        return cycle;
      }
    }
    finished.add(path);
    return undefined;
  };
  for (const { path } of files) {
    const cycle = walk(path, []);
    if (cycle) {
      return cycle;
    }
  }
  return undefined;
}

/** A quoted relative path to a module is an import, wherever it stands: too much is seen rather than too little. */
const RELATIVE_MODULE = /["'](\.\.?\/[^"'\n]+\.(?:ts|js|mts|mjs))["']/g;
/** A worker's URL whose extension is chosen at run time, `.ts` from source and `.js` from dist. */
const TEMPLATE_MODULE = /new URL\(\s*`(\.\.?\/[^`$]+)\$\{/g;
const NAMED_MODULE = /(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*["']([^."'\n][^"'\n]*)["']/g;
/** What the patterns above could not follow. */
const COMPUTED_IMPORT = /\b(?:import|require)\(\s*[^"'\s)]/;

async function readSourceFile(path: string): Promise<SourceFile> {
  const text = await readFile(join(sourceRoot, path), "utf8");
  if (COMPUTED_IMPORT.test(text)) {
    throw new Error(`src/${path} computes what it imports; write the module's name as a literal`);
  }
  const specifiers = [
    ...matches(RELATIVE_MODULE, text),
    ...matches(TEMPLATE_MODULE, text).map((stem) => `${stem}.ts`),
  ];
  return {
    path,
    text,
    imports: [...new Set(specifiers.map((specifier) => resolve(path, specifier)))],
    modules: [...new Set(matches(NAMED_MODULE, text))],
  };
}

function matches(pattern: RegExp, text: string): string[] {
  return Array.from(text.matchAll(pattern), ([, specifier = ""]) => specifier);
}

function resolve(importer: string, specifier: string): string {
  const path = posix.join(posix.dirname(importer), specifier.replace(/\.(m?)js$/, ".$1ts"));
  if (!existsSync(join(sourceRoot, path))) {
    throw new Error(`src/${importer} names ${specifier}, and src/${path} does not exist`);
  }
  return relative(sourceRoot, join(sourceRoot, dirname(path), posix.basename(path))).replaceAll("\\", "/");
}
