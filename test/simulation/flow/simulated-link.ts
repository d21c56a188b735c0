// A link with TCP connections on it, in steps of a few milliseconds: enough of TCP that the number of connections
// matters as it does in the world, and deterministic.
//
// Every connection has a congestion window. It doubles each round trip at first, is cut at a loss, and then grows as in
// CUBIC (RFC 9438), or as in Reno where that is faster. Random losses so hold a connection near the rate of Mathis et
// al. (1997), MSS / RTT · C / √p. What exceeds the link waits in a queue, which makes the round trip longer, and is lost
// when the queue is full. With few packets under way a loss is found out only by the retransmission timer, so that the
// connection stands still for a while.

export interface LinkOptions {
  /** Without the queue. */
  readonly rttMs: number;
  readonly bytesPerSecond: number;
  /** Of a packet, 0 … 1. */
  readonly loss: number;
}

export interface Connection {
  /** What may be under way. */
  windowPackets: number;
  /** The window at the latest loss; undefined before the first. */
  peakPackets: number | undefined;
  lossAtMs: number;
  standsUntilMs: number;
}

export const PACKET_BYTES = 1448;
const INITIAL_PACKETS = 10;
const LEAST_PACKETS = 2;
const RETRANSMISSION_TIMER_MIN_MS = 200;
/** The constants of CUBIC. */
const CUT = 0.7;
const CUBIC = 0.4;
const RENO_FRIENDLY = 0.53;
/** What the queue holds, in time at the link's rate. */
const QUEUE_MS = 50;

export class SimulatedLink {
  readonly #options: LinkOptions;
  readonly #random: () => number;

  constructor(options: LinkOptions, random: () => number) {
    this.#options = options;
    this.#random = random;
  }

  get rttMs(): number {
    return this.#options.rttMs;
  }

  newConnection(): Connection {
    return { windowPackets: INITIAL_PACKETS, peakPackets: undefined, lossAtMs: 0, standsUntilMs: 0 };
  }

  /** How many bytes each of the connections, all of which have something to send, delivers within the step. */
  deliver(connections: readonly Connection[], nowMs: number, stepMs: number): readonly number[] {
    const { rttMs, bytesPerSecond, loss } = this.#options;
    const moving = connections.filter(({ standsUntilMs }) => standsUntilMs <= nowMs);
    const underWayMs =
      (moving.reduce((sum, { windowPackets }) => sum + windowPackets, 0) * PACKET_BYTES * 1000) /
      bytesPerSecond;
    const roundTripMs = Math.min(Math.max(rttMs, underWayMs), rttMs + QUEUE_MS);
    const droppedShare = Math.max(0, 1 - roundTripMs / underWayMs);
    const roundTrips = stepMs / roundTripMs;
    const delivered = new Map<Connection, number>();
    for (const one of moving) {
      const packets = one.windowPackets * (1 - droppedShare) * roundTrips;
      delivered.set(one, packets * PACKET_BYTES);
      const lossChance =
        1 - (1 - loss) ** packets * (1 - droppedShare) ** (one.windowPackets * Math.min(1, roundTrips));
      if (this.#random() < lossChance) {
        this.#lose(one, nowMs);
      } else {
        this.#grow(one, nowMs, stepMs / roundTripMs);
      }
    }
    return connections.map((one) => delivered.get(one) ?? 0);
  }

  #lose(one: Connection, nowMs: number): void {
    const { rttMs } = this.#options;
    if (nowMs - one.lossAtMs < rttMs) {
      // Losses of one round trip count once.
      return;
    }
    if (one.windowPackets < 2 * LEAST_PACKETS) {
      one.standsUntilMs = nowMs + RETRANSMISSION_TIMER_MIN_MS + rttMs;
    }
    one.peakPackets = one.windowPackets;
    one.windowPackets = Math.max(LEAST_PACKETS, one.windowPackets * CUT);
    one.lossAtMs = nowMs;
  }

  #grow(one: Connection, nowMs: number, roundTrips: number): void {
    if (one.peakPackets === undefined) {
      one.windowPackets *= 2 ** roundTrips;
      return;
    }
    const sinceLossS = (nowMs - one.lossAtMs) / 1000;
    const plateauS = Math.cbrt((one.peakPackets * (1 - CUT)) / CUBIC);
    const cubic = CUBIC * (sinceLossS - plateauS) ** 3 + one.peakPackets;
    one.windowPackets = Math.max(cubic, one.windowPackets + RENO_FRIENDLY * roundTrips);
  }
}
