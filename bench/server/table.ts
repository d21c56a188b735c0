// Rows of text, aligned.

const NAME_WIDTH = 74;
const CELL_WIDTH = 15;

export function printRow(name: string, ...cells: readonly string[]): void {
  console.log(
    [name.padEnd(NAME_WIDTH), ...cells.map((cell) => cell.padStart(CELL_WIDTH))].join("").trimEnd(),
  );
}

export function printHeading(name: string, ...cells: readonly string[]): void {
  console.log();
  printRow(name, ...cells);
}

/** The median, and between which values the rounds lie. */
export function describeRounds(values: readonly number[], digits: number): string {
  const sorted = values.toSorted((first, second) => first - second).map((value) => value.toFixed(digits));
  return `${sorted[0]} – ${sorted.at(-1)}`;
}
