// The database inside the worker: runs batches of requests, each batch one transaction with one sync of the disk.
import type { DatabaseSync } from "node:sqlite";
import { crashPoint, isCrashArmed } from "../crash-points.ts";
import { GARBAGE_GRACE_MS } from "../garbage-pace.ts";
import { StorageError } from "../storage-error.ts";
import { FactsReserve } from "./disk-reserve.ts";
import type { CommitTime } from "./disk-times.ts";
import {
  type AnsweredBatch,
  type MetadataAnswer,
  type MetadataRequest,
  type OperationName,
  refusalOf,
  type SynchronousOperations,
} from "./metadata-messages.ts";
import { isBusy, isDiskFull, isFatal, lockedElsewhere, noSpace } from "./sqlite-errors.ts";
import { bucketStatements } from "./statements/bucket-statements.ts";
import { type CallClock, openContents } from "./statements/contents.ts";
import { openCounters } from "./statements/counters.ts";
import { garbageStatements } from "./statements/garbage-statements.ts";
import { listingStatements } from "./statements/listing-statements.ts";
import { nonceStatements } from "./statements/nonces.ts";
import { objectStatements } from "./statements/object-statements.ts";
import { openOutcomes } from "./statements/outcomes.ts";
import { openOwners } from "./statements/owners.ts";
import { UnwrittenGarbage } from "./statements/unwritten-garbage.ts";
import { uploadStatements } from "./statements/upload-statements.ts";
import { openVersions } from "./statements/versions.ts";

/** What any connection can answer: it stands in the file, and changes nothing. */
const SNAPSHOT_READS: readonly OperationName[] = [
  "getBucket",
  "listBuckets",
  "measureBucket",
  "getObject",
  "openObject",
  "listObjects",
  "listVersions",
  "getUpload",
  "listParts",
  "listUploads",
  "getOutcome",
  "measureUploads",
  "measureGarbage",
];

/** They are one statement each, which is a snapshot by itself. */
const ONE_STATEMENT_READS: ReadonlySet<OperationName> = new Set<OperationName>(["getBucket", "getUpload"]);

/** The others that change nothing, and ask for what only the writer knows. */
const READ_ONLY_OPERATIONS: ReadonlySet<OperationName> = new Set<OperationName>([
  ...SNAPSHOT_READS,
  "listGarbage",
  "findMovable",
  "listDeadLeases",
  "findOrphans",
]);

export function isSnapshotRead(operation: OperationName): boolean {
  return SNAPSHOT_READS.includes(operation);
}

/** What only adds: on a full disk it has to leave the reserve to what frees space, or to what was received already. */
const ADDING_OPERATIONS: ReadonlySet<OperationName> = new Set<OperationName>([
  "createBucket",
  "updateBucket",
  "changeObject",
  "createUpload",
  "takeNonce",
]);

