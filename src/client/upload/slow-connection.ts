// Which part under way had better be sent again from its first byte, because its connection is so much slower than those
// beside it. Pure: the time is a parameter.
//
// One of many connections often gets a worse path, or a worse machine at its other end, and stays slow for as long as it
// lives. When all are slow, none is: only what others reach at the same time says what a connection might carry.

export interface SendingPart {
  readonly partNumber: number;
  readonly sizeBytes: number;
  /** In its present attempt, which is `ageMs` old. */
  readonly sentBytes: number;
  readonly ageMs: number;
  /** It is sent again at most once, and not while it is sent twice. */
  readonly mayBeSentAgain: boolean;
}

export interface ConnectionsSituation {
  readonly sending: readonly SendingPart[];
  /** Bytes a millisecond, of the attempts that ended well lately. */
  readonly finishedRates: readonly number[];
  /** What may still be sent for nothing. */
  readonly affordableBytes: number;
}

/** Of the median of its peers. */
const SLOW_SHARE = 0.25;
/** Connections begin slowly, and stop for a moment now and then. */
const AGE_MIN_MS = 5_000;
/** Fewer others than this show nothing. */
const PEER_COUNT_MIN = 4;
/** What is nearly there is left to arrive. */
const REMAINING_SHARE_MIN = 0.25;

export interface SlowConnection {
  readonly partNumber: number;
  /** What it has sent, for nothing. */
  readonly lostBytes: number;
  /** Both in bytes a second. */
  readonly goodput: number;
  readonly usualGoodput: number;
}

/** @returns the slowest, if it is to be sent again */
export function slowConnection(situation: ConnectionsSituation): SlowConnection | undefined {
  const { sending, finishedRates, affordableBytes } = situation;
  const observed = sending.filter(
    ({ ageMs, sentBytes, sizeBytes }) => ageMs >= AGE_MIN_MS && sentBytes < sizeBytes,
  );
  const [slowest, ...others] = observed.toSorted((left, right) => rateOf(left) - rateOf(right));
  if (slowest === undefined) {
    return undefined;
  }
  const peers = [...finishedRates, ...others.map(rateOf)].sort((left, right) => left - right);
  const usual = peers[Math.floor((peers.length - 1) / 2)] ?? 0;
  const { partNumber, sizeBytes, sentBytes, mayBeSentAgain } = slowest;
  const isSlow = peers.length >= PEER_COUNT_MIN && rateOf(slowest) < SLOW_SHARE * usual;
  const isFar = sizeBytes - sentBytes >= REMAINING_SHARE_MIN * sizeBytes;
  return isSlow && isFar && mayBeSentAgain && sentBytes <= affordableBytes
    ? { partNumber, lostBytes: sentBytes, goodput: rateOf(slowest) * 1000, usualGoodput: usual * 1000 }
    : undefined;
}

function rateOf({ sentBytes, ageMs }: SendingPart): number {
  return sentBytes / ageMs;
}
