// One measurement: a fresh link, a fresh server at its far end, one upload by one client. Nothing is carried over from
// one to the next: no connection, no congestion window, no file that a client keeps in its home.

import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { execPath } from "node:process";
import { type Cell, type Contestant, LOSS_PERCENT, RESET_PERCENT, sizeOfCell } from "./cells.ts";
import { EmulatedLink, type LinkCounters, type LinkSettings, SERVER_ADDRESS } from "./emulated-link.ts";
import type { Program } from "./program.ts";
import { HTTP_PORT, type SinkCounters, type SinkSettings } from "./sink.ts";
import type { UploadOrder, UploadReport } from "./upload-once.ts";

/** For the start of the client's process, which its own limit does not count. */
const GRACE_SECONDS = 10;

export interface Workshop {
  /** The compiled relay. */
  readonly relay: string;
  readonly folder: string;
  /** A file of that many bytes, which stays in the page cache. */
  readonly fileOf: (sizeBytes: number) => string;
  /** After so long an upload is stopped; it counts as slower than that. */
  readonly limitSeconds: number;
}

export interface Measurement extends UploadReport {
  readonly sink: SinkCounters | undefined;
  /** From the client to the server. */
  readonly link: LinkCounters | undefined;
}

export async function uploadOverLink(
  workshop: Workshop,
  cell: Cell,
  { client, options }: Contestant,
  seed: number,
): Promise<Measurement> {
  const { relay, folder, fileOf, limitSeconds } = workshop;
  const home = await mkdtemp(join(folder, "home-"));
  const link = await EmulatedLink.open(relay, linkOf(cell, seed));
  let report: UploadReport;
  let sinkCounters: SinkCounters | undefined;
  let counters: LinkCounters | undefined;
  try {
    const sink = await startSink(link, { resetPercent: cell.fault === "resets" ? RESET_PERCENT : 0, seed });
    const endpoint = `http://${SERVER_ADDRESS}:${HTTP_PORT}`;
    const order: UploadOrder = { client, options, endpoint, file: fileOf(sizeOfCell(cell)), limitSeconds };
    const words = [execPath, join(import.meta.dirname, "upload-once.ts"), JSON.stringify(order)];
    // Settings and states that a client may keep are looked for in the home, and there are none.
    const upload = link.start("client", words, { HOME: home, XDG_STATE_HOME: home, XDG_CONFIG_HOME: home });
    report = await reportWithin(upload, limitSeconds);
    sinkCounters = JSON.parse((await sink.end()) ?? "null") ?? undefined;
  } finally {
    counters = (await link.close())?.up;
    await rm(home, { recursive: true, force: true });
  }
  return { ...checked(report, sinkCounters, cell), sink: sinkCounters, link: counters };
}

export async function startSink(
  link: EmulatedLink,
  settings: Pick<SinkSettings, "resetPercent" | "seed">,
): Promise<Program> {
  const order: SinkSettings = { address: SERVER_ADDRESS, ...settings };
  const sink = link.start("server", [execPath, join(import.meta.dirname, "sink.ts"), JSON.stringify(order)]);
  await sink.nextLine();
  return sink;
}

function linkOf({ rttMs, mbits, fault }: Cell, seed: number): LinkSettings {
  return { rttMs, mbits, lossPercent: fault === "loss" ? LOSS_PERCENT : 0, seed };
}

/** A client that is too busy to give up at the limit is ended soon after it. */
async function reportWithin(upload: Program, limitSeconds: number): Promise<UploadReport> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), (limitSeconds + GRACE_SECONDS) * 1_000);
  });
  try {
    const line = await Promise.race([upload.nextLine(), limit]);
    return line === undefined
      ? { seconds: limitSeconds, cpuSeconds: 0, decisions: [], isStopped: true }
      : JSON.parse(line);
  } finally {
    clearTimeout(timer);
    await upload.kill();
  }
}

/** What a client takes for a success is one only if every byte arrived. */
function checked(report: UploadReport, sink: SinkCounters | undefined, cell: Cell): UploadReport {
  const isSuccess = report.failure === undefined && !report.isStopped;
  if (!isSuccess || sink?.objectBytes === sizeOfCell(cell)) {
    return report;
  }
  return { ...report, failure: `the object has ${sink?.objectBytes} bytes instead of ${sizeOfCell(cell)}` };
}
