// Does the link tell one stream from eight? On a long path that loses packets, TCP's own congestion control holds one
// connection far below the rate, and eight reach about eight times as much. A bench over a link where they did not would
// prove nothing about concurrency.

import { join } from "node:path";
import { execPath } from "node:process";
import { EmulatedLink, SERVER_ADDRESS } from "./emulated-link.ts";
import type { StreamsOrder } from "./send-streams.ts";
import { DISCARD_PORT, type SinkCounters } from "./sink.ts";
import { startSink } from "./upload-over-link.ts";

const SETTINGS = { rttMs: 50, mbits: 200, lossPercent: 0.5, seed: 1 };
const SECONDS = 8;

/** Eight streams get at least so many times what one gets, or the link is no link. */
const GAIN_MIN = 4;

export interface LinkCheck {
  readonly oneStreamMbits: number;
  readonly eightStreamsMbits: number;
  readonly isPassed: boolean;
}

export async function checkLink(relay: string): Promise<LinkCheck> {
  const oneStreamMbits = await streamRate(relay, 1);
  const eightStreamsMbits = await streamRate(relay, 8);
  return { oneStreamMbits, eightStreamsMbits, isPassed: eightStreamsMbits >= GAIN_MIN * oneStreamMbits };
}

export function describeLinkCheck({ oneStreamMbits, eightStreamsMbits, isPassed }: LinkCheck): string {
  const { rttMs, mbits, lossPercent } = SETTINGS;
  return (
    `link of ${mbits} Mbit/s, 2 × ${rttMs / 2} ms, ${lossPercent} % loss, cubic: one stream ` +
    `${oneStreamMbits.toFixed(1)} Mbit/s, eight streams ${eightStreamsMbits.toFixed(1)} Mbit/s ` +
    `(${(eightStreamsMbits / oneStreamMbits).toFixed(1)} ×, wanted ≥ ${GAIN_MIN}): ${isPassed ? "pass" : "FAIL"}`
  );
}

async function streamRate(relay: string, streamCount: number): Promise<number> {
  const link = await EmulatedLink.open(relay, SETTINGS);
  try {
    const sink = await startSink(link, { resetPercent: 0, seed: 1 });
    const order: StreamsOrder = {
      address: SERVER_ADDRESS,
      port: DISCARD_PORT,
      streamCount,
      seconds: SECONDS,
    };
    const sender = link.start("client", [
      ...[execPath, join(import.meta.dirname, "send-streams.ts")],
      JSON.stringify(order),
    ]);
    await sender.nextLine();
    const counters: SinkCounters = JSON.parse((await sink.end()) ?? "");
    await sender.kill();
    return (counters.discardedBytes * 8) / SECONDS / 1e6;
  } finally {
    await link.close();
  }
}
