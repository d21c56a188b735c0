// One run over one bucket. It goes by pages, in several small transactions, so that requests are served in between.
import type { LifecycleRule } from "../../protocol/fields/lifecycle-rule.ts";
import type { Deletion, MetadataStore } from "../../storage/metadata-store.ts";
import type { BucketRecord, UploadRecord } from "../../storage/records.ts";
import { StorageError } from "../../storage/storage-error.ts";
import { type PageScope, uploadPages, versionPages } from "./lifecycle-pages.ts";
import { verdictOnUpload } from "./lifecycle-rules.ts";
import { actOn, coveringPrefixes, type LifecycleAct, type StorageClassChangeAct } from "./plan-lifecycle.ts";
import { hasSameLifecycle, lifecycleRulesOf } from "./stored-lifecycle.ts";
import { VersionWalk } from "./version-walk.ts";

export interface LifecycleRunOptions {
  readonly nowMs: number;
  /** Ends the run after the step that it is at. What is left is for the next run. */
  readonly signal?: AbortSignal;
  /** Told of a bucket in which the run failed. */
  readonly reportFailure: (failure: unknown) => void;
  readonly limits?: Partial<LifecycleLimits>;
}

interface LifecycleLimits {
  /** In one bucket and one run; what is left is for the next run, so that no bucket keeps the others waiting. */
  readonly actCountMax: number;
  /** Of uploads and versions. */
  readonly pageSize: number;
}

/** What a run did. */
export interface LifecycleRunCounts {
  abortedUploadCount: number;
  changedVersionCount: number;
  /** Versions and delete markers that are gone, and objects that got a delete marker. */
  deletedVersionCount: number;
}

const DEFAULT_LIMITS: LifecycleLimits = { actCountMax: 100_000, pageSize: 500 };
/** Transactions at a time. */
const ACT_CONCURRENCY = 16;

export class BucketLifecycleRun {
  readonly #metadata: MetadataStore;
  readonly #bucket: BucketRecord;
  readonly #rules: readonly LifecycleRule[];
  readonly #counts: LifecycleRunCounts;
  readonly #options: LifecycleRunOptions;
  readonly #pageSize: number;
  #actCountLeft: number;

  constructor(
    metadata: MetadataStore,
    bucket: BucketRecord,
    counts: LifecycleRunCounts,
    options: LifecycleRunOptions,
  ) {
    this.#metadata = metadata;
    this.#bucket = bucket;
    this.#rules = lifecycleRulesOf(bucket).filter(({ status }) => status === "Enabled");
    this.#counts = counts;
    this.#options = options;
    const { pageSize, actCountMax } = { ...DEFAULT_LIMITS, ...options.limits };
    this.#pageSize = pageSize;
    this.#actCountLeft = actCountMax;
  }

  async run(): Promise<void> {
    const onUploads = this.#rules.filter(({ abortMultipartUpload }) => abortMultipartUpload !== undefined);
    for (const prefix of coveringPrefixes(onUploads)) {
      await this.#abortUploads(prefix, onUploads);
    }
    const onVersions = this.#rules.filter(
      ({ expiration, transitions, noncurrentVersionExpiration, noncurrentVersionTransitions }) =>
        (expiration ?? transitions ?? noncurrentVersionExpiration ?? noncurrentVersionTransitions) !==
        undefined,
    );
    for (const prefix of coveringPrefixes(onVersions)) {
      await this.#actOnVersions(prefix, onVersions);
    }
  }

  /**
   * Whether there is more to do, by rules that are still those that the run began with: who takes a rule away must not
   * lose page after page by it. Other rules are for the next run.
   */
  async #isStillAsked(): Promise<boolean> {
    if (this.#options.signal?.aborted || this.#actCountLeft === 0) {
      return false;
    }
    const bucket = await this.#metadata.getBucket(this.#bucket.name);
    return bucket !== undefined && hasSameLifecycle(bucket, this.#bucket);
  }

  #scope(prefix: string): PageScope {
    return { bucket: this.#bucket.name, prefix, pageSize: this.#pageSize };
  }

  async #abortUploads(prefix: string, rules: readonly LifecycleRule[]): Promise<void> {
    for await (const uploads of uploadPages(this.#metadata, this.#scope(prefix))) {
      if (!(await this.#isStillAsked())) {
        return;
      }
      const due = uploads.filter(
        (upload) => verdictOnUpload(rules, upload, this.#options.nowMs).action === "delete",
      );
      await this.#inTurns(this.#granted(due), (upload) => this.#abort(upload));
    }
  }

  async #abort(upload: UploadRecord): Promise<void> {
    try {
      await this.#metadata.abortUpload(upload);
      this.#counts.abortedUploadCount += 1;
    } catch (failure) {
      // It was completed or aborted just now.
      if (!(failure instanceof StorageError && failure.code === "upload-missing")) {
        throw failure;
      }
    }
  }

  /** A page is acted on when the next one has been read: behind a marker that is gone, a listing may repeat itself. */
  async #actOnVersions(prefix: string, rules: readonly LifecycleRule[]): Promise<void> {
    const { nowMs } = this.#options;
    const walk = new VersionWalk();
    let planned: readonly LifecycleAct[] = [];
    for await (const page of versionPages(this.#metadata, this.#scope(prefix))) {
      await this.#perform(planned);
      if (!(await this.#isStillAsked())) {
        return;
      }
      planned = walk.next(page).flatMap((subject) => actOn(subject, rules, nowMs) ?? []);
    }
    await this.#perform([...planned, ...walk.end().flatMap((subject) => actOn(subject, rules, nowMs) ?? [])]);
  }

  async #perform(planned: readonly LifecycleAct[]): Promise<void> {
    if (planned.length === 0 || !(await this.#isStillAsked())) {
      return;
    }
    const acts = this.#granted(planned);
    await this.#delete(acts.flatMap((act) => (act.type === "delete" ? [act.deletion] : [])));
    const changes = acts.flatMap((act) => (act.type === "change" ? [act.change] : []));
    await this.#inTurns(changes, (change) => this.#change(change));
  }

  async #delete(deletions: readonly Deletion[]): Promise<void> {
    if (deletions.length > 0) {
      const outcomes = await this.#metadata.deleteObjects(this.#bucket.name, deletions, this.#options.nowMs);
      this.#counts.deletedVersionCount += outcomes.filter(
        ({ removed, marker }) => (removed ?? marker) !== undefined,
      ).length;
    }
  }

  async #change({ object, generation, storageClass }: StorageClassChangeAct): Promise<void> {
    const changed = await this.#metadata.changeObject(object, { standard: { storageClass } }, { generation });
    this.#counts.changedVersionCount += changed === undefined ? 0 : 1;
  }

  /** As many of `acts` as this bucket may still have in this run. */
  #granted<T>(acts: readonly T[]): readonly T[] {
    const granted = acts.slice(0, this.#actCountLeft);
    this.#actCountLeft -= granted.length;
    return granted;
  }

  /** Some at a time; a signal ends it in between. */
  async #inTurns<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
    for (let start = 0; start < items.length && !this.#options.signal?.aborted; start += ACT_CONCURRENCY) {
      await Promise.all(items.slice(start, start + ACT_CONCURRENCY).map(act));
    }
  }
}
