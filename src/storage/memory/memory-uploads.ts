// Open uploads and their parts in memory.
import { changedAttributes } from "../apply-changes.ts";
import { assertInSequence } from "../assert-in-sequence.ts";
import type { BlobId } from "../blob-store.ts";
import { assertKey } from "../key-order.ts";
import type { Completion, PartPage, PartPageRequest } from "../metadata-store.ts";
import { planCompletion } from "../plan-completion.ts";
import type { ObjectRecord, PartRecord, UploadId, UploadRecord } from "../records.ts";
import { uploadMissing } from "../refusals.ts";
import { type OpenUpload, sortedParts } from "./memory-bucket.ts";
import type { MemoryState } from "./memory-state.ts";

export class MemoryUploads {
  readonly #state: MemoryState;

  constructor(state: MemoryState) {
    this.#state = state;
  }

  create(upload: UploadRecord, options: { readonly forbidOverwrite: boolean }): void {
    assertKey(upload.key);
    this.#state.assertWritable(upload, options);
    this.#state.bucket(upload.bucket).uploads.set(upload.uploadId, { record: upload, parts: new Map() });
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
      const { parts, record } = this.#openUpload(upload);
      if (record.isSequential) {
        const lastPartNumber = Math.max(0, ...parts.keys());
        const blobBefore = parts.get(part.partNumber - 1)?.blobId;
        assertInSequence({ upload, partNumber: part.partNumber, lastPartNumber, blobBefore, follows });
      }
      const replaced = parts.get(part.partNumber);
      this.#state.garbage.drop(replaced === undefined ? [] : [replaced]);
      parts.set(part.partNumber, part);
    });
  }

  listParts(upload: UploadId, { afterPartNumber, limit }: PartPageRequest): PartPage {
    const left = sortedParts(this.#openUpload(upload)).filter((part) => part.partNumber > afterPartNumber);
    return { parts: left.slice(0, limit), isTruncated: left.length > limit };
  }

  complete(completion: Completion): ObjectRecord {
    const { upload, etag, completedAtMs, md5, acl } = completion;
    const open = this.#openUpload(upload);
    const { published, dropped, sizeBytes, crc64 } = planCompletion(sortedParts(open), completion);
    this.#state.assertWritable(upload, completion);
    this.#state.bucket(upload.bucket).uploads.delete(upload.uploadId);
    this.#state.garbage.drop(dropped);
    const { bucket, key, attributes } = open.record;
    return this.#state.publish(
      {
        ...{ bucket, key, sizeBytes, crc64, etag, type: "Multipart", modifiedAtMs: completedAtMs },
        ...(md5 === undefined ? {} : { md5 }),
        attributes: changedAttributes(attributes, acl === undefined ? {} : { acl }),
      },
      published.map((part) => ({ blobId: part.blobId, sizeBytes: part.sizeBytes })),
    );
  }

  abort(upload: UploadId): void {
    this.#state.garbage.drop([...this.#openUpload(upload).parts.values()]);
    this.#state.bucket(upload.bucket).uploads.delete(upload.uploadId);
  }

  #openUpload(id: UploadId): OpenUpload {
    const upload = this.find(id);
    if (upload === undefined) {
      throw uploadMissing(id);
    }
    return upload;
  }
}
