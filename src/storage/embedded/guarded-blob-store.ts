// A blob store in front of which the space guard stands: a blob that cannot fit is refused before its first byte.
import type { BlobStore, BlobWriter } from "../blob-store.ts";
import type { SpaceGuard, SpaceShare } from "./space-guard.ts";

export function guardSpace(blobs: BlobStore, guard: SpaceGuard): BlobStore {
  return {
    create: async (declared) => {
      const share = await guard.admit(declared?.sizeBytes ?? 0);
      try {
        return guardedWriter(await blobs.create(declared), share);
      } catch (error) {
        share[Symbol.dispose]();
        throw error;
      }
    },
    open: (id) => blobs.open(id),
    pin: (ids) => blobs.pin(ids),
    delete: (ids) => blobs.delete(ids),
    reclaim: () => blobs.reclaim(),
    list: (leaseId) => blobs.list(leaseId),
    [Symbol.asyncDispose]: () => blobs[Symbol.asyncDispose](),
  };
}

function guardedWriter(writer: BlobWriter, share: SpaceShare): BlobWriter {
  const crc64 = writer.crc64?.bind(writer);
  const writeWhole = writer.writeWhole?.bind(writer);
  return {
    ...(crc64 === undefined ? {} : { crc64 }),
    ...(writeWhole === undefined
      ? {}
      : {
          writeWhole: async (bytes: Uint8Array) => {
            await share.take(bytes.length);
            await writeWhole(bytes);
          },
        }),
    get id() {
      return writer.id;
    },
    write: async (bytes) => {
      await share.take(bytes.length);
      await writer.write(bytes);
    },
    commit: async () => {
      await writer.commit();
      share[Symbol.dispose]();
    },
    discard: async () => {
      share[Symbol.dispose]();
      await writer.discard();
    },
  };
}
