// One run over all buckets: does what their lifecycle rules ask for at one moment. It goes by pages, in several small
// transactions, so that requests are served in between; what fails in one bucket does not keep the others waiting.
import type { LifecycleRule } from "../../protocol/fields/lifecycle-rule.ts";
import type { Deletion, ListedVersion, MetadataStore } from "../../storage/metadata-store.ts";
import type { BucketRecord, UploadRecord } from "../../storage/records.ts";
import { StorageError, type StorageErrorCode } from "../../storage/storage-error.ts";
import { verdictOnUpload } from "./lifecycle-rules.ts";
import { actOn, coveringPrefixes, type LifecycleAct, type StorageClassChangeAct } from "./plan-lifecycle.ts";
import { lifecycleRulesOf } from "./stored-lifecycle.ts";
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
const BUCKET_PAGE_SIZE = 100;
/** Transactions at a time. */
const ACT_CONCURRENCY = 16;

/** @throws {StorageError} when the buckets cannot be listed */
export async function runLifecycle(
  metadata: MetadataStore,
  options: LifecycleRunOptions,
): Promise<LifecycleRunCounts> {
  const counts: LifecycleRunCounts = {
    abortedUploadCount: 0,
    changedVersionCount: 0,
    deletedVersionCount: 0,
  };
  for await (const bucket of allBuckets(metadata)) {
    if (options.signal?.aborted) {
      break;
    }
    try {
      await new BucketRun(metadata, bucket, counts, options).run();
    } catch (failure) {
      if (!isCode(failure, "bucket-missing")) {
        options.reportFailure(failure);
      }
    }
  }
  return counts;
}

async function* allBuckets(metadata: MetadataStore): AsyncIterable<BucketRecord> {
  let startAfter = "";
  for (let isTruncated = true; isTruncated; ) {
    const page = await metadata.listBuckets({ prefix: "", startAfter, limit: BUCKET_PAGE_SIZE });
    yield* page.buckets;
    startAfter = page.buckets.at(-1)?.name ?? startAfter;
    isTruncated = page.isTruncated;
  }
}

class BucketRun {
  readonly #metadata: MetadataStore;
  readonly #bucket: string;
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
    this.#bucket = bucket.name;
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

  get #isOver(): boolean {
    return this.#options.signal?.aborted === true || this.#actCountLeft === 0;
  }

  async #abortUploads(prefix: string, rules: readonly LifecycleRule[]): Promise<void> {
    for await (const uploads of this.#uploadPages(prefix)) {
      const due = uploads.filter(
        (upload) => verdictOnUpload(rules, upload, this.#options.nowMs).action === "delete",
      );
      await this.#inTurns(this.#granted(due), (upload) => this.#abort(upload));
      if (this.#isOver) {
        return;
      }
    }
  }

  async *#uploadPages(prefix: string): AsyncIterable<readonly UploadRecord[]> {
    let marker = { key: "", uploadId: "" };
    for (let isTruncated = true; isTruncated; ) {
      const page = await this.#metadata.listUploads(this.#bucket, {
        ...{
          prefix,
          delimiter: "",
          keyMarker: marker.key,
          uploadIdMarker: marker.uploadId,
          limit: this.#pageSize,
        },
      });
      yield page.uploads;
      marker = page.last ?? marker;
      isTruncated = page.isTruncated;
    }
  }

  async #abort(upload: UploadRecord): Promise<void> {
    try {
      await this.#metadata.abortUpload(upload);
      this.#counts.abortedUploadCount += 1;
    } catch (failure) {
      // It was completed or aborted just now.
      if (!isCode(failure, "upload-missing")) {
        throw failure;
      }
    }
  }

  /** A page is acted on when the next one has been read: a marker that is gone would skip the rest of its key. */
  async #actOnVersions(prefix: string, rules: readonly LifecycleRule[]): Promise<void> {
    const { nowMs } = this.#options;
    const walk = new VersionWalk();
    let planned: readonly LifecycleAct[] = [];
    for await (const page of this.#versionPages(prefix)) {
      await this.#perform(planned);
      if (this.#isOver) {
        return;
      }
      planned = walk.next(page).flatMap((subject) => actOn(subject, rules, nowMs) ?? []);
    }
    await this.#perform([...planned, ...walk.end().flatMap((subject) => actOn(subject, rules, nowMs) ?? [])]);
  }

  async *#versionPages(prefix: string): AsyncIterable<readonly ListedVersion[]> {
    let marker: { readonly key: string; readonly versionId: string } | undefined = { key: "", versionId: "" };
    while (marker !== undefined) {
      const page: Awaited<ReturnType<MetadataStore["listVersions"]>> = await this.#metadata.listVersions(
        this.#bucket,
        {
          ...{
            prefix,
            delimiter: "",
            keyMarker: marker.key,
            versionIdMarker: marker.versionId,
            limit: this.#pageSize,
          },
        },
      );
      yield page.versions;
      marker = page.next;
    }
  }

  async #perform(planned: readonly LifecycleAct[]): Promise<void> {
    if (this.#options.signal?.aborted) {
      return;
    }
    const acts = this.#granted(planned);
    await this.#delete(acts.flatMap((act) => (act.type === "delete" ? [act.deletion] : [])));
    const changes = acts.flatMap((act) => (act.type === "change" ? [act.change] : []));
    await this.#inTurns(changes, (change) => this.#change(change));
  }

  async #delete(deletions: readonly Deletion[]): Promise<void> {
    if (deletions.length > 0) {
      const outcomes = await this.#metadata.deleteObjects(this.#bucket, deletions, this.#options.nowMs);
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

function isCode(failure: unknown, code: StorageErrorCode): boolean {
  return failure instanceof StorageError && failure.code === code;
}
