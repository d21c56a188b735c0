// A user's program: a server of its own in memory, a file sent in parts both ways, and read back.
import { deepEqual, equal } from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Bucket,
  type Credentials,
  determinePartSize,
  openFile,
  PartInfo,
  ServiceError,
  SizedFileAdapter,
  type UploadResult,
} from "partwise";
import { fixedCredentials, type RunningServer, startServer } from "partwise/server";
import { openMemoryStore, type Store } from "partwise/storage";

const auth: Credentials = { accessKeyId: "user", accessKeySecret: "secret" };
const content = new Uint8Array(1024 * 1024).fill(7);
const folder = await mkdtemp(join(tmpdir(), "partwise-user-"));
const file = join(folder, "file.bin");
const store: Store = await openMemoryStore();
const server: RunningServer = await startServer({ store, credentials: fixedCredentials([auth]) });
try {
  await writeFile(file, content);
  const bucket = new Bucket(auth, server.endpoint, "bucket", { region: server.region });
  await bucket.createBucket();
  await uploadStepByStep(bucket);
  const result: UploadResult = await bucket.upload("one-call", file, { partSize: 256 * 1024 });
  equal(result.sizeBytes, content.length);
  deepEqual(await (await bucket.getObject("step-by-step")).bytes(), content);
  deepEqual(await (await bucket.getObject("one-call")).bytes(), content);
  await refusesUnknownKey(bucket);
  console.log(`user program: ok on Node ${process.versions.node}`);
} finally {
  await server.drain();
  await store[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}

async function uploadStepByStep(bucket: Bucket): Promise<void> {
  const partSize = determinePartSize(content.length, { preferredSize: 300 * 1024 });
  const { uploadId } = await bucket.initMultipartUpload("step-by-step");
  const parts: PartInfo[] = [];
  const source = await openFile(file);
  try {
    for (let offset = 0, partNumber = 1; offset < content.length; offset += partSize, partNumber += 1) {
      const adapter = new SizedFileAdapter(source, Math.min(partSize, content.length - offset));
      const { etag } = await bucket.uploadPart("step-by-step", uploadId, partNumber, adapter);
      parts.push(new PartInfo(partNumber, etag));
    }
  } finally {
    await source[Symbol.asyncDispose]();
  }
  await bucket.completeMultipartUpload("step-by-step", uploadId, parts);
}

async function refusesUnknownKey(bucket: Bucket): Promise<void> {
  const failure: unknown = await bucket.headObject("nothing").catch((error: unknown) => error);
  equal(failure instanceof ServiceError && failure.code, "NoSuchKey");
}
