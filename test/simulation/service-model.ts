// The service as a user sees it, small enough to check by eye: one bucket in plain maps. It knows nothing of the
// server, of its stores or of their arithmetic; docs/PROTOCOL.md is what it is written from.
import { createHash } from "node:crypto";
import type { ByteRange } from "../../src/protocol/fields/byte-range.ts";
import { type ModelPage, pageOf } from "./model-listing.ts";
import { plainCrc64 } from "./plain-crc64.ts";
import type { Condition, Page, PartChoice } from "./service-calls.ts";

export interface ModelObject {
  readonly key: string;
  readonly uploadId: "";
  readonly bytes: Buffer;
  readonly etag: string;
  readonly crc64: bigint;
  readonly type: "Multipart" | "Normal";
  readonly note: string;
  readonly modifiedAtMs: number;
}

export interface ModelPart {
  readonly partNumber: number;
  readonly bytes: Buffer;
  readonly etag: string;
  readonly crc64: bigint;
  readonly createdAtMs: number;
}

export interface ModelUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly note: string;
  readonly initiatedAtMs: number;
  readonly parts: Map<number, ModelPart>;
}

interface ModelBucket {
  readonly objects: Map<string, ModelObject>;
  readonly uploads: Map<string, ModelUpload>;
}

/** What the service answers when it refuses. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

const PART_SIZE_MIN_BYTES = 102_400;

export class ServiceModel {
  #bucket: ModelBucket | undefined = { objects: new Map(), uploads: new Map() };

  get isThere(): boolean {
    return this.#bucket !== undefined;
  }

  createBucket(): void {
    this.#bucket ??= { objects: new Map(), uploads: new Map() };
  }

  deleteBucket(): void {
    const { objects, uploads } = this.#existing;
    if (objects.size + uploads.size > 0) {
      throw new Refusal("BucketNotEmpty");
    }
    this.#bucket = undefined;
  }

  /** For a look from outside: whatever is there. */
  find(key: string): ModelObject | undefined {
    return this.#bucket?.objects.get(key);
  }

  findUpload(uploadId: string): ModelUpload | undefined {
    return this.#bucket?.uploads.get(uploadId);
  }

  putObject(object: Pick<ModelObject, "bytes" | "key" | "modifiedAtMs" | "note">, forbidOverwrite: boolean) {
    this.assertWritable(object.key, forbidOverwrite);
    return this.#publish({ ...object, ...sumsOf(object.bytes), type: "Normal" });
  }

  /** @param condition  on the object */
  getObject(key: string, condition: Condition | null): ModelObject {
    const object = this.#existing.objects.get(key);
    if (object === undefined) {
      throw new Refusal("NoSuchKey");
    }
    assertCondition(condition);
    return object;
  }

  deleteObject(key: string): void {
    this.#existing.objects.delete(key);
  }

  listObjects({ after, ...page }: Page): ModelPage<ModelObject> {
    return pageOf([...this.#existing.objects.values()], { ...page, afterKey: after, afterUploadId: "" });
  }

  listUploads({ after, ...page }: Page, afterUploadId: string): ModelPage<ModelUpload> {
    // An upload id says something only about the key that it comes with.
    const marker = { afterKey: after, afterUploadId: after === "" ? "" : afterUploadId };
    return pageOf([...this.#existing.uploads.values()], { ...page, ...marker });
  }

  assertWritable(key: string, forbidOverwrite: boolean): void {
    if (this.#existing.objects.has(key) && forbidOverwrite) {
      throw new Refusal("FileAlreadyExists");
    }
  }

  /** @param uploadId  that the service has given */
  initiate(upload: Omit<ModelUpload, "parts">): void {
    this.#existing.uploads.set(upload.uploadId, { ...upload, parts: new Map() });
  }

  upload(uploadId: string): ModelUpload {
    const upload = this.#existing.uploads.get(uploadId);
    if (upload === undefined) {
      throw new Refusal("NoSuchUpload");
    }
    return upload;
  }

  putPart(uploadId: string, partNumber: number, bytes: Buffer, createdAtMs: number): ModelPart {
    const part = { partNumber, bytes, ...sumsOf(bytes), createdAtMs };
    this.upload(uploadId).parts.set(partNumber, part);
    return part;
  }

  partsOf(uploadId: string): readonly ModelPart[] {
    return [...this.upload(uploadId).parts.values()].toSorted((a, b) => a.partNumber - b.partNumber);
  }

  complete(
    uploadId: string,
    choice: PartChoice,
    options: { readonly forbidOverwrite: boolean; readonly completedAtMs: number },
  ): ModelObject {
    const { key, note } = this.upload(uploadId);
    const parts = chosenParts(this.partsOf(uploadId), choice);
    const isEmptyList = parts.length === 0 && !["all", "absent", "wrong ETag"].includes(choice);
    if (isEmptyList && this.partsOf(uploadId).length > 0) {
      throw new Refusal("MalformedXML");
    }
    if (!isEmptyList && (parts.length === 0 || choice === "absent" || choice === "wrong ETag")) {
      throw new Refusal("InvalidPart");
    }
    if (parts.slice(0, -1).some(({ bytes }) => bytes.length < PART_SIZE_MIN_BYTES)) {
      throw new Refusal("EntityTooSmall");
    }
    this.assertWritable(key, options.forbidOverwrite);
    this.#existing.uploads.delete(uploadId);
    const bytes = Buffer.concat(parts.map((part) => part.bytes));
    const etag = `${md5(Buffer.from(parts.map((part) => part.etag).join("")))}-${parts.length}`;
    const crc64 = plainCrc64(bytes);
    return this.#publish({
      key,
      note,
      bytes,
      etag,
      crc64,
      type: "Multipart",
      modifiedAtMs: options.completedAtMs,
    });
  }

  abort(uploadId: string): void {
    this.upload(uploadId);
    this.#existing.uploads.delete(uploadId);
  }

  get #existing(): ModelBucket {
    if (this.#bucket === undefined) {
      throw new Refusal("NoSuchBucket");
    }
    return this.#bucket;
  }

  #publish(object: Omit<ModelObject, "uploadId">): ModelObject {
    const published = { ...object, uploadId: "" as const };
    this.#existing.objects.set(object.key, published);
    return published;
  }
}

