// The table of layers in docs/ARCHITECTURE.md: what the document promises about imports, for the test that measures them.
import { readFile } from "node:fs/promises";

const DOCUMENT = new URL("../../docs/ARCHITECTURE.md", import.meta.url);

/** One row: a folder of src/, and the folders that its files may import from besides itself. */
export interface Layer {
  readonly name: string;
  readonly mayImport: readonly string[];
}

/** The rows under the heading `## Layers`, whose columns are `layer` and `may import`. */
export async function readLayerTable(): Promise<readonly Layer[]> {
  const document = await readFile(DOCUMENT, "utf8");
  const section = document.split(/^## /m).find((text) => /^Layers\s*$/m.test(text.split("\n")[0] ?? ""));
  if (section === undefined) {
    throw new Error("docs/ARCHITECTURE.md has no section '## Layers'");
  }
  const [header = [], , ...rows] = section.split("\n").filter(isRow).map(cellsOf);
  if (header[0] !== "layer" || header[1] !== "may import") {
    throw new Error("the table under '## Layers' does not begin with the columns 'layer' and 'may import'");
  }
  return rows.map(([name = "", mayImport = ""]) => ({ name, mayImport: foldersIn(mayImport) }));
}

/** The layer that a file belongs to: the row with the longest name that its path begins with. */
export function layerOf(path: string, layers: readonly Layer[]): Layer | undefined {
  return layers
    .filter(({ name }) => path.startsWith(`${name}/`))
    .sort((left, right) => right.name.length - left.name.length)[0];
}

/**
 * The permission of a layer's row that lets it import a file: the file's layer, or a folder inside that layer.
 * The name of a layer does not stand for the layers in folders below it: `client` is not `client/node`.
 */
export function permissionFor(path: string, layer: Layer, layers: readonly Layer[]): string | undefined {
  const target = layerOf(path, layers);
  return layer.mayImport.find(
    (folder) => folder === target?.name || (!isLayer(folder, layers) && path.startsWith(`${folder}/`)),
  );
}

function isLayer(folder: string, layers: readonly Layer[]): boolean {
  return layers.some(({ name }) => name === folder);
}

function isRow(line: string): boolean {
  return line.startsWith("|");
}

function cellsOf(row: string): string[] {
  return row
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll("`", ""));
}

function foldersIn(cell: string): string[] {
  return cell === "nothing" ? [] : cell.split(",").map((folder) => folder.trim().replace(/\/\*$/, ""));
}
