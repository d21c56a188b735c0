// The port through which an upload reads: any bytes of a known size that can be read from any position, again and again.

import type { SourceIdentity } from "./source-identity.ts";

export interface ByteSource {
  /** For messages: a path, or what kind of thing it is. */
  readonly label: string;
  /** When it was opened. */
  readonly sizeBytes: number;
  /** Reading it costs as much as sending it, so that nothing is compared with it byte by byte. */
  readonly isFarAway?: true;
  /** By which a later run knows it again; left out when it cannot be had again, like an array of bytes. */
  readonly identity?: SourceIdentity;
  /**
   * Reads bytes from `position` into `target`, as many as fit or are there.
   *
   * @returns how many; 0 at the end
   */
  read(position: number, target: Uint8Array): Promise<number>;
  /** Left out where every read may have to wait for something. */
  readonly immediate?: ImmediateReads;
  /** @throws {ClientError} `source-changed` if it is not what it was when it was opened */
  assertUnchanged(): Promise<void>;
  close(): Promise<void>;
}

/** Reads that are over when the call is: a copy within memory, for which the way through another thread is long. */
export interface ImmediateReads {
  /** Whether the next read is expected to be quick; if not, the source's own `read` is the way. Ask once before each. */
  isDue(): boolean;
  /** What to wait for before the next read, so that everything else gets its turn; mostly nothing. */
  turn(): Promise<void> | undefined;
  /** As `ByteSource.read` does it. Throws what that would reject with. */
  read(position: number, target: Uint8Array): number;
}
