// The port through which an upload reads: any bytes of a known size that can be read from any position, again and again.

export interface ByteSource {
  /** For messages: a path, or what kind of thing it is. */
  readonly label: string;
  /** When it was opened. */
  readonly sizeBytes: number;
  /**
   * Reads bytes from `position` into `target`, as many as fit or are there.
   *
   * @returns how many; 0 at the end
   */
  read(position: number, target: Uint8Array): Promise<number>;
  /** @throws {ClientError} `source-changed` if it is not what it was when it was opened */
  assertUnchanged(): Promise<void>;
  close(): Promise<void>;
}