/** The parts that a completion of this choice names, by number. */
export function chosenParts(parts: readonly ModelPart[], choice: PartChoice): readonly ModelPart[] {
  if (choice === "first") {
    return parts.slice(0, 1);
  }
  return choice === "without first" ? parts.slice(1) : parts;
}

/** What `range` means: by default the whole object unless it fits exactly, by HTTP with `isStandard`. */
export function rangeOf(range: ByteRange, sizeBytes: number, isStandard: boolean) {
  const { start, end } = range;
  if (start === undefined && end === undefined) {
    return "whole";
  }
  const from = start ?? sizeBytes - Math.min(end ?? 0, sizeBytes);
  const to = start === undefined || end === undefined ? sizeBytes : end + 1;
  const isTooLong = start === undefined && (end ?? 0) > sizeBytes;
  if (from >= sizeBytes) {
    return isStandard ? "unsatisfiable" : "whole";
  }
  if ((to > sizeBytes || isTooLong) && !isStandard) {
    return "whole";
  }
  return { start: from, endExclusive: Math.min(to, sizeBytes) };
}

/** The condition says of itself how it compares with the object: that is how the call was made. */
function assertCondition(condition: Condition | null): void {
  const isOther = condition?.offset !== 0;
  if (
    (condition?.name === "ifMatch" && isOther) ||
    (condition?.name === "ifUnmodifiedSince" && condition.offset < 0)
  ) {
    throw new Refusal("PreconditionFailed");
  }
  if (
    (condition?.name === "ifNoneMatch" && !isOther) ||
    (condition?.name === "ifModifiedSince" && condition.offset >= 0)
  ) {
    throw new Refusal("NotModified");
  }
}

function sumsOf(bytes: Buffer): Pick<ModelObject, "crc64" | "etag"> {
  return { etag: md5(bytes), crc64: plainCrc64(bytes) };
}

function md5(bytes: Buffer): string {
  return createHash("md5").update(bytes).digest("hex").toUpperCase();
}
