// Bytes from the socket to the disk: decode → limit → digest → write, verified at the end. Nobody can see the blob
// until the caller publishes it.
import { crc64 } from "../protocol/crc64/crc64.ts";
import { serviceError } from "../protocol/errors/known-error.ts";
import type { BlobStore, BlobWriter } from "../storage/blob-store.ts";
import { gatherRuns } from "./gather-runs.ts";
import type { RunningDigest } from "./md5/md5-queue.ts";
import { type ReceiveMemory, receiveMemory } from "./receive-memory.ts";
import type { RequestBody } from "./service-context.ts";

/** A shorter body is copied in less time than a buffer is worth. */
const KEPT_SIZE_MIN_BYTES = 65_536;

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
    using reception = new Reception(writer, { memory: receiveMemory(), ...declared, furtherDigest });
    await reception.receiveAll(body);
    const digests = reception.digests();
    assertDigests(digests, declared);
    await writer.commit();
    return { blobId: writer.id, ...digests };
  } catch (failure) {
    await writer.discard();
    throw failure;
  }
}

type Digests = Omit<ReceivedBlob, "blobId">;

interface ReceptionOptions {
  readonly memory: ReceiveMemory;
  readonly sizeMaxBytes: number;
  readonly furtherDigest: FurtherDigest | undefined;
}

/** Long runs of a body, hashed and written where they lie. While one is, the next one comes in. */
class Reception implements Disposable {
  readonly #writer: BlobWriter;
  readonly #memory: ReceiveMemory;
  readonly #sizeMaxBytes: number;
  readonly #furtherDigest: FurtherDigest | undefined;
  readonly #md5: RunningDigest;
  /** All of the body, which the blob is made of. */
  #kept: Uint8Array | undefined;
  #isMd5Ended = false;
  #sizeBytes = 0;
  #crc64 = 0n;

  constructor(writer: BlobWriter, { memory, sizeMaxBytes, furtherDigest }: ReceptionOptions) {
    this.#writer = writer;
    this.#memory = memory;
    this.#sizeMaxBytes = sizeMaxBytes;
    this.#furtherDigest = furtherDigest;
    this.#md5 = memory.startMd5();
  }

  async receiveAll(body: RequestBody): Promise<void> {
    const runs = body.runs?.(this.#memory) ?? gatherRuns(body.chunks, this.#memory);
    let stored: Promise<void> | undefined;
    try {
      for await (const run of runs) {
        const isWhole = run.length === body.sizeBytes;
        const storing = isWhole && this.#mayKeep(run) ? this.#storeWhole(run) : this.#store(run, stored);
        // What fails here is thrown below; until then nobody may look.
        storing.catch(() => undefined);
        await stored;
        stored = storing;
      }
    } finally {
      // Also when the body breaks off: nobody may close the blob while it is written to.
      await stored;
    }
  }

  /** Whether a body that has come whole may stay where it is until the blob is durable, which spares a copy. */
  #mayKeep(run: Uint8Array): boolean {
    return this.#writer.writeWhole !== undefined && run.length >= KEPT_SIZE_MIN_BYTES && this.#memory.isAmple;
  }

  /** Owns `run` from here on. */
  async #storeWhole(run: Uint8Array): Promise<void> {
    this.#kept = run;
    this.#look(run);
    await allSettled(this.#md5.update(run), this.#writer.writeWhole?.(run) ?? this.#writer.write(run));
  }

  /** Owns `run` from here on. */
  async #store(run: Uint8Array, before: Promise<void> | undefined): Promise<void> {
    try {
      this.#look(run);
      await before;
      await allSettled(this.#md5.update(run), this.#writer.write(run));
    } finally {
      this.#memory.give(run);
    }
  }

  #look(run: Uint8Array): void {
    this.#sizeBytes += run.length;
    assertSize(this.#sizeBytes, this.#sizeMaxBytes);
    this.#furtherDigest?.update(run);
    if (this.#writer.crc64 === undefined) {
      this.#crc64 = crc64(run, this.#crc64);
    }
  }

  /** Ends the MD5: to be called once. */
  digests(): Digests {
    this.#isMd5Ended = true;
    const digest = this.#md5.digest();
    return {
      sizeBytes: this.#sizeBytes,
      crc64: this.#writer.crc64?.() ?? this.#crc64,
      md5: digest.toString("hex"),
      md5Base64: digest.toString("base64"),
    };
  }

  /** To be called when the blob is committed, or nobody writes to it any more. */
  [Symbol.dispose](): void {
    if (!this.#isMd5Ended) {
      this.#md5.abandon();
    }
    if (this.#kept !== undefined) {
      this.#memory.give(this.#kept);
    }
  }
}

/** Waits for both, whatever becomes of them, and then throws what the first of them throws. */
async function allSettled(...works: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(works)) {
    if (result.status === "rejected") {
      throw result.reason;
    }
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
