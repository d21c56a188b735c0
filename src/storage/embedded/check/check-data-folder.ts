// Is a data folder what it should be? Every blob on the disk has an owner, every owner has its blob, both say the same of
// its size; with checksums, every byte is what was written. Beside a running server the folder changes while it is read:
// so whatever looks wrong is looked at again before it is called a fault.
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { BlobId } from "../../blob-store.ts";
import { StorageError } from "../../storage-error.ts";
import { lockFolder } from "../folder-lock.ts";
import { entriesOf } from "../lease-folder.ts";
import { CheckDatabase, type OwnedBlob } from "./check-database.ts";
import { FAULTS_MAX, findCorrupt, type ScrubOptions, type ScrubReport } from "./find-corrupt.ts";
import { type BlobTotal, count, type FolderFault, faultOf, zero } from "./folder-fault.ts";
import { storedBlobs } from "./stored-blobs.ts";
import { openStoredBlob } from "./verify-blob.ts";

export interface FolderReport {
  /** Whether a server was using the folder. */
  readonly isOnline: boolean;
  readonly stored: BlobTotal;
  /** Of objects. */
  readonly live: BlobTotal;
  /** Of uploads that are open. */
  readonly open: BlobTotal;
  /** In the garbage queue. */
  readonly queued: BlobTotal;
  /** Without an owner, of a run that goes on or was not swept yet: being written, or left by a crash. */
  readonly unswept: BlobTotal;
  /** Of runs that this database knows nothing of: it was restored from a backup. */
  readonly newer: BlobTotal;
  /** At most 10,000. */
  readonly faults: readonly FolderFault[];
}

export interface CheckOptions {
  /** Whether to read all that objects and uploads own. */
  readonly checksums: boolean;
  /** Of that reading. Default: as fast as it goes. */
  readonly bytesPerSecond?: number;
}

/**
 * Checks a data folder and changes nothing in it. The server that uses it may go on.
 *
 * @throws {StorageError} folder-unusable when there is no store in the folder
 */
export async function checkDataFolder(folder: string, options: CheckOptions): Promise<FolderReport> {
  const dataFolder = await requireStore(folder);
  const lock = await lockUnlessInUse(dataFolder);
  try {
    using database = new CheckDatabase(join(dataFolder, "metadata.sqlite"));
    const check = new FolderCheck(join(dataFolder, "blobs"), database);
    await check.run();
    const faults = [...check.faults];
    if (options.checksums) {
      const { bytesPerSecond = Number.POSITIVE_INFINITY } = options;
      const corrupt = await findCorrupt(check.root, database, { bytesPerSecond });
      const known = new Set(faults.map(({ blobId }) => blobId));
      faults.push(...corrupt.faults.filter(({ blobId }) => !known.has(blobId)));
    }
    return { ...check.totals, isOnline: lock === undefined, faults };
  } finally {
    lock?.[Symbol.dispose]();
  }
}

/**
 * Reads every byte that objects and open uploads own, and verifies it. The server that uses the folder may go on.
 *
 * @throws {StorageError} folder-unusable when there is no store in the folder
 */
export async function scrubDataFolder(folder: string, options: ScrubOptions): Promise<ScrubReport> {
  const dataFolder = await requireStore(folder);
  using database = new CheckDatabase(join(dataFolder, "metadata.sqlite"));
  return await findCorrupt(join(dataFolder, "blobs"), database, options);
}

class FolderCheck {
  readonly root: string;
  readonly faults: FolderFault[] = [];
  readonly totals: Omit<FolderReport, "faults" | "isOnline"> = {
    ...{ stored: zero(), live: zero(), open: zero() },
    ...{ queued: zero(), unswept: zero(), newer: zero() },
  };
  readonly #database: CheckDatabase;

  constructor(root: string, database: CheckDatabase) {
    this.root = root;
    this.#database = database;
  }

