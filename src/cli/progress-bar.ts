// One line of progress, from numbers alone: what a terminal shows while bytes move.

import { formatDuration, formatRate, formatSize } from "./quantities.ts";
import { cutToWidth, textWidth } from "./text-width.ts";

export interface ProgressFigures {
  /** What moves, such as a file's name. */
  readonly label: string;
  readonly bytesSent: number;
  readonly totalBytes: number;
  /** Of an upload in parts. */
  readonly parts?: PartFigures | undefined;
  readonly elapsedMs: number;
}

interface PartFigures {
  readonly partsDone: number;
  readonly partsInFlight: number;
  readonly partCount: number;
}

const BAR_WIDTH_MAX = 24;
const BAR_WIDTH_MIN = 4;
/** What is left of a long name when everything else needs the room. */
const LABEL_WIDTH_MIN = 12;

/**
 * `big.bin ████████░░░░  67 % 3.40 GiB of 5 GiB, 436 MB/s, 4 s left, parts 427 done, 4 in flight, 640 in all`.
 *
 * In a narrow terminal the parts are `parts 427+4/640`, then the name is cut, then details are left out from the last
 * one on. The bar takes the room that remains. Never as wide as the terminal, whose last column begins a new line.
 *
 * @param columns  the width of the terminal
 */
export function renderProgress(figures: ProgressFigures, columns: number): string {
  const fraction = figures.totalBytes === 0 ? 1 : Math.min(figures.bytesSent / figures.totalBytes, 1);
  const percent = `${Math.floor(fraction * 100)} %`.padStart(5);
  const width = columns - 1 - percent.length - 1;

  const labelWidthMin = Math.min(textWidth(figures.label), LABEL_WIDTH_MIN);
  const details = fittingDetails(figures, fraction, width - labelWidthMin);
  const label = cutToWidth(figures.label, Math.max(width - details.length, labelWidthMin));
  const room = width - textWidth(label) - details.length - 1;
  return cutToWidth(`${label} ${bar(fraction, room)}${percent}${details}`, columns - 1);
}

/** As many details as there is room for, with a space before them. */
function fittingDetails(figures: ProgressFigures, fraction: number, room: number): string {
  const details = transferDetails(figures, fraction);
  const { parts } = figures;
  const candidates = [
    ...(parts
      ? [
          [
            ...details,
            `parts ${parts.partsDone} done, ${parts.partsInFlight} in flight, ${parts.partCount} in all`,
          ],
          [...details, `parts ${parts.partsDone}+${parts.partsInFlight}/${parts.partCount}`],
        ]
      : []),
    ...details.map((_, index) => details.slice(0, details.length - index)),
  ];
  return candidates.map((candidate) => ` ${candidate.join(", ")}`).find(({ length }) => length <= room) ?? "";
}

function transferDetails({ bytesSent, totalBytes, elapsedMs }: ProgressFigures, fraction: number): string[] {
  const bytesPerSecond = elapsedMs > 0 ? (bytesSent * 1000) / elapsedMs : 0;
  const isUnderWay = bytesSent > 0 && fraction < 1;
  return [
    `${formatSize(bytesSent)} of ${formatSize(totalBytes)}`,
    formatRate(bytesPerSecond),
    ...(isUnderWay ? [`${formatDuration((elapsedMs * (1 - fraction)) / fraction)} left`] : []),
  ];
}

function bar(fraction: number, room: number): string {
  const width = Math.min(BAR_WIDTH_MAX, room);
  if (width < BAR_WIDTH_MIN) {
    return "";
  }
  const filled = Math.round(width * fraction);
  return `${"█".repeat(filled)}${"░".repeat(width - filled)} `;
}
