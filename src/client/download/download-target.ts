// The port through which a download writes: bytes at any position, some of which may be there from an earlier run.

/** What tells one object from another under the same key. */
export interface ObjectIdentity {
  readonly etag: string;
  readonly sizeBytes: number;
  /** Undefined: the service tells none. */
  readonly crc64: bigint | undefined;
  /** Undefined: the bucket keeps no versions. */
  readonly versionId: string | undefined;
}

/** A range of the object that has arrived whole. */
export interface ArrivedRange {
  /** From 0; the range begins at `rangeIndex` times the size of a range. */
  readonly rangeIndex: number;
  /** CRC-64/XZ of its bytes. */
  readonly crc64: bigint;
}

export interface DownloadTarget {
  /** For messages, such as a path. */
  readonly label: string;
  /**
   * Makes ready for an object cut into ranges of `rangeSizeBytes`.
   *
   * @returns the ranges that an earlier run noted of the very same object; their bytes are to be checked before they
   * count, for they may not have reached the disk. None when there was no such run.
   */
  begin(identity: ObjectIdentity, rangeSizeBytes: number): Promise<readonly ArrivedRange[]>;
  write(position: number, bytes: Uint8Array): Promise<void>;
  /** Reads back what was written. @returns how many bytes; 0 where there are none */
  read(position: number, target: Uint8Array): Promise<number>;
  /** Remembers, for a later run, that a range is whole. */
  noteArrived(range: ArrivedRange): Promise<void>;
  /** Everything has arrived and was checked: makes it durable and puts it in its place. */
  finish(): Promise<void>;
  /** Forgets what was noted, for it cannot be trusted. */
  distrust(): Promise<void>;
  /** Ends the use, finished or not; what has arrived is kept for a later run. */
  close(): Promise<void>;
}
