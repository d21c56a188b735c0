// The grid: on what links the clients are compared, and with what settings.

import type { UploadOrder } from "./upload-once.ts";

const MIB = 1024 * 1024;

/** How long the link needs for a cell's bytes if it is never idle. */
const CELL_SECONDS = 20;

const RTTS_MS = [1, 20, 100];
const RATES_MBITS = [10, 50, 200];

type Fault = "clean" | "loss" | "resets";
const FAULTS: readonly Fault[] = ["clean", "loss", "resets"];

export const LOSS_PERCENT = 0.5;
export const RESET_PERCENT = 1;

export interface Cell {
  readonly rttMs: number;
  readonly mbits: number;
  readonly fault: Fault;
}

/** A client with its settings. */
export interface Contestant extends Pick<UploadOrder, "client" | "options"> {
  readonly name: string;
  /** `ours`: nothing given; `fixed`: one of the settings that the adaptive one must match; `peer`: its defaults. */
  readonly role: "fixed" | "ours" | "peer";
}

export const cells: readonly Cell[] = RTTS_MS.flatMap((rttMs) =>
  RATES_MBITS.flatMap((mbits) => FAULTS.map((fault) => ({ rttMs, mbits, fault }))),
);

/** One that every client fills, one that needs many connections, and one that breaks them. */
export const quickCells: readonly Cell[] = [
  { rttMs: 1, mbits: 50, fault: "clean" },
  { rttMs: 100, mbits: 50, fault: "loss" },
  { rttMs: 20, mbits: 200, fault: "resets" },
];

export const contestants: readonly Contestant[] = [
  { name: "ours", role: "ours", client: "partwise", options: {} },
  ...[2, 8, 32].flatMap((concurrency) => [1, 8].map((mib) => fixedSetting(concurrency, mib))),
  { name: "ali-oss", role: "peer", client: "ali-oss", options: {} },
  { name: "lib-storage", role: "peer", client: "lib-storage", options: {} },
];

function fixedSetting(concurrency: number, mib: number): Contestant {
  const options = { concurrency, partSize: mib * MIB };
  return { name: `${concurrency}x${mib}MiB`, role: "fixed", client: "partwise", options };
}

export function cellName({ rttMs, mbits, fault }: Cell): string {
  return `${rttMs}ms-${mbits}mbit-${fault}`;
}

export function sizeOfCell({ mbits }: Cell): number {
  return (CELL_SECONDS * mbits * 1e6) / 8;
}
