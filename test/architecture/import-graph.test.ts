// The layers hold: what docs/ARCHITECTURE.md promises about imports is what the files of src/ do.
import { deepEqual, equal, ok } from "node:assert/strict";
import { before, describe, it } from "node:test";
import { findImportCycle, readSourceFiles, type SourceFile } from "./import-graph.ts";
import { type Layer, layerOf, permissionFor, readLayerTable } from "./layer-table.ts";

/** Far below what src/ has, far above what a reader that sees nothing would find. */
const FILE_COUNT_MIN = 150;
const IMPORT_COUNT_MIN = 500;

interface Import {
  readonly importer: string;
  readonly imported: string;
}

describe("the import graph of src/", () => {
  let files: readonly SourceFile[] = [];
  let layers: readonly Layer[] = [];
  let imports: readonly Import[] = [];

  before(async () => {
    files = await readSourceFiles();
    layers = await readLayerTable();
    imports = files.flatMap((file) => file.imports.map((imported) => ({ importer: file.path, imported })));
  });

  it("was read", () => {
    ok(files.length >= FILE_COUNT_MIN, `only ${files.length} files were found`);
    ok(imports.length >= IMPORT_COUNT_MIN, `only ${imports.length} imports were found`);
    ok(hasImport(imports, "cli/main.ts", "cli/command-line.ts"), "a static import is missing");
    ok(
      hasImport(imports, "storage/embedded/metadata-thread.ts", "storage/embedded/metadata-worker.ts"),
      "a worker is missing",
    );
  });

  it("has a row in docs/ARCHITECTURE.md for every layer, and no row for a folder that is not there", () => {
    const withoutLayer = files.filter(({ path }) => layerOf(path, layers) === undefined);
    const measured = new Set(files.map(({ path }) => layerOf(path, layers)?.name));

    deepEqual(
      withoutLayer.map(({ path }) => path),
      [],
    );
    deepEqual(layers.map(({ name }) => name).sort(), [...measured].sort());
  });

  it("points from each layer only to where its row allows", () => {
    const forbidden = imports.filter(({ importer, imported }) => {
      const layer = layerOf(importer, layers);
      return (
        layer !== undefined &&
        layer !== layerOf(imported, layers) &&
        permissionFor(imported, layer, layers) === undefined
      );
    });

    deepEqual(forbidden, []);
  });

  it("uses every permission in the table", () => {
    const permitted = layers.flatMap(({ name, mayImport }) =>
      mayImport.map((folder) => `${name} → ${folder}`),
    );
    const used = new Set(
      imports.map(({ importer, imported }) => {
        const layer = layerOf(importer, layers);
        return layer ? `${layer.name} → ${permissionFor(imported, layer, layers)}` : "";
      }),
    );

    deepEqual(
      permitted.filter((permission) => !used.has(permission)),
      [],
    );
  });

  it("keeps the wire and the client's core free of Node", () => {
    const withNode = files
      .filter(({ path }) => ["protocol", "client"].includes(layerOf(path, layers)?.name ?? ""))
      .filter(({ modules }) => modules.some((name) => name.startsWith("node:")));

    deepEqual(
      withNode.map(({ path }) => path),
      [],
    );
    ok(
      files.some(({ modules }) => modules.includes("node:http")),
      "no import of a node: module was seen at all",
    );
  });

  it("has no cycle", () => {
    equal(findImportCycle(files)?.join(" → "), undefined);
  });
});

describe("findImportCycle()", () => {
  it("tells the way around", () => {
    const files = [sourceFile("a.ts", "b.ts"), sourceFile("b.ts", "c.ts"), sourceFile("c.ts", "b.ts")];

    deepEqual(findImportCycle(files), ["b.ts", "c.ts", "b.ts"]);
  });
});

function hasImport(imports: readonly Import[], importer: string, imported: string): boolean {
  return imports.some((edge) => edge.importer === importer && edge.imported === imported);
}

function sourceFile(path: string, ...imports: readonly string[]): SourceFile {
  return { path, text: "", imports, modules: [] };
}
