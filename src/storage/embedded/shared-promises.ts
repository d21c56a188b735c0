// How much of the disk the bodies under way may still take, of all processes that share a folder. Each has a place in one
// file, in which it writes its own sum; whoever wants to know how much all have promised reads the file. So nobody has to
// be asked, and no two processes promise the same space: each writes its promise first, and then looks whether it was too
// much. The file is memory that processes share, and nothing in it has to outlive them.
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";

const PROMISES_FILE = "promised";
const OWNER_ONLY = 0o600;
const PLACE_BYTES = 8;
/** Written at once, so that on a full disk a place can still be taken. */
const FIRST_PLACES = 512;
/** Places are in the order of leases, from the one of the process that opened the folder. */
const HEADER_BYTES = 8;

export class SharedPromises implements Disposable {
  readonly #handle: number;
  readonly #firstLease: number;
  readonly #ownPlace: number;
  readonly #ownBytes = Buffer.alloc(PLACE_BYTES);
  #read = Buffer.alloc(HEADER_BYTES + FIRST_PLACES * PLACE_BYTES);
  #isClosed = false;

  private constructor(handle: number, firstLease: number, leaseId: string) {
    this.#handle = handle;
    this.#firstLease = firstLease;
    this.#ownPlace = this.#placeOf(leaseId);
  }

  /** For the process that opens the folder, before any other joins it: nothing is promised. */
  static create(folder: string, leaseId: string): SharedPromises {
    const handle = openSync(join(folder, PROMISES_FILE), "w+", OWNER_ONLY);
    const content = Buffer.alloc(HEADER_BYTES + FIRST_PLACES * PLACE_BYTES);
    content.writeDoubleLE(Number(leaseId));
    writeSync(handle, content, 0, content.length, 0);
    return new SharedPromises(handle, Number(leaseId), leaseId);
  }

  /** For one that joins it, under a lease of its own. */
  static join(folder: string, leaseId: string): SharedPromises {
    const handle = openSync(join(folder, PROMISES_FILE), "r+");
    const header = Buffer.alloc(HEADER_BYTES);
    readSync(handle, header, 0, HEADER_BYTES, 0);
    return new SharedPromises(handle, header.readDoubleLE(), leaseId);
  }

  /** What this process has promised, from now on. */
  set(promisedBytes: number): void {
    this.#write(this.#ownPlace, promisedBytes);
  }

  /** A process has ended, and with it its bodies. */
  forget(leaseId: string): void {
    this.#write(this.#placeOf(leaseId), 0);
  }

  /** Of all processes, this one included. */
  total(): number {
    if (this.#isClosed) {
      return 0;
    }
    let readBytes = readSync(this.#handle, this.#read, 0, this.#read.length, 0);
    while (readBytes === this.#read.length) {
      // Workers have been replaced that often.
      this.#read = Buffer.alloc(2 * this.#read.length);
      readBytes = readSync(this.#handle, this.#read, 0, this.#read.length, 0);
    }
    let totalBytes = 0;
    for (let place = HEADER_BYTES; place + PLACE_BYTES <= readBytes; place += PLACE_BYTES) {
      totalBytes += this.#read.readDoubleLE(place);
    }
    return totalBytes;
  }

  [Symbol.dispose](): void {
    if (!this.#isClosed) {
      this.set(0);
      this.#isClosed = true;
      closeSync(this.#handle);
    }
  }

  #placeOf(leaseId: string): number {
    return HEADER_BYTES + (Number(leaseId) - this.#firstLease) * PLACE_BYTES;
  }

  #write(place: number, promisedBytes: number): void {
    if (!this.#isClosed) {
      this.#ownBytes.writeDoubleLE(promisedBytes);
      writeSync(this.#handle, this.#ownBytes, 0, PLACE_BYTES, place);
    }
  }
}
