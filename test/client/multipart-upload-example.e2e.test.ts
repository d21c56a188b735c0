import { equal, match } from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { fixedCredentials, startServer } from "../../src/server/index.ts";
import { openMemoryStore } from "../../src/storage/memory/open-memory-store.ts";
import { bucketAt } from "./scripted-service.ts";

const example = fileURLToPath(new URL("../../examples/multipart-upload.ts", import.meta.url));

describe("examples/multipart-upload.ts", () => {
  it("uploads a file of three parts step by step and finds it unchanged", async () => {
    await using store = await openMemoryStore();
    const credentials = fixedCredentials([{ accessKeyId: "test-id", accessKeySecret: "test-secret" }]);
    await using server = await startServer({ store, credentials });
    await bucketAt(server.endpoint).createBucket();
    const folder = await mkdtemp(join(tmpdir(), "partwise-example-"));
    const path = join(folder, "file.bin");
    await writeFile(path, randomBytes(250_000));
    const env = {
      ...process.env,
      OSS_ACCESS_KEY_ID: "test-id",
      OSS_ACCESS_KEY_SECRET: "test-secret",
      OSS_ENDPOINT: server.endpoint,
      OSS_BUCKET: "test-bucket",
      OSS_REGION: server.region,
    };

    const { stdout } = await promisify(execFile)(process.execPath, [example, "file.bin", path], { env });

    await rm(folder, { recursive: true });
    match(stdout, /^file\.bin: 250000 bytes in 3 parts/);
    equal((await bucketAt(server.endpoint).headObject("file.bin")).sizeBytes, 250_000);
  });
});
