// An upload in parts through a window, over a simulated link.
import type { TransferPlace, TransferWindow } from "../../../src/client/flow/transfer-window.ts";
import { type Connection, PACKET_BYTES, type SimulatedLink } from "./simulated-link.ts";
import type { VirtualClock } from "./virtual-clock.ts";

export interface UploadOptions {
  readonly clock: VirtualClock;
  readonly link: SimulatedLink;
  readonly window: TransferWindow;
  readonly random: () => number;
  readonly sizeBytes: number;
  readonly partSizeBytes: number;
  /** From a part's last byte to its answer, beside the round trip. */
  readonly commitMs: number;
  /** Of a request, to be cut off at a random byte. */
  readonly resetChance?: number;
  /** More requests than this at once get a 503 for an answer. */
  readonly requestCountMax?: number;
  /** Ends the simulation early: what has arrived by then is told. */
  readonly durationMaxMs?: number;
}

export interface UploadOutcome {
  readonly tookMs: number;
  readonly arrivedBytes: number;
}

interface Transfer {
  readonly place: TransferPlace;
  readonly sizeBytes: number;
  connection: Connection;
  takenBytes: number;
  arrivedBytes: number;
  /** The byte at which it is cut off. */
  resetAtByte: number;
  answerAtMs: number;
}

const STEP_MS = 10;
/** What node-exchange.ts hands to a socket at a time. */
const WRITE_SIZE_BYTES = 256 * 1024;

/** @returns how long it took */
export async function simulateUpload(options: UploadOptions): Promise<UploadOutcome> {
  const { clock, link, window, random, sizeBytes, partSizeBytes, durationMaxMs = 600_000 } = options;
  const startedAtMs = clock.now();
  const stop = new AbortController();
  const running = new Set<Transfer>();
  const idleConnections: Connection[] = [];
  let leftBytes = sizeBytes;
  let arrivedBytes = 0;

  const begin = (place: TransferPlace, bytes: number): Transfer => ({
    place,
    sizeBytes: bytes,
    connection: idleConnections.pop() ?? link.newConnection(),
    takenBytes: 0,
    arrivedBytes: 0,
    resetAtByte: random() < (options.resetChance ?? 0) ? random() * bytes : Number.POSITIVE_INFINITY,
    answerAtMs: Number.POSITIVE_INFINITY,
  });
  const waits = Array.from({ length: Math.ceil(sizeBytes / partSizeBytes) }, async (_, index) => {
    const place = await window.acquire(stop.signal);
    running.add(begin(place, Math.min(partSizeBytes, sizeBytes - index * partSizeBytes)));
  });
  const ended = Promise.allSettled(waits);

  await clock.advance(STEP_MS);
  while (leftBytes > 0 && clock.now() - startedAtMs < durationMaxMs) {
    const nowMs = clock.now();
    const sending = [...running].filter((one) => one.arrivedBytes < one.sizeBytes);
    const delivered = link.deliver(
      sending.map(({ connection }) => connection),
      nowMs,
      STEP_MS,
    );
    sending.forEach((one, index) => {
      one.arrivedBytes = Math.min(one.sizeBytes, one.arrivedBytes + (delivered[index] ?? 0));
      take(one);
      if (one.arrivedBytes >= one.resetAtByte) {
        one.place.failed({ kind: "connection-lost" });
        Object.assign(one, begin(one.place, one.sizeBytes), { connection: link.newConnection() });
      } else if (one.arrivedBytes >= one.sizeBytes) {
        one.answerAtMs = nowMs + link.rttMs + options.commitMs;
      }
    });
    for (const one of running) {
      if (one.answerAtMs > nowMs) {
        continue;
      }
      if (running.size > (options.requestCountMax ?? Number.POSITIVE_INFINITY) && random() < 0.5) {
        one.place.failed({ kind: "throttled" });
        Object.assign(one, begin(one.place, one.sizeBytes), { connection: one.connection });
        continue;
      }
      running.delete(one);
      idleConnections.push(one.connection);
      leftBytes -= one.sizeBytes;
      arrivedBytes += one.sizeBytes;
      one.place.release(one.sizeBytes);
    }
    await clock.advance(STEP_MS);
  }
  stop.abort();
  for (const one of running) {
    arrivedBytes += one.arrivedBytes;
    one.place.release(0);
  }
  await ended;
  return { tookMs: clock.now() - startedAtMs, arrivedBytes };
}

/** The socket's buffer holds twice what is under way, as Linux tunes it. */
function take(one: Transfer): void {
  const bufferBytes = Math.min(
    4 * 1024 * 1024,
    Math.max(16 * 1024, 2 * one.connection.windowPackets * PACKET_BYTES),
  );
  while (one.takenBytes < one.sizeBytes) {
    const piece = Math.min(WRITE_SIZE_BYTES, one.sizeBytes - one.takenBytes);
    // Node calls back when the kernel has taken the last byte of the piece.
    if (one.takenBytes + piece > one.arrivedBytes + bufferBytes && one.arrivedBytes < one.sizeBytes) {
      return;
    }
    one.takenBytes += piece;
    one.place.sent(piece);
  }
}
