// Draws what run.ts measured: node bench/network/plot.ts RESULT.json docs/network.svg
//
// A panel for each fault, a row for each link, a mark for each contestant, along the time that it took in proportion to
// what the link needs for the bytes. All marks of a row are comparable; the further left, the faster.

import { readFile, writeFile } from "node:fs/promises";
import { argv } from "node:process";
import type { NetworkResult } from "./run.ts";
import { type CellResult, failureOf, medianSeconds, type Standing } from "./verdict.ts";

const PANELS = [
  { fault: "clean", title: "clean" },
  { fault: "loss", title: "0.5 % of packets lost" },
  { fault: "resets", title: "1 % of requests reset" },
] as const;
const TICKS = [1, 1.5, 2, 3, 4, 6];
const TIME_MAX = 7;

const LABEL_WIDTH = 132;
const PANEL_WIDTH = 290;
const PANEL_GAP = 26;
const ROW_HEIGHT = 30;
const TOP = 104;
const BOTTOM = 46;
const WIDTH = LABEL_WIDTH + PANELS.length * (PANEL_WIDTH + PANEL_GAP);

const INK = "#1f2933";
const FAINT = "#d9dee4";
const GREY = "#9aa5b1";
const COLOURS: Readonly<Record<string, string>> = {
  ours: "#0b62c4",
  "ali-oss": "#d9480f",
  "lib-storage": "#2b8a3e",
};

if (import.meta.main) {
  const [, , from = "", to = ""] = argv;
  const result: NetworkResult = JSON.parse(await readFile(from, "utf8"));
  await writeFile(to, drawNetwork(result));
}

