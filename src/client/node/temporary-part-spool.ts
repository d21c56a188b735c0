// Large parts of a stream in temporary files, which have no name any more while they are used: whatever happens to the
// process, their room is free afterwards.

import { access, constants, type FileHandle, open, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PartSpool, SpooledPart } from "../upload/part-spool.ts";
import { builtInCrypto } from "./built-in-modules.ts";
import { errorCode } from "./durable-file.ts";

const { randomUUID } = builtInCrypto();

export interface TemporaryPartSpoolOptions {
  /** Default: the system's folder for temporary files, which TMPDIR names. */
  readonly folder?: string;
  /** Bytes of all parts together; default 16 GiB: four parts of the largest size. */
  readonly sizeMaxBytes?: number;
}

const GIB = 1024 ** 3;

/** Others need room there too. */
const FREE_MIN_BYTES: number = 256 * 1024 * 1024;

const OWNER_ONLY = 0o600;

export class TemporaryPartSpool implements PartSpool {
  readonly label: string;
  readonly #folder: string;
  readonly #sizeMaxBytes: number;
  /** For parts that are being filled or sent, at their full size. */
  #reservedBytes = 0;
  /** Of these, what is not on the disk yet. */
  #unwrittenBytes = 0;

  constructor({ folder = tmpdir(), sizeMaxBytes = 16 * GIB }: TemporaryPartSpoolOptions = {}) {
    this.label = `the folder ${folder}`;
    this.#folder = folder;
    this.#sizeMaxBytes = sizeMaxBytes;
  }

  async hasRoom(sizeBytes: number): Promise<boolean> {
    if (this.#reservedBytes + sizeBytes > this.#sizeMaxBytes) {
      return false;
    }
    try {
      await access(this.#folder, constants.W_OK);
      const { bavail, bsize } = await statfs(this.#folder);
      return bavail * bsize - this.#unwrittenBytes >= sizeBytes + FREE_MIN_BYTES;
    } catch {
      // A folder that is not there, or that may not be used, has no room.
      return false;
    }
  }

  async create(sizeMaxBytes: number): Promise<SpooledPart> {
    const path = join(this.#folder, `partwise-${randomUUID()}`);
    const file = await open(path, "wx+", OWNER_ONLY);
    await removeName(path, file);
    this.#reservedBytes += sizeMaxBytes;
    this.#unwrittenBytes += sizeMaxBytes;
    let writtenBytes = 0;
    let isThere = true;
    return {
      append: async (bytes) => {
        const isWritten = await writeAll(file, bytes, writtenBytes);
        if (isWritten) {
          writtenBytes += bytes.byteLength;
          this.#unwrittenBytes -= bytes.byteLength;
        }
        return isWritten;
      },
      read: async (position, target) => (await file.read(target, 0, target.byteLength, position)).bytesRead,
      discard: async () => {
        if (isThere) {
          isThere = false;
          this.#reservedBytes -= sizeMaxBytes;
          this.#unwrittenBytes -= sizeMaxBytes - writtenBytes;
          await file.close();
        }
      },
    };
  }
}

/** The file stays until it is closed. */
async function removeName(path: string, file: FileHandle): Promise<void> {
  try {
    await rm(path);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** @returns false if the disk, or what the user may have of it, is full */
async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<boolean> {
  let doneBytes = 0;
  try {
    while (doneBytes < bytes.byteLength) {
      const left = bytes.byteLength - doneBytes;
      doneBytes += (await file.write(bytes, doneBytes, left, position + doneBytes)).bytesWritten;
    }
    return true;
  } catch (error) {
    if (["ENOSPC", "EDQUOT", "EFBIG"].includes(errorCode(error) ?? "")) {
      return false;
    }
    throw error;
  }
}
