// What the model keeps: objects, delete markers, open uploads and their parts.
import { createHash } from "node:crypto";
import { plainCrc64 } from "./plain-crc64.ts";

export type Tags = Readonly<Record<string, string>>;

export interface ModelObject {
  readonly key: string;
  readonly versionId: string;
  readonly bytes: Buffer;
  readonly etag: string;
  readonly crc64: bigint;
  /** Base64; undefined where the service knows none. */
  readonly contentMd5: string | undefined;
  readonly type: "Appendable" | "Multipart" | "Normal";
  readonly note: string;
  readonly tags: Tags;
  readonly modifiedAtMs: number;
}

export interface ModelMarker {
  readonly key: string;
  readonly versionId: string;
  readonly type: "DeleteMarker";
  readonly modifiedAtMs: number;
}

export type ModelVersion = ModelMarker | ModelObject;

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
  readonly tags: Tags;
  /** Whether its parts must come as 1, 2, 3 … */
  readonly isSequential: boolean;
  readonly initiatedAtMs: number;
  readonly parts: Map<number, ModelPart>;
}

/** What the service answers when it refuses. */
export class Refusal extends Error {
  readonly code: string;
  /** Those that some refusals carry. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, headers: Readonly<Record<string, string>> = {}) {
    super(code);
    this.code = code;
    this.headers = headers;
  }
}

/** Of bytes that came in one piece. */
export function sumsOf(bytes: Buffer): Pick<ModelObject, "crc64" | "etag"> {
  return { etag: md5Hex(bytes), crc64: plainCrc64(bytes) };
}

export function md5Hex(bytes: Buffer): string {
  return createHash("md5").update(bytes).digest("hex").toUpperCase();
}

export function md5Base64(bytes: Buffer): string {
  return createHash("md5").update(bytes).digest("base64");
}
