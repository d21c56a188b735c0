// What goes wrong with who signs, in the middle of an upload to a real server.
import { deepEqual, equal } from "node:assert/strict";
import { describe, it } from "node:test";
import { Bucket } from "../../src/client/bucket.ts";
import type { TemporaryCredentials } from "../../src/client/credentials-source.ts";
import type { UploadEvent } from "../../src/client/upload/upload-event.ts";
import { crc64 } from "../../src/protocol/crc64/crc64.ts";
import { fixedCredentials, startServer } from "../../src/server/index.ts";
import { openMemoryStore } from "../../src/storage/memory/open-memory-store.ts";
import { seededBytes } from "../torture/seeded-random.ts";
import { impatientPlatform } from "./scripted-service.ts";
import { inParts, PART } from "./upload-service.ts";

const HOUR_MS = 3_600_000;
const options = { region: "cn-hangzhou" };
const bytes = seededBytes(1, 6 * PART);

describe("an upload", () => {
  it("goes on with a new token when its own ends in the middle, without spending a retry", async () => {
    const nowMs = Date.now();
    const tokens: (TemporaryCredentials & { expiresAtMs?: number })[] = ["first", "second"].map((name) => ({
      accessKeyId: `STS.${name}`,
      accessKeySecret: name,
      securityToken: name,
    }));
    let endedCount = 0;
    const credentials = {
      find: (_accessKeyId: string, securityToken?: string) => {
        const index = tokens.findIndex((token) => token.securityToken === securityToken);
        const token = tokens[index];
        return token && (index < endedCount ? { ...token, expiresAtMs: nowMs } : token);
      },
    };
    await using store = await openMemoryStore();
    await using server = await startServer({ store, credentials });
    const asked: number[] = [];
    const auth = () => {
      asked.push(endedCount);
      return { ...(tokens[endedCount] as TemporaryCredentials), expiration: new Date(nowMs + HOUR_MS) };
    };
    const bucket = new Bucket(auth, server.endpoint, "tokens", options, impatientPlatform());
    await bucket.createBucket();

    const result = await bucket.upload("object", bytes, {
      ...inParts,
      checkpoint: false,
      concurrency: 2,
      onEvent: (event: UploadEvent) => {
        endedCount = event.type === "part-done" ? 1 : endedCount;
      },
    });

    equal(result.crc64, crc64(bytes));
    deepEqual(asked, [0, 1]);
    equal(result.statistics.retryCount, 0);
  });

  it("learns the service's time when the machine's clock is an hour off", async () => {
    const credentials = fixedCredentials([{ accessKeyId: "test-id", accessKeySecret: "test-secret" }]);
    await using store = await openMemoryStore();
    await using server = await startServer({ store, credentials });
    const platform = impatientPlatform();
    const clock = { ...platform.clock, now: () => Date.now() - HOUR_MS };
    const auth = { accessKeyId: "test-id", accessKeySecret: "test-secret" };
    const bucket = new Bucket(auth, server.endpoint, "clocks", options, { ...platform, clock });
    await bucket.createBucket();

    const result = await bucket.upload("object", bytes, { ...inParts, checkpoint: false });

    equal(result.crc64, crc64(bytes));
    equal(result.statistics.retryCount, 0);
  });
});
