// What the bench prints: a line for each run, and a table of verdicts.

import { type Cell, cellName } from "./cells.ts";
import type { Measurement } from "./upload-over-link.ts";
import {
  type CellResult,
  type Comparison,
  failureOf,
  judgeCell,
  medianSeconds,
  type Standing,
} from "./verdict.ts";

const NAME_WIDTH = 20;
const COLUMN_WIDTH = 33;

export function describeRun(cell: Cell, name: string, run: Measurement): string {
  const words = [
    cellName(cell).padEnd(NAME_WIDTH),
    name.padEnd(12),
    describeTime(run).padStart(9),
    `cpu ${run.cpuSeconds.toFixed(1)} s`,
  ];
  if (run.sink !== undefined) {
    words.push(`${run.sink.connections} connections, ${run.sink.bodies} bodies, ${run.sink.resets} resets`);
  }
  if (run.link !== undefined) {
    const { lost, queueDrops, overflows, meanLateUs } = run.link;
    words.push(
      `${lost} lost, ${queueDrops} dropped, ${overflows} overflown, late ${meanLateUs.toFixed(0)} µs`,
    );
  }
  if (run.failure !== undefined) {
    words.push(run.failure.slice(0, 200));
  }
  return words.join("  ");
}

/** A line a cell: what each contestant took, or, if our own upload is among them, how it compares. */
export function describeCells(cells: readonly CellResult[]): string {
  return cells.map((cell) => (hasOurs(cell) ? describeVerdict(cell) : describeTimes(cell))).join("\n");
}

/** Of how many cells each target is met. */
export function describeTargets(cells: readonly CellResult[]): string {
  const judged = cells.filter(hasOurs).map(judgeCell);
  const fixed = judged.map(({ bestFixed }) => bestFixed);
  const peers = judged.flatMap((cell) => cell.peers);
  const passed = (all: readonly Comparison[]) => all.filter(({ verdict }) => verdict === "pass").length;
  const bad = fixed.filter(({ verdict }) => verdict === "FAIL").length;
  return [
    `within 10 % of the best fixed setting: ${passed(fixed)} of ${fixed.length} cells; above 1.3 ×: ${bad}`,
    `at most 3 % slower than a peer, and faster where the link is long or lossy: ${passed(peers)} of ${peers.length}`,
  ].join("\n");
}

function hasOurs({ standings }: CellResult): boolean {
  return standings.some(({ role }) => role === "ours");
}

function describeTimes(cell: CellResult): string {
  const times = cell.standings.map((standing) => `${standing.name} ${describeStanding(standing)}`);
  return `= ${cellName(cell).padEnd(NAME_WIDTH)} ${times.join(", ")}`;
}

function describeVerdict(cell: CellResult): string {
  const { bestFixed, peers } = judgeCell(cell);
  const [ours] = cell.standings.filter(({ role }) => role === "ours");
  const columns = [bestFixed, ...peers].map((one) => describeComparison(one, cell).padEnd(COLUMN_WIDTH));
  return `= ${cellName(cell).padEnd(NAME_WIDTH)} ours ${describeStanding(ours).padEnd(9)} ${columns.join("")}`;
}

function describeComparison(
  { with: other, ratio, isBound, failure, verdict }: Comparison,
  cell: CellResult,
): string {
  const standing = cell.standings.find(({ name }) => name === other);
  if (failure !== undefined) {
    return `${other} failed ${verdict}`;
  }
  const text = ratio === undefined ? "-" : `${isBound ? "≤ " : ""}${ratio.toFixed(3)}`;
  return `${other} ${describeStanding(standing)} ${text} ${verdict}`;
}

export function describeStanding(standing: Standing | undefined): string {
  if (standing === undefined) {
    return "-";
  }
  if (failureOf(standing) !== undefined) {
    return "failed";
  }
  const isStopped = standing.runs.some((run) => run.isStopped);
  return `${isStopped ? "> " : ""}${medianSeconds(standing).toFixed(1)} s`;
}

function describeTime({ seconds, isStopped, failure }: Measurement): string {
  if (failure !== undefined) {
    return "failed";
  }
  return `${isStopped ? "> " : ""}${seconds.toFixed(2)} s`;
}
