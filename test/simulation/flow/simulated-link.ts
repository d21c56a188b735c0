// A link with TCP connections on it, in steps of a few milliseconds: enough of TCP that the number of connections
// matters as it does in the world, and deterministic.
//
// Every connection has a congestion window: doubled each round trip at first, then one packet more each round trip, and
// cut by three tenths at a loss. Random losses hold a connection near the rate of Mathis et al. (1997), MSS / RTT ·
// C / √p; losses of a full queue share the link among all. A loss with few packets under way is found out only by the
// retransmission timer, so that the connection stands still for a while.

export interface LinkOptions {
  readonly rttMs: number;
  readonly bytesPerSecond: number;
  /** Of a packet, 0 … 1. */
  readonly loss: number;
}

export interface Connection {
  /** Bytes under way a round trip, in packets. */
  windowPackets: number;
  isSlowStart: boolean;
  standsUntilMs: number;
}

const PACKET_BYTES = 1448;
const INITIAL_PACKETS = 10;
const RETRANSMISSION_TIMER_MIN_MS = 200;
/** As of CUBIC: RFC 9438. */
const CUT = 0.7;
/** What waits before the link, in time at full rate. */
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
    return { windowPackets: INITIAL_PACKETS, isSlowStart: true, standsUntilMs: 0 };
  }

  /** How many bytes each of the connections, all of which have something to send, delivers within the step. */
  deliver(connections: readonly Connection[], nowMs: number, stepMs: number): readonly number[] {
    const { rttMs, bytesPerSecond } = this.#options;
    const wanted = connections.map((one) =>
      one.standsUntilMs > nowMs ? 0 : (one.windowPackets * PACKET_BYTES * stepMs) / rttMs,
    );
    const wantedBytes = wanted.reduce((sum, bytes) => sum + bytes, 0);
    const carriedBytes = (bytesPerSecond * stepMs) / 1000;
    const scale = Math.min(1, carriedBytes / Math.max(1, wantedBytes));
    // Windows may exceed the link by what the queue holds.
    const isQueueFull = wantedBytes * (rttMs / (rttMs + QUEUE_MS)) > carriedBytes;
    connections.forEach((one, index) => {
      const packets = ((wanted[index] ?? 0) * scale) / PACKET_BYTES;
      this.#adjust(one, { packets, isQueueFull, nowMs, stepMs });
    });
    return wanted.map((bytes) => bytes * scale);
  }

  #adjust(
    one: Connection,
    step: {
      readonly packets: number;
      readonly isQueueFull: boolean;
      readonly nowMs: number;
      readonly stepMs: number;
    },
  ): void {
    const { rttMs, loss } = this.#options;
    if (step.packets === 0) {
      return;
    }
    const roundTrips = step.stepMs / rttMs;
    const lossChance = 1 - (1 - loss) ** step.packets;
    const queueChance = step.isQueueFull ? Math.min(1, roundTrips) * 0.5 : 0;
    if (this.#random() < 1 - (1 - lossChance) * (1 - queueChance)) {
      if (one.windowPackets < 4 || this.#random() < loss) {
        one.standsUntilMs = step.nowMs + RETRANSMISSION_TIMER_MIN_MS + rttMs;
      }
      one.windowPackets = Math.max(2, one.windowPackets * CUT);
      one.isSlowStart = false;
      return;
    }
    one.windowPackets = one.isSlowStart
      ? one.windowPackets * 2 ** roundTrips
      : one.windowPackets + roundTrips;
  }
}
