// What tells a source from another one of the same name: an upload that goes on tomorrow must go on with the same bytes.

/** Plain values, so that a journal can keep them. What a platform does not know is left out. */
export interface SourceIdentity {
  /** Such as the absolute path of a file, or the name of a browser's File. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Nanoseconds since 1970, in decimal digits; a browser knows milliseconds. */
  readonly modifiedNs?: string;
  /** In decimal digits. */
  readonly inode?: string;
  /** In decimal digits. */
  readonly device?: string;
}
