// A process that uploads parts until it is killed, and says each one that was acknowledged, one JSON line each:
// `node write-parts.ts <folder>`.
import { openEmbeddedStore } from "../../src/storage/index.ts";
import { writeBlob } from "../contract/blob-store-contract.ts";
import { BUCKET, bucketRecord, partRecord, uploadRecord } from "../contract/metadata/records.ts";

const WRITER_COUNT = 8;

const store = await openEmbeddedStore(process.argv[2] ?? "");
const upload = uploadRecord();
await store.metadata.createBucket(bucketRecord({ name: BUCKET }));
await store.metadata.createUpload(upload, { forbidOverwrite: false });
process.stdout.write(`${JSON.stringify(upload)}\n`);
await Promise.all(Array.from({ length: WRITER_COUNT }, (_, writerIndex) => writeForEver(writerIndex)));

async function writeForEver(writerIndex: number): Promise<never> {
  for (let round = 0; ; round++) {
    // Numbers come around again, so that parts are replaced, too.
    const partNumber = 1 + writerIndex + WRITER_COUNT * (round % 40);
    const blobId = await writeBlob(store.blobs, [Buffer.from(`${writerIndex} ${round}`)]);
    await store.metadata.putPart(upload, partRecord(partNumber, { blobId }));
    process.stdout.write(`${JSON.stringify({ partNumber, blobId, text: `${writerIndex} ${round}` })}\n`);
  }
}
