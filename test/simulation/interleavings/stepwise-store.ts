// A store as one operation sees it: the real one, whose every call waits for the scheduler.
import type { BlobStore, BlobWriter } from "../../../src/storage/blob-store.ts";
import type { MetadataStore } from "../../../src/storage/metadata-store.ts";
import type { Store } from "../../../src/storage/store.ts";
import type { Footprint, OperationSteps } from "./operation-steps.ts";

type CallName = Exclude<keyof MetadataStore, typeof Symbol.asyncDispose>;

/** There is one bucket, one key and one upload. `queue` is the queue of garbage: additions to it can be swapped. */
const FOOTPRINTS: Readonly<Partial<Record<CallName, Footprint>>> = {
  getBucket: { bucket: "read" },
  listBuckets: { bucket: "read" },
  putObject: { object: "write", queue: "add" },
  getObject: { object: "read" },
  openObject: { object: "read", blobs: "read" },
  deleteObjects: { object: "write", queue: "add" },
  createUpload: { upload: "write", object: "read" },
  getUpload: { upload: "read" },
  getOutcome: { upload: "read" },
  putPart: { upload: "write", queue: "add" },
  listParts: { upload: "read" },
  listUploads: { upload: "read" },
  completeUpload: { upload: "write", object: "write", queue: "add" },
  abortUpload: { upload: "write", queue: "add" },
  listGarbage: { queue: "read" },
  forgetGarbage: { queue: "write" },
  postponeGarbage: { queue: "write" },
  forgetOutcomes: {},
  findMovable: { upload: "read", object: "read", blobs: "read" },
  moveBlobs: { upload: "write", object: "write", queue: "add" },
};

/** Leases count up from 1, and a scenario has fewer runs than these. */
const LEASE_IDS: readonly string[] = ["1", "2", "3", "4", "5", "6", "7", "8"];

/** A blob that is written is nobody else's, so these steps can be swapped with all steps of others. */
const OWN_BLOB: Footprint = {};

export interface StepwiseStore extends Store {
  /** Whether the operation has read where bytes are and does not yet keep them. */
  readonly isAboutToPin: boolean;
}

export function stepwiseStore(
  { metadata, blobs }: Pick<Store, "blobs" | "metadata">,
  steps: OperationSteps,
): StepwiseStore {
  let isAboutToPin = false;
  return {
    metadata: stepwiseMetadata(metadata, steps, (name) => {
      isAboutToPin ||= name === "openObject" || name === "findMovable";
    }),
    blobs: {
      ...stepwiseBlobs(blobs, steps),
      pin: (ids) => {
        isAboutToPin = false;
        return blobs.pin(ids);
      },
    },
    get isAboutToPin() {
      return isAboutToPin;
    },
    collectGarbage: () => Promise.reject(new Error("no operation of a client collects")),
    [Symbol.asyncDispose]: async () => {},
  };
}

function stepwiseMetadata(
  metadata: MetadataStore,
  steps: OperationSteps,
  onCall: (name: CallName) => void,
): MetadataStore {
  return new Proxy(metadata, {
    get(target, property) {
      const name = property as CallName;
      const footprint = FOOTPRINTS[name];
      if (footprint === undefined) {
        throw new Error(`nobody has said what ${String(property)} touches`);
      }
      const call = target[name] as (...input: readonly unknown[]) => Promise<unknown>;
      return (...input: readonly unknown[]) =>
        steps.wait(`metadata.${name}`, footprint, () => {
          onCall(name);
          return call.apply(target, [...input]);
        });
    },
  });
}

function stepwiseBlobs(blobs: BlobStore, steps: OperationSteps): Omit<BlobStore, "pin"> {
  return {
    create: async (declared) => {
      const writer = await steps.wait("blobs.create", OWN_BLOB, () => blobs.create(declared));
      return stepwiseWriter(writer, steps);
    },
    open: (id) => steps.wait("blobs.open", { blobs: "read" }, () => blobs.open(id)),
    delete: (ids) => steps.wait("blobs.delete", { blobs: "write" }, () => blobs.delete(ids)),
    // As if every blob lay in the way of others.
    reclaim: () => steps.wait("blobs.reclaim", { blobs: "write" }, () => allBlobs(blobs, LEASE_IDS)),
    // Only the sweep at a start lists blobs; it runs alone, over the store itself.
    list: () => {
      throw new Error("an operation listed the blobs");
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

async function allBlobs(blobs: BlobStore, leaseIds: readonly string[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const leaseId of leaseIds) {
    for await (const id of blobs.list(leaseId)) {
      ids.push(id);
    }
  }
  return ids;
}

function stepwiseWriter(writer: BlobWriter, steps: OperationSteps): BlobWriter {
  return {
    get id() {
      return writer.id;
    },
    write: (bytes) => steps.wait("blob.write", OWN_BLOB, () => writer.write(bytes)),
    commit: () => steps.wait("blob.commit", OWN_BLOB, () => writer.commit()),
    discard: () => steps.wait("blob.discard", OWN_BLOB, () => writer.discard()).catch(() => undefined),
  };
}
