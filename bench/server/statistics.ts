// Figures of several rounds.

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** @param share  0 … 1 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((first, second) => first - second);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
