// Facts in one SQLite file. The database lives in a worker thread, so that waiting for the disk stops nobody else.
import type { BlobId } from "../blob-store.ts";
import type {
  Append,
  BlobMove,
  BucketPage,
  BucketPageRequest,
  Completion,
  Deletion,
  DeletionOutcome,
  HeldByBucket,
  HeldByGarbage,
  HeldByUploads,
  ListPageRequest,
  MetadataStore,
  NewObject,
  NonceUse,
  ObjectPage,
  OpenedVersion,
  PartPage,
  PartPageRequest,
  UploadPage,
  UploadPageRequest,
  UploadRules,
  VersionPage,
  VersionPageRequest,
  WantedBytes,
} from "../metadata-store.ts";
import type {
  AttributesChange,
  BucketChange,
  BucketRecord,
  ObjectId,
  ObjectRecord,
  PartRecord,
  UploadId,
  UploadOutcome,
  UploadRecord,
  VersionRecord,
} from "../records.ts";
import type { MetadataCalls } from "./metadata-calls.ts";
import type { OperationInput, OperationName, OperationOutput } from "./metadata-messages.ts";
import { openMetadataThread } from "./metadata-thread.ts";
import { packInput } from "./packed-inputs.ts";
import { unpackOutput } from "./packed-outputs.ts";

const DELETIONS_PER_CALL = 250;

export class SqliteMetadataStore implements MetadataStore {
  readonly #calls: MetadataCalls;
  readonly #now: () => number;

  /** Over whatever leads to the writer. The store closes it. */
  constructor(calls: MetadataCalls, now: () => number) {
    this.#calls = calls;
    this.#now = now;
  }

  /** Opens the database in `file`, creating it when it is absent. @throws {StorageError} format-unknown, folder-unusable */
  static async open(file: string, now: () => number): Promise<SqliteMetadataStore> {
    return new SqliteMetadataStore(await openMetadataThread({ file, role: "writer" }), now);
  }

  createBucket(bucket: BucketRecord): Promise<BucketRecord> {
    return this.#call("createBucket", bucket);
  }

  getBucket(name: string): Promise<BucketRecord | undefined> {
    return this.#call("getBucket", name);
  }

  updateBucket(name: string, change: BucketChange): Promise<BucketRecord> {
    return this.#call("updateBucket", name, change);
  }

  listBuckets(page: BucketPageRequest): Promise<BucketPage> {
    return this.#call("listBuckets", page);
  }

  measureBucket(name: string): Promise<HeldByBucket> {
    return this.#call("measureBucket", name);
  }

  deleteBucket(name: string): Promise<void> {
    return this.#call("deleteBucket", name);
  }

  putObject(object: NewObject): Promise<ObjectRecord> {
    return this.#call("putObject", object);
  }

  appendObject(append: Append): Promise<ObjectRecord> {
    return this.#call("appendObject", append);
  }

  getObject(id: ObjectId): Promise<VersionRecord | undefined> {
    return this.#call("getObject", id);
  }

  openObject(id: ObjectId, wanted?: WantedBytes): Promise<OpenedVersion | undefined> {
    return this.#call("openObject", id, wanted);
  }

  changeObject(
    id: ObjectId,
    change: AttributesChange,
    only?: { readonly generation: number },
  ): Promise<ObjectRecord | undefined> {
    return this.#call("changeObject", id, change, only);
  }

  /** In several transactions where it is much, so that others commit in between. */
  async deleteObjects(
    bucket: string,
    deletions: readonly Deletion[],
    deletedAtMs: number,
  ): Promise<readonly DeletionOutcome[]> {
    const outcomes: DeletionOutcome[] = [];
    do {
      const next = deletions.slice(outcomes.length, outcomes.length + DELETIONS_PER_CALL);
      // The thread answers for the first of them, at least for one.
      outcomes.push(...(await this.#call("deleteObjects", bucket, next, deletedAtMs)));
    } while (outcomes.length < deletions.length);
    return outcomes;
  }

  listObjects(bucket: string, page: ListPageRequest): Promise<ObjectPage> {
    return this.#call("listObjects", bucket, page);
  }

  listVersions(bucket: string, page: VersionPageRequest): Promise<VersionPage> {
    return this.#call("listVersions", bucket, page);
  }

  createUpload(upload: UploadRecord, options: UploadRules): Promise<void> {
    return this.#call("createUpload", upload, options);
  }

  getUpload(upload: UploadId): Promise<UploadRecord | undefined> {
    return this.#call("getUpload", upload);
  }

  putPart(upload: UploadId, part: PartRecord, follows?: BlobId): Promise<void> {
    return this.#call("putPart", upload, part, follows);
  }

  listParts(upload: UploadId, page: PartPageRequest): Promise<PartPage> {
    return this.#call("listParts", upload, page);
  }

  listUploads(bucket: string, page: UploadPageRequest): Promise<UploadPage> {
    return this.#call("listUploads", bucket, page);
  }

  completeUpload(completion: Completion): Promise<ObjectRecord> {
    return this.#call("completeUpload", completion);
  }

  abortUpload(upload: UploadId): Promise<void> {
    return this.#call("abortUpload", upload);
  }

  getOutcome(upload: UploadId): Promise<UploadOutcome | undefined> {
    return this.#call("getOutcome", upload);
  }

  forgetOutcomes(request: { readonly endedBeforeMs: number; readonly limit: number }): Promise<number> {
    return this.#call("forgetOutcomes", request);
  }

  takeNonce(use: NonceUse): Promise<"full" | "known" | "taken"> {
    return this.#call("takeNonce", use);
  }

  measureUploads(request: { readonly begunBeforeMs: number }): Promise<readonly HeldByUploads[]> {
    return this.#call("measureUploads", request);
  }

  listGarbage(request: { readonly nowMs: number; readonly limit: number }): Promise<readonly BlobId[]> {
    return this.#call("listGarbage", request);
  }

  measureGarbage(): Promise<HeldByGarbage> {
    return this.#call("measureGarbage");
  }

  forgetGarbage(ids: readonly BlobId[]): Promise<void> {
    return this.#call("forgetGarbage", ids);
  }

  postponeGarbage(ids: readonly BlobId[], dueMs: number): Promise<void> {
    return this.#call("postponeGarbage", ids, dueMs);
  }

  findMovable(ids: readonly BlobId[]): Promise<readonly BlobId[]> {
    return this.#call("findMovable", ids);
  }

  moveBlobs(moves: readonly BlobMove[]): Promise<number> {
    return this.#call("moveBlobs", moves);
  }

  openLease(after?: string): Promise<string> {
    return this.#call("openLease", after);
  }

  listDeadLeases(): Promise<readonly string[]> {
    return this.#call("listDeadLeases");
  }

  findOrphans(ids: readonly BlobId[]): Promise<readonly BlobId[]> {
    return this.#call("findOrphans", ids);
  }

  forgetLease(leaseId: string): Promise<void> {
    return this.#call("forgetLease", leaseId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#calls.close();
  }

  async #call<Name extends OperationName>(
    operation: Name,
    ...input: OperationInput<Name>
  ): Promise<OperationOutput<Name>> {
    const travelling = packInput(operation, input);
    return unpackOutput(
      operation,
      await this.#calls.call({ operation, input: travelling, nowMs: this.#now() }),
    );
  }
}
