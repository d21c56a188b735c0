// What the process that owns a store and one that shares it say to each other.
import type { BlobId } from "../../blob-store.ts";
import type { MetadataAnswer, MetadataRequest } from "../metadata-messages.ts";

export type MessageToCommitter =
  /** All requests of one turn of the loop. */
  | { readonly kind: "requests"; readonly requests: readonly MetadataRequest[] }
  /** Blobs of this process that nobody knows of: only one process deletes. */
  | { readonly kind: "delete"; readonly requestId: number; readonly blobIds: readonly BlobId[] }
  /** Those of the blobs that were asked about that somebody in this process reads. */
  | { readonly kind: "pinned"; readonly questionId: number; readonly blobIds: readonly BlobId[] };

export type MessageFromCommitter =
  | { readonly kind: "answers"; readonly answers: readonly MetadataAnswer[] }
  /** Those of the blobs that were to be deleted that are gone. */
  | { readonly kind: "deleted"; readonly requestId: number; readonly blobIds: readonly BlobId[] }
  /** These blobs are about to be deleted: which of them does anybody read? */
  | { readonly kind: "which-pinned"; readonly questionId: number; readonly blobIds: readonly BlobId[] };
