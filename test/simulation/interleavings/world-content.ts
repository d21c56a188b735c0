// What operations meet: a bucket with an object and an open upload of two parts in it, for which a lifecycle rule is due.
import { crc64 } from "../../../src/protocol/crc64/crc64.ts";
import { GARBAGE_GRACE_MS, type PartRecord, type Store, type UploadId } from "../../../src/storage/index.ts";
import { writeBlob } from "../../contract/blob-store-contract.ts";
import { md5Of } from "../../contract/metadata/records.ts";

export type StoreHalves = Pick<Store, "blobs" | "metadata">;

export interface WorldOptions {
  readonly versioning?: "Enabled" | "Suspended";
  readonly isSequential?: boolean;
  /** Default: there is one. */
  readonly hasObject?: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1_000;
export const NOW_MS: number = Date.UTC(2026, 10, 23, 12);
/** When everything in the queue is due, what was postponed too. */
export const LONG_AFTER_MS: number = NOW_MS + 10 * GARBAGE_GRACE_MS;
export const UPLOAD: UploadId = { bucket: "photos", key: "cat.jpg", uploadId: "A".repeat(32) };
const ATTRIBUTES = { standard: {}, user: {}, tags: {} };

/** What stands in the store before the operations begin: part 1 has the least size that a part may have. */
export const texts: Readonly<Record<"object" | "part1" | "part2", string>> = {
  object: "before",
  part1: "1".repeat(100 * 1024),
  part2: "two",
};

export async function fillStore({ metadata, blobs }: StoreHalves, options: WorldOptions): Promise<void> {
  const { versioning, isSequential = false, hasObject = true } = options;
  const { bucket: name, key } = UPLOAD;
  const lifecycle = [{ id: "1", prefix: "", status: "Enabled", abortMultipartUpload: { days: 1 } }];
  await metadata.createBucket({
    ...{ name, acl: "private", storageClass: "Standard", dataRedundancyType: "LRS", createdAtMs: 0 },
    configurations: { lifecycle: JSON.stringify(lifecycle) },
    ...(versioning === undefined ? {} : { versioning }),
  });
  if (hasObject) {
    const { blobId, sizeBytes, md5, crc64 } = await writePart(blobs, 0, texts.object);
    await metadata.putObject({
      ...{ bucket: name, key, etag: md5.toUpperCase(), md5, crc64, attributes: ATTRIBUTES, type: "Normal" },
      ...{ extents: [{ blobId, sizeBytes }], modifiedAtMs: 0, forbidOverwrite: false },
    });
  }
  const initiatedAtMs = NOW_MS - 3 * DAY_MS;
  await metadata.createUpload(
    { ...UPLOAD, attributes: ATTRIBUTES, initiatedAtMs, isSequential },
    { forbidOverwrite: false },
  );
  const first = await writePart(blobs, 1, texts.part1);
  await metadata.putPart(UPLOAD, first);
  await metadata.putPart(UPLOAD, await writePart(blobs, 2, texts.part2), first.blobId);
}

async function writePart(blobs: Store["blobs"], partNumber: number, text: string): Promise<PartRecord> {
  const { bytes, ...sums } = contentOf(text);
  return { partNumber, blobId: await writeBlob(blobs, [bytes]), ...sums, createdAtMs: 0 };
}

interface Content {
  readonly bytes: Buffer;
  readonly sizeBytes: number;
  readonly md5: string;
  readonly crc64: bigint;
}

const contents = new Map<string, Content>();

/** Computed once, for there are thousands of worlds. */
function contentOf(text: string): Content {
  const bytes = Buffer.from(text);
  const content = contents.get(text) ?? {
    ...{ bytes, sizeBytes: bytes.length, md5: md5Of(text), crc64: crc64(bytes) },
  };
  contents.set(text, content);
  return content;
}
