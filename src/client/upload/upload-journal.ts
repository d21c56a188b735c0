// The port through which an upload remembers, across the end of its process, what it has done.
import type { UploadedPart } from "./part-info.ts";
import type { Recut } from "./recut.ts";
import type { SourceIdentity } from "./source-identity.ts";

/** Where an upload goes. One journal at most belongs to one target. */
export interface JournalTarget {
  /** As the client writes it, such as `https://oss-cn-hangzhou.aliyuncs.com`. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly key: string;
}

/** What never changes while an upload goes on: its target, its source, and how the one was cut for the other. */
export interface JournalHeader {
  readonly target: JournalTarget;
  readonly source: SourceIdentity;
  readonly uploadId: string;
  /** Of every part but the last, and those that were cut anew. */
  readonly partSizeBytes: number;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  /** What the object will carry (headers, tags, ACL) as upload-wishes.ts writes it: other wishes make another upload. */
  readonly wishes: string;
}

/** A part as the journal keeps it: all three are known of a part that was sent. */
export type JournaledPart = UploadedPart & {
  readonly sizeBytes: number;
  readonly crc64: bigint;
  /**
   * Where it begins, if that does not follow from its number: of an upload that was cut anew. Without it, a part whose
   * recut was lost could be taken for another of the same number and size.
   */
  readonly start?: number;
};

export interface JournaledUpload {
  readonly header: JournalHeader;
  /** In any order, each number once: the latest word on it. */
  readonly parts: readonly JournaledPart[];
  /** Whether the last run had begun to complete, with no part sent since: the object may be there already. */
  readonly isCompleting: boolean;
  /** How later parts were cut anew, in order; left out where they were not. */
  readonly recuts?: readonly Recut[];
}

/**
 * The journal of one target, locked by this process until `close` or `remove`.
 *
 * What cannot be written rejects with ClientError `journal-unwritable`; the upload itself need not end for it, and the
 * lock stays. After `close` or `remove` nothing can be noted any more; both may be called again.
 */
export interface UploadJournal {
  /** What the last run left; undefined when there was none or nothing of it can be read. */
  readonly earlier: JournaledUpload | undefined;
  /** Begins anew: durable, with `header` and no parts, before it resolves. Replaces what was there. */
  begin(header: JournalHeader): Promise<void>;
  /** Notes a finished part. Several may be under way; each resolves when it is durable. */
  addPart(part: JournaledPart): Promise<void>;
  /** Notes that later parts are cut anew, before any of them is noted. */
  noteRecut(recut: Recut): Promise<void>;
  /** Notes, before the request goes, that the upload is being completed. */
  noteCompleting(): Promise<void>;
  /** The upload is at its end: forgets it and gives back the lock. */
  remove(): Promise<void>;
  /** Keeps what is noted for a later run and gives back the lock. */
  close(): Promise<void>;
}

export interface UploadJournals {
  /**
   * Takes the target's lock and reads what an earlier run left.
   *
   * @throws {ClientError} `upload-locked` while another process, or another upload of this one, has it
   * @throws {ClientError} `journal-unwritable` if there is no place to keep one
   */
  open(target: JournalTarget): Promise<UploadJournal>;
}
