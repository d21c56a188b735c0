// Which blobs there are, as a value: each state of a store of blobs has a number, and a call leads from one to another.
// What it does is what the memory store does, whose contract it is; only that a state can be gone back to.
import { StorageError } from "../../../src/storage/storage-error.ts";
import { type Call, Numbering, type Result } from "./operation-calls.ts";

interface StoredBlob {
  readonly isCommitted: boolean;
  readonly bytes: Buffer;
}

type Blobs = ReadonlyMap<string, StoredBlob>;
export type BlobCall = Exclude<Call, { readonly kind: "metadata" }>;

export interface BlobStep {
  readonly after: number;
  readonly result: Result;
}

/** The state before anything was stored. */
export const NO_BLOBS = 0;

export class StoredBlobs {
  readonly #contents = new Numbering<Buffer>((bytes) => bytes.toString("latin1"));
  readonly #states = new Numbering<Blobs>((blobs) =>
    [...blobs]
      .map(([id, { isCommitted, bytes }]) => `${id} ${isCommitted} ${this.#contents.numberOf(bytes)}`)
      .join("\n"),
  );

  constructor() {
    this.#states.numberOf(new Map());
  }

  get count(): number {
    return this.#states.count;
  }

  /** @param pinned  which blobs no `delete` may remove */
  step(before: number, call: BlobCall, pinned: readonly string[]): BlobStep {
    const blobs = this.#states.thing(before);
    switch (call.kind) {
      case "create":
        return this.#with(blobs, call.blobId, { isCommitted: false, bytes: Buffer.alloc(0) });
      case "write": {
        const bytes = Buffer.concat([written(blobs, call.blobId), call.bytes]);
        return this.#with(blobs, call.blobId, { isCommitted: false, bytes: this.#shared(bytes) });
      }
      case "commit":
        return this.#with(blobs, call.blobId, { isCommitted: true, bytes: written(blobs, call.blobId) });
      case "discard":
        return blobs.get(call.blobId)?.isCommitted === false
          ? { after: this.#without(blobs, [call.blobId]), result: { value: undefined } }
          : { after: before, result: { value: undefined } };
      case "open":
        return { after: before, result: opened(blobs, call.blobId) };
      case "delete": {
        const gone = call.blobIds.filter((id) => !pinned.includes(id));
        return { after: this.#without(blobs, gone), result: { value: gone } };
      }
      case "reclaim":
        // As if every blob lay in the way of others.
        return { after: before, result: { value: this.list(before) } };
    }
  }

  /** The ids of all blobs, committed or not. */
  list(state: number): readonly string[] {
    return [...this.#states.thing(state).keys()];
  }

  #with(blobs: Blobs, id: string, blob: StoredBlob): BlobStep {
    const changed = new Map(
      [...blobs, [id, blob] as const].toSorted(([one], [other]) => (one < other ? -1 : 1)),
    );
    return { after: this.#states.numberOf(changed), result: { value: undefined } };
  }

  #without(blobs: Blobs, ids: readonly string[]): number {
    return this.#states.numberOf(new Map([...blobs].filter(([id]) => !ids.includes(id))));
  }

  /** Equal bytes are kept once. */
  #shared(bytes: Buffer): Buffer {
    return this.#contents.thing(this.#contents.numberOf(bytes));
  }
}

/** Of a blob that is not committed; also of one that somebody else has removed meanwhile. */
function written(blobs: Blobs, id: string): Buffer {
  return blobs.get(id)?.bytes ?? Buffer.alloc(0);
}

function opened(blobs: Blobs, id: string): Result {
  const blob = blobs.get(id);
  return blob?.isCommitted === true
    ? { value: blob.bytes }
    : { error: new StorageError("blob-missing", `blob ${id} does not exist`, { fields: { blobId: id } }) };
}
