// What the measurements say: for each cell our upload against the best fixed setting and against the peers.

import type { Cell, Contestant } from "./cells.ts";

/** Ours may take so much longer than the best fixed setting of the cell. */
const BEST_FIXED_MAX = 1.1;
/** Beyond this it is not a miss but a failure. */
const BEST_FIXED_FAILURE = 1.3;
/** And so much longer than a peer with its defaults. */
const PEER_MAX = 1.03;
/** A peer that gets so much of the link leaves nothing to be faster by. */
const FULL_LINK_SHARE = 0.9;
const LONG_RTT_MS = 100;

/** All runs of one contestant in one cell. */
export interface Standing extends Pick<Contestant, "name" | "role"> {
  readonly runs: readonly StandingRun[];
}

interface StandingRun {
  readonly seconds: number;
  readonly isStopped: boolean;
  readonly failure?: string;
}

export interface CellResult extends Cell {
  readonly sizeBytes: number;
  readonly standings: readonly Standing[];
}

/** Ours in proportion to another's time: below 1 we are faster. */
export interface Comparison {
  readonly with: string;
  /** At most this, when the other was stopped at the limit; undefined when it failed. */
  readonly ratio: number | undefined;
  readonly isBound: boolean;
  readonly failure?: string;
  readonly verdict: "FAIL" | "miss" | "pass";
}

export interface CellVerdict {
  readonly oursSeconds: number;
  readonly bestFixed: Comparison;
  readonly peers: readonly Comparison[];
}

export function judgeCell(cell: CellResult): CellVerdict {
  const [ours] = cell.standings.filter(({ role }) => role === "ours");
  if (ours === undefined) {
    throw new Error("impossible: a cell without our own upload");
  }
  const oursSeconds = failureOf(ours) === undefined ? medianSeconds(ours) : Number.POSITIVE_INFINITY;
  const finished = cell.standings.filter((one) => one.role === "fixed" && failureOf(one) === undefined);
  const [best] = finished.toSorted((left, right) => medianSeconds(left) - medianSeconds(right));
  return {
    oursSeconds,
    bestFixed: compareWithFixed(oursSeconds, best),
    peers: cell.standings
      .filter(({ role }) => role === "peer")
      .map((peer) => compareWithPeer(oursSeconds, peer, cell)),
  };
}

/** The middle one of an odd number of runs, the mean of the two middle ones of an even number. */
export function medianSeconds({ runs }: Standing): number {
  const sorted = runs.map(({ seconds }) => seconds).toSorted((left, right) => left - right);
  const [low = Number.NaN, high = low] = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1);
  return (low + high) / 2;
}

/** Why one of the runs failed; a client that fails once cannot be relied on. */
export function failureOf({ runs }: Standing): string | undefined {
  return runs.find(({ failure }) => failure !== undefined)?.failure;
}

function compareWithFixed(oursSeconds: number, best: Standing | undefined): Comparison {
  if (best === undefined) {
    const verdict = Number.isFinite(oursSeconds) ? "pass" : "FAIL";
    return { with: "none", ratio: undefined, isBound: false, verdict };
  }
  const ratio = oursSeconds / medianSeconds(best);
  const missOrFail = ratio <= BEST_FIXED_FAILURE ? "miss" : "FAIL";
  const verdict = ratio <= BEST_FIXED_MAX ? "pass" : missOrFail;
  return { with: best.name, ratio, isBound: isStopped(best), verdict };
}

function compareWithPeer(oursSeconds: number, peer: Standing, cell: CellResult): Comparison {
  const failure = failureOf(peer);
  if (failure !== undefined) {
    const verdict = Number.isFinite(oursSeconds) ? "pass" : "FAIL";
    return { with: peer.name, ratio: undefined, isBound: false, failure, verdict };
  }
  const ratio = oursSeconds / medianSeconds(peer);
  const ratioMax = mustBeFaster(peer, cell) ? 1 : PEER_MAX;
  const verdict = ratio <= ratioMax ? "pass" : "FAIL";
  return { with: peer.name, ratio, isBound: isStopped(peer), verdict };
}

/** On long and on lossy links, where the peer leaves room for it. */
function mustBeFaster(peer: Standing, { rttMs, fault, mbits, sizeBytes }: CellResult): boolean {
  const linkSeconds = (sizeBytes * 8) / (mbits * 1e6);
  const leavesRoom = linkSeconds / medianSeconds(peer) < FULL_LINK_SHARE;
  return (rttMs >= LONG_RTT_MS || fault === "loss") && leavesRoom;
}

function isStopped({ runs }: Standing): boolean {
  return runs.some((run) => run.isStopped);
}
