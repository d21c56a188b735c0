// A file that others may write to while it is read.
import { ClientError } from "../../../src/client/client-error.ts";
import type { ByteSource } from "../../../src/client/upload/byte-source.ts";
import { sourceChange } from "../../../src/client/upload/compare-source.ts";
import type { SourceIdentity } from "../../../src/client/upload/source-identity.ts";
import { seededBytes } from "../../torture/seeded-random.ts";
import type { FileChange } from "./fault.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

/** All files are made of these bytes, from different places on: random numbers cost more than the rest. */
const supply = seededBytes(1, 4 * 1024 * 1024);

export class SimulatedFile {
  #bytes: Uint8Array;
  #place: number;
  #changeCount = 0;
  readonly #inode: string;

  constructor(sizeBytes: number, seed: number) {
    this.#place = (seed * 7919) % (supply.length / 2);
    this.#inode = String(seed);
    this.#bytes = this.#cut(sizeBytes);
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  change(change: FileChange): void {
    this.#changeCount += 1;
    const { length } = this.#bytes;
    switch (change) {
      case "touched":
        return;
      case "grown":
        this.#bytes = this.#cut(length + 10_000);
        return;
      case "shrunk":
        this.#bytes = this.#cut(Math.max(0, length - 10_000));
        return;
      case "rewritten":
        this.#place += 1;
        this.#bytes = this.#cut(length);
    }
  }

  /** @param noteOpened  told of the bytes as they are when it is opened */
  open(process: SimulatedProcess, noteOpened: (bytes: Uint8Array) => void): Promise<ByteSource> {
    return process.deal(() => {
      noteOpened(this.#bytes);
      const identity = this.#identity;
      return {
        label: "the file",
        sizeBytes: identity.sizeBytes,
        identity,
        read: (position, target) =>
          process.deal(() => {
            const piece = this.#bytes.subarray(position, position + target.byteLength);
            target.set(piece);
            return piece.byteLength;
          }),
        assertUnchanged: () =>
          process.deal(() => {
            const change = sourceChange(identity, this.#identity);
            if (change !== undefined) {
              throw new ClientError("source-changed", `the file changed while it was uploaded: ${change}`);
            }
          }),
        close: async () => {},
      };
    });
  }

  get #identity(): SourceIdentity {
    return {
      name: "/file",
      sizeBytes: this.#bytes.length,
      modifiedNs: String(1_000 + this.#changeCount),
      inode: this.#inode,
      device: "1",
    };
  }

  #cut(sizeBytes: number): Uint8Array {
    const end = this.#place + sizeBytes;
    if (end <= supply.length) {
      return supply.subarray(this.#place, end);
    }
    const bytes = new Uint8Array(sizeBytes);
    for (let done = 0; done < sizeBytes; ) {
      const from = (this.#place + done) % supply.length;
      const piece = supply.subarray(from, from + sizeBytes - done);
      bytes.set(piece, done);
      done += piece.length;
    }
    return bytes;
  }
}
