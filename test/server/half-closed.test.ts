// Clients that close their side of a connection when they have sent a request. Some of them have gone, others read on: both
// look alike until something is sent to them.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Store } from "../../src/storage/index.ts";
import { openConnection, signedHead } from "./raw-connection.ts";
import { startTestServer, type TestServer, testBucket } from "./test-server.ts";

for (const door of ["fast", "http"] as const) {
  describe(`a client at the ${door} door that ends its side`, () => {
    let service: TestServer;
    const failures: unknown[] = [];
    before(async () => {
      service = await startTestServer({ door, reportFailure: (failure) => failures.push(failure) });
    });
    after(() => service[Symbol.asyncDispose]());

    it("behind the body of an upload gets its answer, and the object is there", async () => {
      using connection = openConnection(service);
      const head = await signedHead(service, `/${testBucket}/put`, { method: "PUT", key: "put" }, [
        "content-length: 5",
      ]);

      connection.socket.end(`${head}hello`);
      const answer = await connection.until("\r\n\r\n");
      await connection.ended;

      assert.match(answer, /HTTP\/1\.1 200 OK\r\n/);
      assert.equal((await service.send({ key: "put" })).text, "hello");
      assert.deepEqual(failures, []);
    });

    it("gets it also when the work takes long, as at a limited speed", async () => {
      using connection = openConnection(service);
      const query = [["x-oss-traffic-limit", "819200"]] as const;
      const sizeBytes = 40_000;
      const head = await signedHead(
        service,
        `/${testBucket}/slow?x-oss-traffic-limit=819200`,
        { method: "PUT", key: "slow", query },
        [`content-length: ${sizeBytes}`],
      );

      connection.socket.write(head);
      connection.socket.end(Buffer.alloc(sizeBytes, "x"));
      const answer = await connection.until("x-oss-qos-delay-time");
      await connection.ended;

      assert.match(answer, /HTTP\/1\.1 200 OK\r\n/);
      assert.equal((await service.send({ key: "slow" })).body.length, sizeBytes);
      assert.deepEqual(failures, []);
    });

    it("while its answer is on the way gets the object's bytes and no others between them", async (context) => {
      // More than the system's buffers take, so that the answer is under way until the client reads.
      const sizeBytes = 16_000_000;
      await service.send({ method: "PUT", key: "large", body: Buffer.alloc(sizeBytes, "z") });
      context.mock.timers.enable({ apis: ["setInterval"] });
      using connection = openConnection(service);
      const get = await signedHead(service, `/${testBucket}/large`, { key: "large" }, ["Connection: close"]);
      connection.socket.write(get);
      await connection.until("zzz");
      connection.socket.pause();

      await new Promise<void>((resolve) => connection.socket.end(resolve));
      // A whole exchange on another connection: the server has seen the end before.
      assert.equal((await service.send({ method: "HEAD", key: "large" })).status, 200);
      context.mock.timers.tick(10_000);
      connection.socket.resume();
      await connection.ended;

      const received = connection.received();
      const body = received.slice(received.indexOf("\r\n\r\n") + 4);
      assert.equal(body.length, sizeBytes);
      assert.ok(/^z*$/.test(body));
      assert.deepEqual(failures, []);
    });

    it("and has gone is found out, and nothing more is done for it", async () => {
      await service.send({ method: "PUT", key: "source", body: Buffer.alloc(1_000_000) });
      const discarded = nextDiscard(service.store);
      const connection = openConnection(service);
      const headers = { "x-oss-copy-source": `/${testBucket}/source`, "x-oss-traffic-limit": "245760" };
      const request = { method: "PUT", key: "copy", headers } as const;
      const head = await signedHead(service, `/${testBucket}/copy`, request, ["content-length: 0"]);

      connection.socket.end(head, () => connection.socket.destroy());
      // At this speed the copy takes half a minute.
      await discarded;

      assert.equal((await service.send({ key: "copy" })).status, 404);
      assert.deepEqual(failures, []);
    });
  });
}

/** Resolves when a blob that was begun from now on is thrown away. */
function nextDiscard({ blobs }: Store): Promise<void> {
  const create = blobs.create.bind(blobs);
  return new Promise((resolve) => {
    Object.assign(blobs, {
      create: async (...declared: Parameters<typeof create>) => {
        const writer = await create(...declared);
        const discard = writer.discard.bind(writer);
        return Object.assign(writer, { discard: () => discard().then(resolve) });
      },
    });
  });
}
