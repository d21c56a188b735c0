// Open uploads and their parts in memory.
import type { BlobId } from "../blob-store.ts";
import { assertKey, compareKeys } from "../key-order.ts";
import type { Completion, HeldByUploads, PartPage, PartPageRequest, UploadRules } from "../metadata-store.ts";
import type { ObjectRecord, PartRecord, UploadId, UploadOutcome, UploadRecord } from "../records.ts";
import {
  abort,
  asOpen,
  complete,
  initiate,
  type OpenUploadState,
  outcomeOf,
  takePart,
} from "../upload-transitions.ts";
import { type OpenUpload, sortedParts } from "./memory-bucket.ts";
import type { MemoryState } from "./memory-state.ts";

export class MemoryUploads {
  readonly #state: MemoryState;

  constructor(state: MemoryState) {
    this.#state = state;
  }

  create(upload: UploadRecord, options: UploadRules): void {
    assertKey(upload.key);
    const openCount = () => this.#openCount(upload.holder);
    const held = initiate(upload, { target: this.#state.target(upload), openCount }, options);
    const { uploads } = this.#state.bucket(upload.bucket);
    uploads.set(upload.uploadId, { record: upload, parts: new Map(), held });
  }

  find({ bucket, key, uploadId }: UploadId): OpenUpload | undefined {
    this.#state.assertOpen();
    assertKey(key);
    const upload = this.#state.buckets.get(bucket)?.uploads.get(uploadId);
    return upload?.record.key === key ? upload : undefined;
  }

  putPart(upload: UploadId, part: PartRecord, follows?: BlobId): void {
    this.#state.assertOpen();
    this.#state.garbage.orDrop([part], () => {
      const open = this.find(upload);
      const { replaced, held } = takePart(stateOf(open), {
        ...{ upload, part },
        ...(follows === undefined ? {} : { follows }),
      });
      this.#state.garbage.drop(replaced === undefined ? [] : [replaced]);
      const { parts } = asOpen(open, upload);
      parts.set(part.partNumber, part);
      asOpen(open, upload).held = held;
    });
  }

  listParts(upload: UploadId, { afterPartNumber, limit }: PartPageRequest): PartPage {
    const parts = sortedParts(asOpen(this.find(upload), upload));
    const left = parts.filter((part) => part.partNumber > afterPartNumber);
    return { parts: left.slice(0, limit), isTruncated: left.length > limit };
  }

  complete(completion: Completion): ObjectRecord {
    const { upload } = completion;
    const target = () => this.#state.target(upload);
    const changes = complete(stateOf(this.find(upload)), target, completion);
    this.#state.bucket(upload.bucket).uploads.delete(upload.uploadId);
    this.#state.garbage.drop(changes.dropped);
    const extents = changes.published.map(({ blobId, sizeBytes }) => ({ blobId, sizeBytes }));
    const object = this.#state.publish(changes.object, extents);
    this.#state.outcomes.set(upload, outcomeOf(object, completion));
    return object;
  }

  abort(upload: UploadId): void {
    const open = this.find(upload);
    const outcome = abort(stateOf(open), upload, this.#state.now());
    this.#state.garbage.drop([...(open?.parts.values() ?? [])]);
    this.#state.bucket(upload.bucket).uploads.delete(upload.uploadId);
    this.#state.outcomes.set(upload, outcome);
  }

  outcome(upload: UploadId): UploadOutcome | undefined {
    this.#state.assertOpen();
    assertKey(upload.key);
    return this.#state.outcomes.get(upload);
  }

  measure({ begunBeforeMs }: { readonly begunBeforeMs: number }): readonly HeldByUploads[] {
    this.#state.assertOpen();
    return [...this.#state.buckets.values()]
      .map(({ record, uploads }) => {
        const begun = [...uploads.values()].filter((open) => open.record.initiatedAtMs < begunBeforeMs);
        return {
          bucket: record.name,
          uploadCount: begun.length,
          partCount: begun.reduce((sum, { held }) => sum + held.partCount, 0),
          heldBytes: begun.reduce((sum, { held }) => sum + held.heldBytes, 0),
          oldestInitiatedAtMs: Math.min(...begun.map((open) => open.record.initiatedAtMs)),
        };
      })
      .filter(({ uploadCount }) => uploadCount > 0)
      .sort((first, second) => compareKeys(first.bucket, second.bucket));
  }

  #openCount(holder: string | undefined): number {
    const all = [...this.#state.buckets.values()].flatMap(({ uploads }) => [...uploads.values()]);
    return all.filter(({ record }) => record.holder === holder).length;
  }
}

function stateOf(open: OpenUpload | undefined): OpenUploadState<PartRecord> | undefined {
  return (
    open && {
      isSequential: open.record.isSequential,
      record: () => open.record,
      held: open.held,
      parts: () => sortedParts(open),
      part: (partNumber) => open.parts.get(partNumber),
      lastPartNumber: () => Math.max(0, ...open.parts.keys()),
    }
  );
}
