// An object into a file: beside its place first, checked, made durable, then moved there; so that a broken download
// never stands where a whole file is expected.
import { randomBytes } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Bucket } from "../client/node/index.ts";
import { crc64 } from "../protocol/crc64/crc64.ts";
import { CommandError } from "./command-error.ts";

export interface DownloadOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (receivedBytes: number, totalBytes: number) => void;
}

export interface Download {
  readonly sizeBytes: number;
  readonly crc64: bigint;
  /** Whether the service sent a CRC-64 to compare with. */
  readonly isChecked: boolean;
}

/** @throws {CommandError} when the bytes that came are not those that the service has */
export async function downloadObject(
  bucket: Bucket,
  key: string,
  path: string,
  { signal, onProgress }: DownloadOptions,
): Promise<Download> {
  const object = await bucket.getObject(key, { signal });
  // A name of its own: with something appended to the file's, it could be too long.
  const partial = join(dirname(path), `.partwise-${randomBytes(8).toString("hex")}`);
  const file = await openNew(partial, path);
  let sizeBytes = 0;
  let sum = 0n;
  try {
    try {
      for await (const chunk of object.body) {
        await file.write(chunk);
        sum = crc64(chunk, sum);
        sizeBytes += chunk.length;
        onProgress(sizeBytes, object.sizeBytes);
      }
      assertWhole({ key, sizeBytes, sum }, object);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (failure) {
    await rm(partial, { force: true });
    throw failure;
  }
  return { sizeBytes, crc64: sum, isChecked: object.crc64 !== undefined };
}

async function openNew(partial: string, path: string): Promise<FileHandle> {
  try {
    return await open(partial, "wx");
  } catch (cause) {
    throw new CommandError(`cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
}

function assertWhole(
  received: { readonly key: string; readonly sizeBytes: number; readonly sum: bigint },
  object: { readonly sizeBytes: number; readonly crc64?: bigint },
): void {
  if (received.sizeBytes !== object.sizeBytes) {
    throw new CommandError(
      `${received.key} has ${object.sizeBytes} bytes, but ${received.sizeBytes} came; try again`,
    );
  }
  if (object.crc64 !== undefined && object.crc64 !== received.sum) {
    throw new CommandError(
      `${received.key} was damaged on its way: CRC-64 ${received.sum}, the service has ${object.crc64}; try again`,
    );
  }
}
