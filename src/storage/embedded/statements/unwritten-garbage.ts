// Blobs whose transaction could not be written, such as on a full disk: not even the garbage queue could take them. They
// are kept in memory, so that the collector gives back the space at once. After a crash they are orphans like others.
import type { BlobId } from "../../blob-store.ts";
import type { MetadataRequest, OperationInput } from "../metadata-messages.ts";

export class UnwrittenGarbage {
  readonly #dueMs = new Map<BlobId, number>();

  /** Nobody has seen what these requests were to publish, so it is due at once. */
  add(requests: readonly MetadataRequest[]): void {
    for (const request of requests) {
      for (const { blobId } of publishedBy(request)) {
        this.#dueMs.set(blobId, request.nowMs);
      }
    }
  }

  due(nowMs: number): readonly BlobId[] {
    return [...this.#dueMs].filter(([, dueMs]) => dueMs <= nowMs).map(([id]) => id);
  }

  forget(id: BlobId): void {
    this.#dueMs.delete(id);
  }

  postpone(id: BlobId, dueMs: number): void {
    if (this.#dueMs.has(id)) {
      this.#dueMs.set(id, dueMs);
    }
  }
}

function publishedBy({ operation, input }: MetadataRequest): readonly { readonly blobId: BlobId }[] {
  if (operation === "putPart") {
    const [, part] = input as OperationInput<"putPart">;
    return [part];
  }
  if (operation === "putObject") {
    const [object] = input as OperationInput<"putObject">;
    return object.extents;
  }
  if (operation === "appendObject") {
    const [{ extent }] = input as OperationInput<"appendObject">;
    return extent === undefined ? [] : [extent];
  }
  if (operation === "moveBlobs") {
    const [moves] = input as OperationInput<"moveBlobs">;
    return moves.map(({ to }) => ({ blobId: to }));
  }
  return [];
}
