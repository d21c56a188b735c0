// Prints what run.ts measured as a table in Markdown: node bench/network/table.ts docs/network.json

import { readFile } from "node:fs/promises";
import { argv } from "node:process";
import { describeStanding, describeTargets } from "./report.ts";
import type { NetworkResult } from "./run.ts";
import { type CellResult, type Comparison, judgeCell } from "./verdict.ts";

const HEAD = [
  "| round trip, rate, fault | ours | best fixed | ratio | ali-oss | ratio | lib-storage | ratio |",
  "| --- | --- | --- | --- | --- | --- | --- | --- |",
];

const { cells }: NetworkResult = JSON.parse(await readFile(argv[2] ?? "", "utf8"));
console.log([...HEAD, ...cells.map(rowOf)].join("\n"));
console.log(`\n${describeTargets(cells)}`);

function rowOf(cell: CellResult): string {
  const { bestFixed, peers } = judgeCell(cell);
  const named = (name: string): string =>
    describeStanding(cell.standings.find((standing) => standing.name === name));
  const columns = [
    `${cell.rttMs} ms, ${cell.mbits} Mbit/s, ${cell.fault}`,
    named("ours"),
    `${named(bestFixed.with)} (${bestFixed.with})`,
    ratioOf(bestFixed),
    ...peers.flatMap((peer) => [named(peer.with), ratioOf(peer)]),
  ];
  return `| ${columns.join(" | ")} |`;
}

/** What misses its target stands out. */
function ratioOf({ ratio, isBound, verdict }: Comparison): string {
  if (ratio === undefined) {
    return "–";
  }
  const text = `${isBound ? "≤ " : ""}${ratio.toFixed(2)}`;
  return verdict === "pass" ? text : `**${text}**`;
}
