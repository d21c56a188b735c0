// Bytes from the socket to the disk: decode → limit → digest → write, verified at the end. Nobody can see the blob
// until the caller publishes it.
import { createHash, type Hash } from "node:crypto";
import { encodeBase64 } from "../protocol/base64.ts";
import { crc64 } from "../protocol/crc64/crc64.ts";
import { serviceError } from "../protocol/errors/known-error.ts";
import type { BlobStore, BlobWriter } from "../storage/blob-store.ts";
import type { BufferPool } from "./buffer-pool.ts";
import { receiveBuffers } from "./buffer-pool.ts";
import type { RequestBody } from "./service-context.ts";

/** What the client declared about its body; whatever it declared must be so. */
export interface DeclaredBody {
  /** Base64. */
  readonly contentMd5?: string;
  readonly crc64?: bigint;
  readonly sizeMaxBytes: number;
}

/** A blob that is durable and that nothing refers to yet. */
export interface ReceivedBlob {
  readonly blobId: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly md5: string;
  readonly md5Base64: string;
  readonly crc64: bigint;
}

/** Is shown all bytes too, in order. */
export interface FurtherDigest {
  update(bytes: Uint8Array): void;
}

/**
 * @throws {ServiceError} EntityTooLarge, InvalidDigest, InvalidCRC64, IncompleteBody; the blob is then discarded
 */
export async function receiveObject(
  body: RequestBody,
  declared: DeclaredBody,
  blobs: BlobStore,
  furtherDigest?: FurtherDigest,
): Promise<ReceivedBlob> {
  assertDigestForm(declared.contentMd5);
  assertSize(body.sizeBytes ?? 0, declared.sizeMaxBytes);
  const writer = await blobs.create({ sizeBytes: body.sizeBytes });
  try {
    const run = new DigestedRun(writer, furtherDigest);
    const digests = await writeDigested(body, declared.sizeMaxBytes, run, receiveBuffers);
    assertDigests(digests, declared);
    await writer.commit();
    return { blobId: writer.id, ...digests };
  } catch (failure) {
    await writer.discard();
    throw failure;
  }
}

type Digests = Omit<ReceivedBlob, "blobId">;

/** Gathers chunks in one pooled buffer, so that hashing and writing work on large runs whatever the socket gives. */
async function writeDigested(
  body: RequestBody,
  sizeMaxBytes: number,
  run: DigestedRun,
  pool: BufferPool,
): Promise<Digests> {
  const buffer = pool.take();
  let filledBytes = 0;
  try {
    for await (const chunk of body.chunks) {
      assertSize(run.sizeBytes + filledBytes + chunk.length, sizeMaxBytes);
      let offset = 0;
      while (offset < chunk.length) {
        const copied = Math.min(chunk.length - offset, buffer.length - filledBytes);
        buffer.set(chunk.subarray(offset, offset + copied), filledBytes);
        offset += copied;
        filledBytes += copied;
        if (filledBytes === buffer.length) {
          await run.append(buffer);
          filledBytes = 0;
        }
      }
    }
    await run.append(buffer.subarray(0, filledBytes));
  } finally {
    pool.give(buffer);
  }
  return run.digests();
}

class DigestedRun {
  sizeBytes = 0;
  crc64 = 0n;
  readonly #md5: Hash = createHash("md5");
  readonly #furtherDigest: FurtherDigest | undefined;
  readonly #writer: BlobWriter;

  constructor(writer: BlobWriter, furtherDigest: FurtherDigest | undefined) {
    this.#writer = writer;
    this.#furtherDigest = furtherDigest;
  }

  async append(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) {
      return;
    }
    this.#md5.update(bytes);
    this.#furtherDigest?.update(bytes);
    this.crc64 = crc64(bytes, this.crc64);
    this.sizeBytes += bytes.length;
    await this.#writer.write(bytes);
  }

  /** Ends the MD5: to be called once. */
  digests(): Digests {
    const digest = this.#md5.digest();
    return {
      sizeBytes: this.sizeBytes,
      crc64: this.crc64,
      md5: digest.toString("hex"),
      md5Base64: encodeBase64(digest),
    };
  }
}

function assertSize(sizeBytes: number, sizeMaxBytes: number): void {
  if (sizeBytes > sizeMaxBytes) {
    throw serviceError("EntityTooLarge", {
      fields: { MaxSizeAllowed: String(sizeMaxBytes), ProposedSize: String(sizeBytes) },
    });
  }
}

function assertDigestForm(contentMd5: string | undefined): void {
  if (contentMd5 !== undefined && !/^[A-Za-z0-9+/]{22}==$/.test(contentMd5)) {
    throw serviceError("InvalidDigest", { fields: { "Content-MD5": contentMd5 } });
  }
}

function assertDigests(digests: Digests, declared: DeclaredBody): void {
  if (declared.contentMd5 !== undefined && declared.contentMd5 !== digests.md5Base64) {
    throw serviceError("InvalidDigest", { fields: { "Content-MD5": declared.contentMd5 } });
  }
  if (declared.crc64 !== undefined && declared.crc64 !== digests.crc64) {
    throw serviceError("InvalidCRC64");
  }
}
