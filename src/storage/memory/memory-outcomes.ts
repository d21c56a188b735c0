// How uploads ended, in memory.
import type { UploadId, UploadOutcome } from "../records.ts";

export class MemoryOutcomes {
  readonly #outcomes = new Map<string, UploadOutcome>();

  set(upload: UploadId, outcome: UploadOutcome): void {
    this.#outcomes.set(nameOf(upload), outcome);
  }

  get(upload: UploadId): UploadOutcome | undefined {
    return this.#outcomes.get(nameOf(upload));
  }

  /** @returns how many */
  forget({ endedBeforeMs, limit }: { readonly endedBeforeMs: number; readonly limit: number }): number {
    const forgotten = [...this.#outcomes]
      .filter(([, { endedAtMs }]) => endedAtMs < endedBeforeMs)
      .sort(([, first], [, second]) => first.endedAtMs - second.endedAtMs)
      .slice(0, limit);
    for (const [name] of forgotten) {
      this.#outcomes.delete(name);
    }
    return forgotten.length;
  }

  clear(): void {
    this.#outcomes.clear();
  }
}

function nameOf({ bucket, key, uploadId }: UploadId): string {
  return JSON.stringify([bucket, key, uploadId]);
}
