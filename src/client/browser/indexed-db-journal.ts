// Journals of uploads in the browser's database, one for all pages of an origin: a page that was closed or reloaded goes
// on where it was, once the user has picked the file again. The locks are the browser's, which frees those of a page
// that is gone.

import { ClientError } from "../client-error.ts";
import type { Recut } from "../upload/recut.ts";
import type { JournaledPart, JournalHeader, JournalTarget, UploadJournal } from "../upload/upload-journal.ts";

/** Both stores have the target's name first in their keys. */
const UPLOADS = "uploads";
const PARTS = "parts";
const SCHEMA_VERSION = 1;

interface StoredUpload {
  readonly header: JournalHeader;
  readonly isCompleting: boolean;
  readonly recuts?: readonly Recut[];
}

/** @see UploadJournals.open */
export async function openIndexedDbJournal(
  databaseName: string,
  target: JournalTarget,
): Promise<UploadJournal> {
  const name = JSON.stringify([target.endpoint, target.bucket, target.key]);
  const unlock = await lock(`${databaseName} ${name}`, target);
  try {
    const database = await writable(() => openDatabase(databaseName));
    return await openJournal(database, name, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function openJournal(database: IDBDatabase, name: string, unlock: () => void): Promise<UploadJournal> {
  const partsOfTarget = IDBKeyRange.bound([name], [name, []]);
  const earlier = await readEarlier(database, name, partsOfTarget);
  let stored: StoredUpload | undefined = earlier && { ...earlier.stored, isCompleting: false };
  let isOpen = true;
  const change = (act: (uploads: IDBObjectStore, parts: IDBObjectStore) => void) =>
    writable(() => changeStores(database, act));
  const note = async (act: (uploads: IDBObjectStore, parts: IDBObjectStore) => void) => {
    if (!isOpen || stored === undefined) {
      throw new Error("nothing can be noted in a journal before it is begun or after it is closed");
    }
    await change(act);
  };
  const end = () => {
    isOpen = false;
    database.close();
    unlock();
  };

  return {
    earlier: earlier && { ...earlier.stored, parts: earlier.parts },
    begin(header) {
      stored = { header, isCompleting: false };
      return note((uploads, parts) => {
        parts.delete(partsOfTarget);
        uploads.put(stored, name);
      });
    },
    addPart: (part) =>
      note((uploads, parts) => {
        parts.put(plainPart(part), [name, part.partNumber]);
        uploads.put(stored, name);
      }),
    noteRecut: (recut) => {
      stored = stored && { ...stored, recuts: [...(stored.recuts ?? []), recut] };
      return note((uploads) => {
        uploads.put(stored, name);
      });
    },
    noteCompleting: () =>
      note((uploads) => {
        uploads.put({ ...stored, isCompleting: true }, name);
      }),
    async remove() {
      if (!isOpen) {
        return;
      }
      try {
        await change((uploads, parts) => {
          parts.delete(partsOfTarget);
          uploads.delete(name);
        });
      } finally {
        end();
      }
    },
    async close() {
      if (isOpen) {
        end();
      }
    },
  };
}

async function readEarlier(
  database: IDBDatabase,
  name: string,
  partsOfTarget: IDBKeyRange,
): Promise<{ readonly stored: StoredUpload; readonly parts: readonly JournaledPart[] } | undefined> {
  const transaction = database.transaction([UPLOADS, PARTS]);
  const [stored, parts] = await Promise.all([
    resultOf<StoredUpload | undefined>(transaction.objectStore(UPLOADS).get(name)),
    resultOf<JournaledPart[]>(transaction.objectStore(PARTS).getAll(partsOfTarget)),
  ]);
  return stored && { stored, parts };
}

/** Done when it is on the disk. */
function changeStores(
  database: IDBDatabase,
  act: (uploads: IDBObjectStore, parts: IDBObjectStore) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction([UPLOADS, PARTS], "readwrite", { durability: "strict" });
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    act(transaction.objectStore(UPLOADS), transaction.objectStore(PARTS));
  });
}

function openDatabase(databaseName: string): Promise<IDBDatabase> {
  const request = indexedDB.open(databaseName, SCHEMA_VERSION);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(UPLOADS);
    request.result.createObjectStore(PARTS);
  };
  return resultOf(request);
}

function resultOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** What is stored must be cloned, and a part may be an object of a class. */
function plainPart({ partNumber, etag, sizeBytes, crc64, start }: JournaledPart): JournaledPart {
  return { partNumber, etag, sizeBytes, crc64, ...(start !== undefined && { start }) };
}

/** @returns what gives the lock back. @throws {ClientError} upload-locked, or journal-unwritable without locks */
async function lock(name: string, { bucket, key }: JournalTarget): Promise<() => void> {
  const locks = (globalThis.navigator as Partial<Navigator> | undefined)?.locks;
  if (locks === undefined) {
    throw unwritable("locks are only for pages from https or localhost");
  }
  return new Promise((resolve, reject) => {
    const hold = (held: Lock | null) => {
      if (held === null) {
        const message = `another upload to ${bucket}/${key} is under way in this browser; wait for it, or close its page`;
        reject(new ClientError("upload-locked", message));
        return undefined;
      }
      return new Promise<void>((unlock) => resolve(unlock));
    };
    locks.request(name, { ifAvailable: true }, hold).catch(reject);
  });
}

async function writable<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (cause) {
    throw unwritable(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function unwritable(reason: string, cause?: unknown): ClientError {
  const message = `this browser keeps no journal of the upload: ${reason}`;
  return new ClientError("journal-unwritable", message, { cause });
}
