// The open uploads of a bucket: which parts they take, and what a completion makes of them.
import {
  type ModelObject,
  type ModelPart,
  type ModelUpload,
  md5Base64,
  md5Hex,
  Refusal,
  sumsOf,
} from "./model-records.ts";
import { plainCrc64 } from "./plain-crc64.ts";
import type { PartChoice } from "./service-calls.ts";

/** What an upload makes of its parts; when and as which version is not its business. */
export type CompletedContent = Omit<ModelObject, "modifiedAtMs" | "versionId">;

const PART_SIZE_MIN_BYTES = 102_400;

export class ModelUploads {
  readonly #uploads = new Map<string, ModelUpload>();

  get isEmpty(): boolean {
    return this.#uploads.size === 0;
  }

  list(): readonly ModelUpload[] {
    return [...this.#uploads.values()];
  }

  open(upload: Omit<ModelUpload, "parts">): void {
    this.#uploads.set(upload.uploadId, { ...upload, parts: new Map() });
  }

  find(uploadId: string): ModelUpload | undefined {
    return this.#uploads.get(uploadId);
  }

  require(uploadId: string): ModelUpload {
    const upload = this.#uploads.get(uploadId);
    if (upload === undefined) {
      throw new Refusal("NoSuchUpload");
    }
    return upload;
  }

  /** Of a sequential upload, only the part behind the last one, or the last one again. */
  assertInSequence(uploadId: string, partNumber: number): void {
    const { isSequential, parts } = this.require(uploadId);
    const lastPartNumber = Math.max(0, ...parts.keys());
    if (isSequential && partNumber !== lastPartNumber && partNumber !== lastPartNumber + 1) {
      throw new Refusal("PartNotSequential");
    }
  }

  putPart(uploadId: string, partNumber: number, bytes: Buffer, createdAtMs: number): ModelPart {
    const part = { partNumber, bytes, ...sumsOf(bytes), createdAtMs };
    this.require(uploadId).parts.set(partNumber, part);
    return part;
  }

  /** The upload stays open. */
  complete(uploadId: string, choice: PartChoice): CompletedContent {
    const upload = this.require(uploadId);
    const stored = sortedParts(upload);
    const parts = chosenParts(stored, choice);
    const isEmptyList = parts.length === 0 && !["all", "absent", "wrong ETag"].includes(choice);
    if (isEmptyList && stored.length > 0) {
      throw new Refusal("MalformedXML");
    }
    if (!isEmptyList && (parts.length === 0 || choice === "absent" || choice === "wrong ETag")) {
      throw new Refusal("InvalidPart");
    }
    if (parts.slice(0, -1).some(({ bytes }) => bytes.length < PART_SIZE_MIN_BYTES)) {
      throw new Refusal("EntityTooSmall");
    }
    const { key, note, tags } = upload;
    const bytes = Buffer.concat(parts.map((part) => part.bytes));
    const etag = `${md5Hex(Buffer.from(parts.map((part) => part.etag).join("")))}-${parts.length}`;
    const contentMd5 = hasContentMd5(upload, parts) ? md5Base64(bytes) : undefined;
    return { key, note, tags, bytes, etag, crc64: plainCrc64(bytes), contentMd5, type: "Multipart" };
  }

  close(uploadId: string): void {
    this.require(uploadId);
    this.#uploads.delete(uploadId);
  }
}

export function sortedParts({ parts }: ModelUpload): readonly ModelPart[] {
  return [...parts.values()].toSorted((a, b) => a.partNumber - b.partNumber);
}

/** The parts that a completion of this choice names, by number. */
export function chosenParts(parts: readonly ModelPart[], choice: PartChoice): readonly ModelPart[] {
  if (choice === "first") {
    return parts.slice(0, 1);
  }
  return choice === "without first" ? parts.slice(1) : parts;
}

/** A sequential upload of the parts 1 to n, and at least one. */
function hasContentMd5({ isSequential }: ModelUpload, parts: readonly ModelPart[]): boolean {
  const isWithoutGap = parts.every(({ partNumber }, index) => partNumber === index + 1);
  return isSequential && isWithoutGap && parts.length > 0;
}
