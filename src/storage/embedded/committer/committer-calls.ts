// The way to the committer from a process that shares its store: changes go there, what a snapshot can answer is read here.
import type { BlobId } from "../../blob-store.ts";
import { storeClosed } from "../../refusals.ts";
import { type MetadataCalls, PendingCalls } from "../metadata-calls.ts";
import type { MetadataRequest } from "../metadata-messages.ts";
import type { MessageFromCommitter, MessageToCommitter } from "./committer-messages.ts";
import type { ProcessLink } from "./process-link.ts";
import type { SnapshotReads } from "./snapshot-reads.ts";

export interface CommitterCallsOptions {
  readonly link: ProcessLink;
  readonly reads: SnapshotReads;
  /** Those of `blobIds` that somebody in this process reads. */
  readonly pinned: (blobIds: readonly BlobId[]) => readonly BlobId[];
}

export class CommitterCalls implements MetadataCalls {
  readonly #link: ProcessLink;
  readonly #reads: SnapshotReads;
  readonly #pinned: CommitterCallsOptions["pinned"];
  readonly #pending = new PendingCalls({
    send: (requests) => this.#send({ kind: "requests", requests }),
    schedule: setImmediate,
  });
  readonly #deletions = new Map<number, (gone: readonly BlobId[]) => void>();
  #lastDeletionId = 0;
  #isClosed = false;

  constructor({ link, reads, pinned }: CommitterCallsOptions) {
    this.#link = link;
    this.#reads = reads;
    this.#pinned = pinned;
    link.onMessage((message) => this.#receive(message as MessageFromCommitter));
    void link.ended.then(() => this.#end());
  }

  call(request: Omit<MetadataRequest, "id">): Promise<unknown> {
    if (this.#isClosed) {
      return Promise.reject(storeClosed());
    }
    // A change is answered after its commit, and a snapshot that is taken later has it.
    return this.#reads.answers(request.operation) ? this.#reads.call(request) : this.#pending.add(request);
  }

  /** Has the committer delete blobs. @returns those that are gone; none if nobody is there to do it */
  delete(blobIds: readonly BlobId[]): Promise<readonly BlobId[]> {
    if (this.#isClosed) {
      return Promise.reject(storeClosed());
    }
    this.#lastDeletionId += 1;
    const requestId = this.#lastDeletionId;
    return new Promise((resolve) => {
      this.#deletions.set(requestId, resolve);
      this.#send({ kind: "delete", requestId, blobIds });
    });
  }

  async close(): Promise<void> {
    if (this.#isClosed) {
      return;
    }
    this.#isClosed = true;
    this.#pending.flush();
    await this.#pending.settled();
    await this.#reads.close();
  }

  #receive(message: MessageFromCommitter): void {
    if (message.kind === "answers") {
      this.#pending.settle(message.answers);
      return;
    }
    if (message.kind === "deleted") {
      this.#deletions.get(message.requestId)?.(message.blobIds);
      this.#deletions.delete(message.requestId);
      return;
    }
    const { questionId, blobIds } = message;
    this.#send({ kind: "pinned", questionId, blobIds: this.#pinned(blobIds) });
  }

  /** Nobody knows what became of the changes that were not answered. */
  #end(): void {
    this.#isClosed = true;
    this.#pending.rejectAll(storeClosed());
    for (const resolve of this.#deletions.values()) {
      resolve([]);
    }
    this.#deletions.clear();
  }

  #send(message: MessageToCommitter): void {
    this.#link.send(message);
  }
}