export class MetadataDatabase {
  readonly #database: DatabaseSync;
  readonly #clock: CallClock = { nowMs: 0, dueMs: 0 };
  readonly #unwritten = new UnwrittenGarbage();
  readonly #operations: SynchronousOperations;
  readonly #beginSnapshot: () => void;
  readonly #reserve: FactsReserve;
  readonly #begin: () => void;
  readonly #commit: () => void;
  readonly #savepoint: () => void;
  readonly #release: () => void;
  #lastCommit: CommitTime | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#reserve = new FactsReserve(database.location() ?? "");
    this.#operations = prepareOperations(database, this.#clock, this.#unwritten);
    this.#beginSnapshot = prepareCommand(database, "BEGIN");
    this.#begin = prepareCommand(database, "BEGIN IMMEDIATE");
    this.#commit = prepareCommand(database, "COMMIT");
    this.#savepoint = prepareCommand(database, "SAVEPOINT operation");
    this.#release = prepareCommand(database, "RELEASE operation");
  }

  /**
   * Runs requests in order; the answers hold once it returns, for the transaction is on the disk.
   *
   * @throws an error of SQLite after which the database cannot be trusted, such as a failed sync
   */
  run(requests: readonly MetadataRequest[]): readonly MetadataAnswer[] {
    const isReadOnly = requests.every(({ operation }) => READ_ONLY_OPERATIONS.has(operation));
    try {
      return isReadOnly ? this.#runInSnapshot(requests) : this.#runInTransaction(requests);
    } catch (error) {
      if (this.#database.isTransaction) {
        this.#database.exec("ROLLBACK");
      }
      if (isDiskFull(error) && !requests.every(isAdding) && this.#reserve.release()) {
        return this.run(requests);
      }
      const refusal = refusalOf(whyBatchFailed(error, this.#database.location() ?? "the database"));
      this.#unwritten.add(requests);
      return requests.map(({ id }) => ({ id, refusal }));
    }
  }

  /** As `run()`, and how long the commit took. */
  runBatch(requests: readonly MetadataRequest[]): AnsweredBatch {
    this.#lastCommit = undefined;
    const answers = this.run(requests);
    return this.#lastCommit === undefined ? { answers } : { answers, commit: this.#lastCommit };
  }

  close(): void {
    this.#database.close();
  }

  /** What takes several statements sees one state, also while another connection writes. */
  #runInSnapshot(requests: readonly MetadataRequest[]): readonly MetadataAnswer[] {
    const [first, ...others] = requests;
    if (first !== undefined && others.length === 0 && ONE_STATEMENT_READS.has(first.operation)) {
      return [this.#answer(first)];
    }
    this.#beginSnapshot();
    const answers = requests.map((request) => this.#answer(request));
    this.#commit();
    return answers;
  }

  #runInTransaction(requests: readonly MetadataRequest[]): readonly MetadataAnswer[] {
    this.#begin();
    const answers = requests.map((request) => this.#answerInSavepoint(request));
    passCrashPoints(requests, "committing");
    const startedAtMs = performance.now();
    this.#commit();
    this.#lastCommit = { changeCount: changeCountOf(requests), tookMs: performance.now() - startedAtMs };
    passCrashPoints(requests, "committed");
    return answers;
  }

  /** So that one request that failed does not undo its neighbours. */
  #answerInSavepoint(request: MetadataRequest): MetadataAnswer {
    if (READ_ONLY_OPERATIONS.has(request.operation)) {
      return this.#answer(request);
    }
    this.#savepoint();
    const answer = this.#answer(request);
    // A refusal comes before the operation's first write, except for what the refusal itself is to leave behind: the
    // refused blob in the garbage queue. So only an unexpected error has something to undo.
    if ("error" in answer) {
      this.#database.exec("ROLLBACK TO operation");
    }
    this.#release();
    return answer;
  }

  #answer(request: MetadataRequest): MetadataAnswer {
    const { id, operation, input, nowMs } = request;
    if (isAdding(request) && this.#reserve.isReleased) {
      return { id, refusal: refusalOf(noSpace(this.#database.location() ?? "the database", undefined)) };
    }
    this.#clock.nowMs = nowMs;
    this.#clock.dueMs = nowMs + GARBAGE_GRACE_MS;
    const run = this.#operations[operation] as (...input: readonly unknown[]) => unknown;
    try {
      return { id, value: run(...input) };
    } catch (error) {
      if (error instanceof StorageError) {
        return { id, refusal: refusalOf(error) };
      }
      if (isFatal(error)) {
        throw error;
      }
      return { id, error };
    }
  }
}

function changeCountOf(requests: readonly MetadataRequest[]): number {
  return requests.filter(({ operation }) => !READ_ONLY_OPERATIONS.has(operation)).length;
}

function isAdding({ operation }: MetadataRequest): boolean {
  return ADDING_OPERATIONS.has(operation);
}

function passCrashPoints(requests: readonly MetadataRequest[], moment: "committed" | "committing"): void {
  if (isCrashArmed) {
    for (const { operation } of requests) {
      crashPoint(`${operation}.${moment}`);
    }
  }
}

/** @throws the error itself, if the database cannot be trusted after it */
function whyBatchFailed(error: unknown, file: string): StorageError {
  if (isDiskFull(error)) {
    return noSpace(file, error);
  }
  if (isBusy(error)) {
    return lockedElsewhere(file, error);
  }
  throw error;
}

function prepareOperations(
  database: DatabaseSync,
  clock: CallClock,
  unwritten: UnwrittenGarbage,
): SynchronousOperations {
  const counters = openCounters(database);
  const contents = openContents(database, clock);
  const owners = openOwners(database, contents);
  const versions = openVersions(database, { contents, counters });
  const { operations: bucketOperations, requireBucket } = bucketStatements(database);
  const { getBucket } = bucketOperations;
  const objects = objectStatements(database, {
    ...{ contents, counters, owners, versions },
    ...{ getBucket, requireBucket },
  });
  const outcomes = openOutcomes(database);
  return {
    ...bucketOperations,
    ...objects.operations,
    ...uploadStatements(database, { clock, contents, counters, objects, outcomes, owners, versions }),
    ...outcomes.operations,
    ...nonceStatements(database, clock),
    ...listingStatements(database, { versions, requireBucket }),
    ...garbageStatements(database, { contents, counters, owners, unwritten }),
  };
}

function prepareCommand(database: DatabaseSync, sql: string): () => void {
  const statement = database.prepare(sql);
  return () => void statement.run();
}
