// One line of progress, from numbers alone: what a terminal shows while an upload runs.
import { formatDuration, formatRate, formatSize } from "./quantities.ts";

export interface ProgressFigures {
  readonly label: string;
  readonly bytesSent: number;
  readonly totalBytes: number;
  readonly partsDone: number;
  readonly partsInFlight: number;
  readonly partCount: number;
  readonly elapsedMs: number;
}

const BAR_WIDTH_MAX = 24;

/** `big.bin ████████░░░░ 67 % 3.4 of 5.0 GiB, 436 MB/s, 4 s left, parts 427/4/640`, cut to `columns`. */
export function renderProgress(figures: ProgressFigures, columns: number): string {
  const { label, bytesSent, totalBytes, elapsedMs, partsDone, partsInFlight, partCount } = figures;
  const fraction = totalBytes === 0 ? 1 : Math.min(bytesSent / totalBytes, 1);
  const percent = `${Math.floor(fraction * 100)} %`.padStart(5);
  const bytesPerSecond = elapsedMs > 0 ? (bytesSent * 1000) / elapsedMs : 0;
  const details = [
    `${formatSize(bytesSent)} of ${formatSize(totalBytes)}`,
    formatRate(bytesPerSecond),
    ...(bytesSent > 0 && fraction < 1
      ? [`${formatDuration((elapsedMs * (1 - fraction)) / fraction)} left`]
      : []),
    `parts ${partsDone} done, ${partsInFlight} in flight, ${partCount} in all`,
  ].join(", ");
  const room = columns - label.length - percent.length - details.length - 4;
  const width = Math.max(0, Math.min(BAR_WIDTH_MAX, room));
  const filled = Math.round(width * fraction);
  const bar = width < 4 ? "" : `${"█".repeat(filled)}${"░".repeat(width - filled)} `;
  return `${label} ${bar}${percent} ${details}`.slice(0, Math.max(columns - 1, 20));
}
