// What the service chooses freely, and the model takes over from its answer: ids, and the ETags of appends. The model
// only knows that each must be new, and what it may look like.

/** As a part of an answer; what was not chosen is absent. */
export interface Chosen {
  readonly uploadId?: string | undefined;
  /** In the order in which they were given. */
  readonly versionIds: readonly string[];
  readonly etag?: string | undefined;
}

/** Any of these in a difference says that the service chose badly. */
const expected = {
  uploadId: "an upload id of 32 hex digits that was never given before",
  versionId: "a version id that was never given before",
  etag: "an ETag of 24 hex digits and 8 zeros that no other append had",
} as const;

export class ServiceChoices {
  readonly #given = new Set<string>();
  #chosen: Chosen = { versionIds: [] };
  #versionIds: readonly string[] = [];

  /** What the service chose in the call that the model makes now. */
  take(chosen: Chosen): void {
    this.#chosen = chosen;
    this.#versionIds = chosen.versionIds;
  }

  newUploadId(): string {
    return this.#take(this.#chosen.uploadId, /^[0-9A-F]{32}$/) ?? expected.uploadId;
  }

  newVersionId(): string {
    const [versionId, ...others] = this.#versionIds;
    this.#versionIds = others;
    return this.#take(versionId, /^CAE[\w.~+/=-]+$/) ?? expected.versionId;
  }

  newAppendEtag(): string {
    return this.#take(this.#chosen.etag, /^[0-9A-F]{24}0{8}$/) ?? expected.etag;
  }

  #take(chosen: string | undefined, pattern: RegExp): string | undefined {
    if (chosen === undefined || !pattern.test(chosen) || this.#given.has(chosen)) {
      return undefined;
    }
    this.#given.add(chosen);
    return chosen;
  }
}
