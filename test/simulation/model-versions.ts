// The versions of a bucket's keys, and what becomes of the others when one is put or removed. A bucket that never kept
// versions has one of each key, called `null`.
import type { ModelVersion } from "./model-records.ts";

export const NULL_VERSION_ID = "null";

interface PutVersion {
  readonly version: ModelVersion;
  /** Counts up with every version that is put; an append puts none. */
  readonly order: number;
}

export interface ListedVersion {
  readonly key: string;
  readonly version: ModelVersion;
  readonly order: number;
  readonly isLatest: boolean;
}

export class ModelVersions {
  /** By key, newest first. No key has an empty list. */
  readonly #versions = new Map<string, readonly PutVersion[]>();
  /** When the version of an id was put, by key, also when it is gone. */
  readonly #orders = new Map<string, Map<string, number>>();
  #order = 0;

  get isEmpty(): boolean {
    return this.#versions.size === 0;
  }

  /** @param versionId  undefined for the current version */
  find(key: string, versionId: string | undefined): ModelVersion | undefined {
    const versions = this.idsOf(key);
    const at = versionId === undefined ? 0 : versions.indexOf(versionId);
    return this.#of(key)[at]?.version;
  }

  /** Newest first. */
  idsOf(key: string): readonly string[] {
    return this.#of(key).map(({ version }) => version.versionId);
  }

  /** Of this key, the last that was put of those that are gone now. */
  goneIdOf(key: string): string | undefined {
    const ids = [...(this.#orders.get(key)?.keys() ?? [])];
    return ids.findLast((id) => this.find(key, id) === undefined);
  }

  /** In front of all others, in place of the one with the same id. */
  put(version: ModelVersion): void {
    const { key, versionId } = version;
    this.#order += 1;
    const others = this.#of(key).filter((other) => other.version.versionId !== versionId);
    this.#versions.set(key, [{ version, order: this.#order }, ...others]);
    const orders = this.#orders.get(key) ?? new Map<string, number>();
    this.#orders.set(key, orders.set(versionId, this.#order));
  }

  /** Where the version of that id stands. */
  change(version: ModelVersion): void {
    const changed = this.#of(version.key).map((put) =>
      put.version.versionId === version.versionId ? { ...put, version } : put,
    );
    this.#versions.set(version.key, changed);
  }

  /** The next one becomes the current one. */
  remove(key: string, versionId: string): void {
    const others = this.#of(key).filter(({ version }) => version.versionId !== versionId);
    if (others.length > 0) {
      this.#versions.set(key, others);
    } else {
      this.#versions.delete(key);
    }
  }

  /** By key in any order; the newest of a key first. */
  list(): readonly ListedVersion[] {
    return [...this.#versions].flatMap(([key, versions]) =>
      versions.map((put, index) => ({ key, ...put, isLatest: index === 0 })),
    );
  }

  /**
   * Whether a version of `key` stands behind the one of that id, also when that is gone: it was put before. When `null`
   * was put nobody knows once it is gone, so all stand behind it; nor when an appendable `null` was, so it stands
   * behind all that are gone. What was never an id has nothing behind it.
   */
  isBehind({ key, version, order }: ListedVersion, versionId: string): boolean {
    const markerOrder = this.#orders.get(key)?.get(versionId);
    if (this.find(key, versionId) === undefined) {
      const isNull = version.versionId === NULL_VERSION_ID;
      if (versionId === NULL_VERSION_ID || (isNull && version.type === "Appendable")) {
        return true;
      }
    }
    return markerOrder !== undefined && order < markerOrder;
  }

  #of(key: string): readonly PutVersion[] {
    return this.#versions.get(key) ?? [];
  }
}