function drawNetwork({ cells, limitSeconds }: NetworkResult): string {
  const links = [...new Map(cells.map((cell) => [linkName(cell), cell])).values()].toSorted(
    (left, right) => left.rttMs - right.rttMs || left.mbits - right.mbits,
  );
  const height = TOP + links.length * ROW_HEIGHT + BOTTOM;
  const rows = links.map((link, index) =>
    text({ x: LABEL_WIDTH - 12, y: rowY(index) + 4, anchor: "end", words: linkName(link) }),
  );
  const panels = PANELS.map(({ fault, title }, index) => {
    const ofFault = links.map((link) =>
      cells.find((cell) => cell.fault === fault && linkName(cell) === linkName(link)),
    );
    return drawPanel(ofFault, title, LABEL_WIDTH + index * (PANEL_WIDTH + PANEL_GAP));
  });
  const note = `× failed · ▸ longer than drawn, or stopped after ${limitSeconds} s`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img"`,
    ` aria-label="Time of an upload over 27 links, by client" font-family="system-ui, sans-serif" font-size="12" fill="${INK}">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text({
      x: 16,
      y: 28,
      words: "Uploads of 20 s worth of bytes over emulated links",
      size: 16,
      weight: 600,
    }),
    legend(),
    ...rows,
    ...panels,
    text({
      x: LABEL_WIDTH,
      y: height - 10,
      words: "time of the upload, in proportion to what the link needs for the bytes",
    }),
    text({ x: WIDTH - PANEL_GAP, y: height - 10, words: note, anchor: "end" }),
    "</svg>\n",
  ].join("\n");
}

function drawPanel(cells: readonly (CellResult | undefined)[], title: string, left: number): string {
  const bottom = TOP + cells.length * ROW_HEIGHT;
  const grid = TICKS.map((tick) => {
    const x = left + timeX(tick);
    return [
      `<line x1="${x}" x2="${x}" y1="${TOP}" y2="${bottom}" stroke="${FAINT}"/>`,
      text({ x, y: bottom + 15, anchor: "middle", words: `${tick}×`, size: 11 }),
    ].join("");
  });
  const marks = cells.map((cell, index) => (cell === undefined ? "" : drawRow(cell, left, rowY(index))));
  return [text({ x: left, y: TOP - 12, words: title, weight: 600 }), ...grid, ...marks].join("\n");
}

/** Ours comes last, above the others. */
function drawRow(cell: CellResult, left: number, y: number): string {
  const linkSeconds = (cell.sizeBytes * 8) / (cell.mbits * 1e6);
  const order = { fixed: 0, peer: 1, ours: 2 };
  const standings = cell.standings.toSorted((one, other) => order[one.role] - order[other.role]);
  const line = `<line x1="${left}" x2="${left + PANEL_WIDTH}" y1="${y}" y2="${y}" stroke="${FAINT}"/>`;
  return [line, ...standings.map((standing) => drawStanding(standing, linkSeconds, left, y))].join("");
}

function drawStanding(standing: Standing, linkSeconds: number, left: number, y: number): string {
  const { name, runs } = standing;
  const end = left + PANEL_WIDTH;
  const title = `<title>${escapeXml(`${name}: ${describe(standing)}`)}</title>`;
  if (failureOf(standing) !== undefined) {
    const x = end - (name === "ali-oss" ? 20 : 6);
    return `<g>${title}${text({ x, y: y + 5, anchor: "middle", words: "×", size: 15, weight: 700, fill: COLOURS[name] ?? GREY })}</g>`;
  }
  const time = medianSeconds(standing) / linkSeconds;
  if (time > TIME_MAX || runs.some(({ isStopped }) => isStopped)) {
    const x = end - (name === "ali-oss" ? 20 : 6);
    return `<g>${title}${text({ x, y: y + 4, anchor: "middle", words: "▸", size: 13, fill: COLOURS[name] ?? GREY })}</g>`;
  }
  return `<g>${title}${mark(name, left + timeX(time), y)}</g>`;
}

function mark(name: string, x: number, y: number): string {
  const fill = COLOURS[name];
  switch (name) {
    case "ours":
      return `<circle cx="${x}" cy="${y}" r="6" fill="${fill}"/>`;
    case "ali-oss":
      return `<rect x="${x - 4.5}" y="${y - 4.5}" width="9" height="9" fill="${fill}"/>`;
    case "lib-storage":
      return `<path d="M${x} ${y - 6} l6 11 h-12 z" fill="${fill}"/>`;
    default:
      return `<line x1="${x}" x2="${x}" y1="${y - 9}" y2="${y + 9}" stroke="${GREY}" stroke-width="2"/>`;
  }
}

function legend(): string {
  const entries = [
    ["ours", "Partwise, nothing set"],
    ["fixed", "Partwise, six fixed settings"],
    ["ali-oss", "ali-oss, defaults"],
    ["lib-storage", "@aws-sdk/lib-storage, defaults"],
  ] as const;
  return entries
    .map(([name, words], index) => {
      const x = 24 + index * 215;
      return mark(name, x, 56) + text({ x: x + 14, y: 60, words });
    })
    .join("\n");
}

function describe(standing: Standing): string {
  return failureOf(standing) ?? `${medianSeconds(standing).toFixed(1)} s`;
}

function linkName({ rttMs, mbits }: Pick<CellResult, "mbits" | "rttMs">): string {
  return `${rttMs} ms, ${mbits} Mbit/s`;
}

/** Logarithmic: a factor is the same step anywhere. */
function timeX(time: number): number {
  return round(6 + (Math.log(Math.max(1, time)) / Math.log(TIME_MAX)) * (PANEL_WIDTH - 34));
}

function rowY(index: number): number {
  return TOP + index * ROW_HEIGHT + ROW_HEIGHT / 2;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

interface Words {
  readonly x: number;
  readonly y: number;
  readonly words: string;
  readonly anchor?: "end" | "middle";
  readonly size?: number;
  readonly weight?: number;
  readonly fill?: string;
}

function text({ x, y, words, anchor, size, weight, fill }: Words): string {
  const attributes = { "text-anchor": anchor, "font-size": size, "font-weight": weight, fill };
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${value}"`);
  return `<text x="${x}" y="${y}"${written.join("")}>${escapeXml(words)}</text>`;
}

function escapeXml(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