  async run(): Promise<void> {
    for (const message of this.#database.integrityFaults()) {
      this.#add({ kind: "database-damaged", message: `metadata.sqlite: ${message}` });
    }
    if (this.faults.length > 0) {
      // What a damaged database says of blobs is worth nothing.
      return;
    }
    for (const message of this.#database.contradictions()) {
      this.#add({ kind: "facts-contradict", message });
    }
    const leases = new Set([...(await entriesOf(this.root)), ...this.#database.leasesWithRows()]);
    for (const leaseId of leases) {
      await this.#checkLease(leaseId);
    }
  }

  /** One lease at a time, so that memory holds the names of one run's blobs only. */
  async #checkLease(leaseId: string): Promise<void> {
    const { sizesBytes: stored, damaged } = await storedBlobs(this.root, leaseId);
    const owned = new Map(this.#database.ownedUnder(leaseId).map((blob) => [blob.blobId, blob]));
    const queued = this.#database.queuedUnder(leaseId);
    for (const { path, offset } of damaged) {
      this.#add({
        kind: "bytes-corrupt",
        message: `${path} is damaged at byte ${offset}: there is no head of a record`,
      });
    }
    for (const [id, sizeBytes] of stored) {
      await this.#checkStored(leaseId, { id, sizeBytes, owner: owned.get(id), isQueued: queued.has(id) });
    }
    for (const blob of owned.values()) {
      if (!stored.has(blob.blobId)) {
        await this.#checkMissing(blob);
      }
    }
  }

  async #checkStored(
    leaseId: string,
    blob: {
      readonly id: BlobId;
      readonly sizeBytes: number;
      readonly owner: OwnedBlob | undefined;
      readonly isQueued: boolean;
    },
  ): Promise<void> {
    const { id, sizeBytes, owner, isQueued } = blob;
    const { live, open, queued, unswept, newer, stored } = this.totals;
    count(stored, sizeBytes);
    if (owner !== undefined) {
      count(owner.isOfUpload ? open : live, sizeBytes);
      if (owner.sizeBytes !== sizeBytes && this.#database.owned(id) !== undefined) {
        const message = `it has ${sizeBytes} bytes, its row says ${owner.sizeBytes}`;
        this.#add(faultOf(this.#database, "size-differs", id, message));
      }
    } else if (isQueued) {
      count(queued, sizeBytes);
    } else if (Number(leaseId) > this.#database.lastLease()) {
      count(newer, sizeBytes);
    } else if (this.#database.unsweptLeases().has(leaseId)) {
      count(unswept, sizeBytes);
    } else {
      await this.#checkOwnerless(id, sizeBytes);
    }
  }

  /** It may have got an owner, or have been deleted, since it was listed. */
  async #checkOwnerless(id: BlobId, sizeBytes: number): Promise<void> {
    const isOwned = this.#database.owned(id) !== undefined || this.#database.isQueued(id);
    const failure = await this.#whyNotOpened(id);
    if (!isOwned && failure?.code !== "blob-missing") {
      const message = `${sizeBytes} bytes are stored that nobody owns`;
      this.#add(faultOf(this.#database, "owner-missing", id, message));
    }
  }

  /** It may have been written, or its owner have gone, since the disk was listed. */
  async #checkMissing({ blobId }: OwnedBlob): Promise<void> {
    const failure = await this.#whyNotOpened(blobId);
    if (this.#database.owned(blobId) === undefined) {
      return;
    }
    if (failure !== undefined) {
      const kind = failure.code === "blob-missing" ? "bytes-missing" : "bytes-corrupt";
      this.#add(faultOf(this.#database, kind, blobId, failure.message));
    }
  }

  async #whyNotOpened(id: BlobId): Promise<StorageError | undefined> {
    try {
      await using _reader = await openStoredBlob(this.root, id);
      return undefined;
    } catch (error) {
      if (error instanceof StorageError) {
        return error;
      }
      throw error;
    }
  }

  #add(fault: FolderFault): void {
    if (this.faults.length < FAULTS_MAX) {
      this.faults.push(fault);
    }
  }
}

async function requireStore(folder: string): Promise<string> {
  const dataFolder = resolve(folder);
  const file = join(dataFolder, "metadata.sqlite");
  try {
    await stat(file);
    return dataFolder;
  } catch (cause) {
    throw new StorageError("folder-unusable", `${dataFolder} is no data folder: there is no ${file}`, {
      cause,
      fields: { path: dataFolder },
    });
  }
}

/** @returns undefined when a server uses the folder */
async function lockUnlessInUse(folder: string): Promise<Disposable | undefined> {
  try {
    return await lockFolder(folder);
  } catch (error) {
    if (error instanceof StorageError && error.code === "folder-in-use") {
      return undefined;
    }
    throw error;
  }
}
