import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RequestRecord } from "../../src/server/index.ts";
import { startTestServer, testBucket } from "./test-server.ts";

describe("an observer of requests", () => {
  it("is told of every request that is over, and nothing of its query and headers", async () => {
    const records: RequestRecord[] = [];
    await using test = await startTestServer({ observe: (record) => void records.push(record) });
    records.length = 0;

    const put = await test.send({ method: "PUT", key: "a key", body: "hello" });
    await test.send({ key: "a key" });
    await test.send({ key: "none", headers: { "user-agent": "a program" } });
    await test.send({ key: "a key", credentials: { accessKeyId: "none", accessKeySecret: "none" } });

    const named = records.map(({ operation, bucket, key, status, errorCode, receivedBytes, sentBytes }) => ({
      ...{ operation, bucket, key, status, errorCode, receivedBytes },
      hasSent: sentBytes > 0,
    }));
    const about = { bucket: testBucket, errorCode: undefined, receivedBytes: 0, hasSent: true };
    assert.deepEqual(named, [
      { ...about, operation: "PutObject", key: "a key", status: 200, receivedBytes: 5, hasSent: false },
      { ...about, operation: "GetObject", key: "a key", status: 200 },
      { ...about, operation: "GetObject", key: "none", status: 404, errorCode: "NoSuchKey" },
      {
        ...about,
        ...{ operation: undefined, bucket: undefined, key: undefined },
        ...{ status: 403, errorCode: "InvalidAccessKeyId" },
      },
    ]);
    assert.equal(records[0]?.requestId, put.headers["x-oss-request-id"]);
    assert.equal(records[1]?.sentBytes, 5);
    assert.equal(records[2]?.userAgent, "a program");
    assert.match(records[0]?.clientAddress ?? "", /127\.0\.0\.1/);
  });
});
