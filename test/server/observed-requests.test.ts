import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RequestRecord } from "../../src/server/index.ts";
import { openConnection } from "./raw-connection.ts";
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

  for (const door of ["fast", "http"] as const) {
    it(`is told of what is no request too, at the ${door} door`, async () => {
      const records: RequestRecord[] = [];
      await using test = await startTestServer({ door, observe: (record) => void records.push(record) });
      records.length = 0;

      const answers: string[] = [];
      for (const bytes of [
        "GET / HTTP/1.1\r\nbroken\r\n\r\n",
        "CONNECT host:1 HTTP/1.1\r\nhost: a\r\n\r\n",
      ]) {
        using connection = openConnection(test);
        connection.socket.write(bytes);
        await connection.ended;
        answers.push(connection.received());
      }

      assert.deepEqual(
        records.map(({ method, operation, status, errorCode }) => ({ method, operation, status, errorCode })),
        [
          { method: undefined, operation: undefined, status: 400, errorCode: "BadRequest" },
          { method: undefined, operation: undefined, status: 405, errorCode: "MethodNotAllowed" },
        ],
      );
      for (const [index, { requestId, clientAddress, sentBytes }] of records.entries()) {
        assert.match(answers[index] ?? "", new RegExp(`x-oss-request-id: ${requestId}\r\n`));
        assert.match(answers[index] ?? "", new RegExp(`Content-Length: ${sentBytes}\r\n`));
        assert.match(clientAddress, /127\.0\.0\.1/);
      }
    });
  }
});
