// One thing to be moved, and the words for it.
import type { UploadOptions, UploadWishes } from "../../client/node/index.ts";
import type { OssUrl } from "../oss-url.ts";
import { formatOssUrl } from "../oss-url.ts";

export interface FilePlace {
  readonly path: string;
  /** Undefined: a stream, such as standard input, whose size only its end tells. */
  readonly sizeBytes: number | undefined;
  /** Milliseconds since 1970; undefined of a stream. */
  readonly modifiedMs: number | undefined;
}

export interface ObjectPlace extends OssUrl {
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
}

/** What the object is to carry and how it is cut, when it is not for this command to say. */
type EarlierWishes = UploadWishes & Pick<UploadOptions, "multipartThreshold">;

export type Transfer =
  | {
      readonly type: "upload";
      readonly source: FilePlace;
      readonly target: OssUrl;
      readonly wishes?: EarlierWishes;
    }
  | {
      readonly type: "download";
      readonly source: ObjectPlace;
      readonly path: string;
      /** The file is to be as old as the object, so that the two compare as alike. */
      readonly keepsTime?: true;
    }
  | {
      readonly type: "copy";
      readonly source: ObjectPlace;
      readonly target: OssUrl;
      readonly wishes?: EarlierWishes;
    }
  | { readonly type: "delete-object"; readonly target: OssUrl }
  | { readonly type: "delete-file"; readonly path: string };

/** What cannot be moved at all, found while looking for what can. */
export interface Unmovable {
  readonly type: "unmovable";
  readonly place: string;
  readonly problem: string;
}

/** Where it comes from, as a person would type it. */
export function fromOf(transfer: Transfer): string {
  switch (transfer.type) {
    case "upload":
      return transfer.source.path;
    case "download":
    case "copy":
      return formatOssUrl(transfer.source);
    case "delete-object":
      return formatOssUrl(transfer.target);
    case "delete-file":
      return transfer.path;
  }
}

/** Where it goes; what is deleted goes nowhere. */
export function toOf(transfer: Transfer): string | undefined {
  switch (transfer.type) {
    case "upload":
    case "copy":
      return formatOssUrl(transfer.target);
    case "download":
      return transfer.path;
    default:
      return undefined;
  }
}

/** 0 when nothing moves, or nobody knows yet. */
export function sizeOf(transfer: Transfer): number {
  return "source" in transfer ? (transfer.source.sizeBytes ?? 0) : 0;
}
