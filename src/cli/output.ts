// The three ways the command speaks: a live line on a terminal, plain lines elsewhere, one JSON event a line for
// programs. Results go to standard output, progress to standard error, so that one can be kept without the other.
import type { UploadProgress } from "../client/node/index.ts";
import { type ProgressFigures, renderProgress } from "./progress-bar.ts";

export interface Output {
  /** A line for people; programs do not get it. */
  line(text?: string): void;
  /** An event for programs; people do not get it. */
  event(event: Readonly<Record<string, unknown>>): void;
  /** Called as often as there is news; shown as often as makes sense. */
  progress(figures: ProgressFigures): void;
  /** Takes the live line away. */
  endProgress(): void;
}

export interface OutputStreams {
  readonly out: { write(text: string): unknown };
  readonly progress: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
  readonly now: () => number;
}

/** What an upload tells, for `progress`. */
export function uploadFigures(progress: UploadProgress): Omit<ProgressFigures, "elapsedMs" | "label"> {
  const { bytesSent, totalBytes, partsDone, partsInFlight, partCount } = progress;
  return { bytesSent, totalBytes, parts: { partsDone, partsInFlight, partCount } };
}

const LIVE_INTERVAL_MS = 100;
const PLAIN_INTERVAL_MS = 2_000;
const JSON_INTERVAL_MS = 500;

export function createOutput(options: { readonly json: boolean }, streams: OutputStreams): Output {
  if (options.json) {
    return jsonOutput(streams);
  }
  return streams.progress.isTTY ? terminalOutput(streams) : plainOutput(streams);
}

function jsonOutput({ out, now }: OutputStreams): Output {
  const isDue = throttle(JSON_INTERVAL_MS, now);
  const write = (event: Readonly<Record<string, unknown>>) =>
    out.write(`${JSON.stringify(event, writeBigInt)}\n`);
  return {
    line() {},
    event: write,
    progress(figures) {
      if (isDue()) {
        const { parts, ...others } = figures;
        write({ event: "progress", ...others, ...parts });
      }
    },
    endProgress() {},
  };
}

function terminalOutput({ out, progress, now }: OutputStreams): Output {
  const isDue = throttle(LIVE_INTERVAL_MS, now);
  let isLive = false;
  const clear = () => {
    if (isLive) {
      progress.write("\r\u001B[K");
      isLive = false;
    }
  };
  return {
    line(text = "") {
      clear();
      out.write(`${text}\n`);
    },
    event() {},
    progress(figures) {
      if (isDue()) {
        progress.write(`\r\u001B[K${renderProgress(figures, progress.columns ?? 80)}`);
        isLive = true;
      }
    },
    endProgress: clear,
  };
}

function plainOutput({ out, progress, now }: OutputStreams): Output {
  const isDue = throttle(PLAIN_INTERVAL_MS, now);
  return {
    line(text = "") {
      out.write(`${text}\n`);
    },
    event() {},
    progress(figures) {
      if (isDue()) {
        progress.write(`${renderProgress(figures, 200)}\n`);
      }
    },
    endProgress() {},
  };
}

/** True at most once in `intervalMs`, and not at once: what is quick needs no progress. */
function throttle(intervalMs: number, now: () => number): () => boolean {
  let lastMs = now();
  return () => {
    if (now() - lastMs < intervalMs) {
      return false;
    }
    lastMs = now();
    return true;
  };
}

// A CRC-64 does not fit a JSON number.
function writeBigInt(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
