// Numbers as people read them.

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"] as const;

/** `5.00 GiB`, `100 KiB`, `1 byte`. */
export function formatSize(sizeBytes: number): string {
  if (sizeBytes === 1) {
    return "1 byte";
  }
  let value = sizeBytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const text = Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 1);
  return `${text} ${UNITS[unit]}`;
}

/** `47.7 MiB (50,000,000 bytes)`, `12 bytes`. */
export function describeSize(sizeBytes: number): string {
  const size = formatSize(sizeBytes);
  return sizeBytes < 1024 ? size : `${size} (${formatCount(sizeBytes)} bytes)`;
}

/** `1 part`, `1,000 parts`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `5,368,709,120`. */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** `436 MB/s`: decimal, as networks are rated. */
export function formatRate(bytesPerSecond: number): string {
  if (bytesPerSecond < 1e3) {
    return `${bytesPerSecond.toFixed(0)} B/s`;
  }
  if (bytesPerSecond < 1e6) {
    return `${(bytesPerSecond / 1e3).toFixed(0)} kB/s`;
  }
  return `${(bytesPerSecond / 1e6).toFixed(bytesPerSecond < 1e8 ? 1 : 0)} MB/s`;
}

/** `15 ms`, `0.4 s`, `75 s`, `2 h 05 min`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 100) {
    return `${Math.round(durationMs)} ms`;
  }
  const seconds = durationMs / 1000;
  if (seconds < 120) {
    return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  }
  const minutes = Math.round(seconds / 60);
  return minutes < 120
    ? `${minutes} min`
    : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

const MULTIPLIERS: Readonly<Record<string, number>> = {
  "": 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};

/** The bytes of `8388608`, `8m`, `100 KiB` or `1GB` (powers of 1024 all), or undefined. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim());
  const multiplier = MULTIPLIERS[match?.[2]?.toLowerCase() ?? ""];
  if (!match || multiplier === undefined) {
    return undefined;
  }
  return Math.round(Number(match[1]) * multiplier);
}

const DURATION_UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60 * 1000,
  h: 60 * 60 * 1000,
  d: 24 * 60 * 60 * 1000,
  w: 7 * 24 * 60 * 60 * 1000,
};

/** The milliseconds of `90s`, `30m`, `12h`, `7d` or `2w`, or undefined. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,6})\s*([smhdw])$/i.exec(text.trim());
  const unitMs = DURATION_UNITS_MS[match?.[2]?.toLowerCase() ?? ""];
  return match && unitMs !== undefined ? Number(match[1]) * unitMs : undefined;
}
