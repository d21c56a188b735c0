// What the server does on a connection: clients that go away, stall, send too much, too early or nonsense, and a server
// that is about to stop.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { openConnection, signedHead } from "./raw-connection.ts";
import { startTestServer, type TestServer, testBucket } from "./test-server.ts";

const MIB = 1024 * 1024;
const BIG = Buffer.alloc(32 * MIB, "z");
const target = (key: string) => `/${testBucket}/${key}`;

let service: TestServer;
let failures: unknown[] = [];
before(async () => {
  service = await startTestServer({
    limits: { bodyStallTimeoutMs: 400, lingerMs: 800 },
    reportFailure: (failure) => failures.push(failure),
  });
  await service.send({ method: "PUT", key: "big", body: BIG });
  await service.send({ method: "PUT", key: "small", body: "hello" });
});
after(() => service[Symbol.asyncDispose]());
beforeEach(() => {
  failures = [];
});

describe("a connection", () => {
  it("serves requests that come before the earlier ones are answered, in order", async () => {
    using connection = openConnection(service);
    const get = await signedHead(service, target("small"), { key: "small" });
    const head = await signedHead(service, target("small"), { method: "HEAD", key: "small" });
    const missing = await signedHead(service, target("none"), { key: "none" });

    connection.socket.write(get + head + missing);
    const received = await connection.until("</Error>");

    assert.deepEqual(received.match(/HTTP\/1\.1 \d{3}/g), ["HTTP/1.1 200", "HTTP/1.1 200", "HTTP/1.1 404"]);
    assert.equal(received.match(/hello/g)?.length, 1);
  });

  it("gives its answer to a client that has ended its side already", async () => {
    using connection = openConnection(service);

    connection.socket.end(await signedHead(service, target("small"), { key: "small" }));
    const received = await connection.until("hello");

    assert.match(received, /^HTTP\/1\.1 200 /);
    assert.match(received, /hello$/);
  });

  it("stays open after an error, and its next request is served", async () => {
    using connection = openConnection(service);
    const unsigned = `PUT ${target("k")} HTTP/1.1\r\nHost: h\r\nContent-Length: ${MIB}\r\n\r\n`;

    connection.socket.write(unsigned);
    connection.socket.write(Buffer.alloc(MIB));
    await connection.until("</Error>");
    connection.socket.write(await signedHead(service, target("small"), { key: "small" }));
    const received = await connection.until("hello");

    assert.deepEqual(received.match(/HTTP\/1\.1 \d{3}/g), ["HTTP/1.1 403", "HTTP/1.1 200"]);
  });

  it("leaves nothing on its socket after many refused bodies", async () => {
    using connection = openConnection(service);
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on("warning", onWarning);

    for (const _ of Array(15)) {
      connection.socket.write(`PUT ${target("k")} HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\n`);
      connection.socket.write(Buffer.alloc(300_000));
      await connection.until("</Error>");
    }
    process.off("warning", onWarning);

    assert.equal(connection.received().match(/HTTP\/1\.1 403/g)?.length, 15);
    assert.deepEqual(warnings, []);
  });

  it("serves a request with an expectation that it does not know", async () => {
    using connection = openConnection(service);

    connection.socket.write(await signedHead(service, target("small"), { key: "small" }, ["Expect: tea"]));
    const received = await connection.until("hello");

    assert.match(received, /^HTTP\/1\.1 200 [\s\S]*\r\nx-oss-request-id: [0-9A-F]{24}\r\n/);
  });

  it("answers CONNECT with MethodNotAllowed", async () => {
    using connection = openConnection(service);

    connection.socket.write("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n");
    const received = await connection.until("</Error>");

    assert.match(received, /^HTTP\/1\.1 405 [\s\S]*<Code>MethodNotAllowed<\/Code>/);
  });

  it("takes a repeated header as the one that was signed, joined by a comma", async () => {
    using connection = openConnection(service);
    const request = { method: "PUT", key: "repeated", headers: { "x-oss-meta-a": "1,2" } } as const;
    const head = await signedHead(service, target("repeated"), request, ["Content-Length: 0"]);

    connection.socket.write(head.replace("x-oss-meta-a: 1,2", "x-oss-meta-a: 1\r\nx-oss-meta-a: 2"));
    const received = await connection.until("\r\n\r\n");

    assert.match(received, /^HTTP\/1\.1 200 /);
    assert.equal((await service.send({ method: "HEAD", key: "repeated" })).headers["x-oss-meta-a"], "1,2");
  });

  for (const [what, headers] of [
    ["both a Content-Length and chunks", ["Content-Length: 5", "Transfer-Encoding: chunked"]],
    ["two lengths", ["Content-Length: 5", "Content-Length: 6"]],
    ["another transfer encoding than chunks", ["Transfer-Encoding: identity"]],
    ["chunks that are not the last encoding", ["Transfer-Encoding: chunked, gzip"]],
  ] as const) {
    it(`is closed after a request with ${what}, for its end is uncertain`, async () => {
      using connection = openConnection(service);
      const request = { method: "PUT", key: "smuggled" } as const;

      connection.socket.write(await signedHead(service, target("smuggled"), request, headers));
      connection.socket.write("0\r\n\r\nGET /test-bucket/small HTTP/1.1\r\n\r\n");
      const received = await connection.until("</Error>");
      await connection.ended;

      assert.match(received, /^HTTP\/1\.1 400 [\s\S]*<Code>BadRequest<\/Code>/);
      assert.equal(connection.received().match(/HTTP\/1\.1 /g)?.length, 1);
    });
  }
});

describe("Expect: 100-continue", () => {
  const expecting = (key: string, sizeBytes: number) =>
    signedHead(service, target(key), { method: "PUT", key }, [
      `Content-Length: ${sizeBytes}`,
      "Expect: 100-continue",
    ]);

  it("is answered before the body is read, and the connection stays open", async () => {
    using connection = openConnection(service);

    connection.socket.write(await expecting("continued", 3));
    const first = await connection.until("\r\n\r\n");
    connection.socket.write("abc");
    await connection.until("HTTP/1.1 200");
    connection.socket.write(await signedHead(service, target("continued"), { key: "continued" }));
    const received = await connection.until("abc");

    assert.equal(first, "HTTP/1.1 100 Continue\r\n\r\n");
    assert.match(received, /abc$/);
  });

  it("of a request that is refused is never answered with 100, and the connection is closed", async () => {
    using connection = openConnection(service);

    connection.socket.write(await expecting("\\refused", 5 * MIB));
    const received = await connection.until("</Error>");
    await connection.ended;

    assert.match(received, /^HTTP\/1\.1 400 [\s\S]*\r\nConnection: close\r\n/);
  });
});

describe("a body that nobody wants", () => {
  for (const connectionHeader of ["keep-alive", "close"]) {
    it(`does not keep its sender from reading the answer (Connection: ${connectionHeader})`, async () => {
      using connection = openConnection(service);
      connection.socket.pause();
      const lines = ["Host: h", `Connection: ${connectionHeader}`, `Content-Length: ${BIG.length}`];

      // As many clients do: everything is sent before the first byte of the answer is looked at.
      await sendAll(connection, `PUT ${target("k")} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);

      assert.match(await connection.until("</Error>"), /^HTTP\/1\.1 403 [\s\S]*<Code>AccessDenied<\/Code>/);
    });
  }

  it("does not keep its sender from reading the answer when its beginning was read", async () => {
    using connection = openConnection(service);
    connection.socket.pause();
    const uploadId = await service.initiate("endless");
    const request = { method: "POST", key: "endless", query: [["uploadId", uploadId]] } as const;
    const head = await signedHead(service, `${target("endless")}?uploadId=${uploadId}`, request, [
      `Content-Length: ${BIG.length}`,
    ]);

    await sendAll(connection, head);

    assert.match(await connection.until("</Error>"), /^HTTP\/1\.1 400 [\s\S]*<Code>MalformedXML<\/Code>/);
  });

  it("is not read for ever", async () => {
    using connection = openConnection(service);

    connection.socket.write(
      `PUT ${target("k")} HTTP/1.1\r\nHost: h\r\nContent-Length: ${BIG.length}\r\n\r\n`,
    );
    await connection.until("</Error>");
    await connection.ended;

    assert.deepEqual(failures, []);
  });

  function sendAll(connection: ReturnType<typeof openConnection>, head: string): Promise<void> {
    connection.socket.write(head);
    return new Promise((resolve, reject) => {
      connection.socket.once("error", reject);
      connection.socket.write(BIG, () => {
        connection.socket.resume();
        resolve();
      });
    });
  }
});

describe("nonsense on a connection", () => {
  it("does not get its answer into the bytes of an object that is being sent", async () => {
    using connection = openConnection(service);
    connection.socket.write(await signedHead(service, target("big"), { key: "big" }));
    await connection.until("zzz");

    connection.socket.write("\u0000\u0001 nonsense\r\n\r\n");
    await connection.until("</Error>");
    const received = connection.received();

    const body = received.slice(received.indexOf("\r\n\r\n") + 4);
    assert.match(body.slice(0, BIG.length), /^z+$/);
    assert.match(body.slice(BIG.length), /^HTTP\/1\.1 400 /);
  });

  it("does not take the place of the answer to the request before it", async () => {
    using connection = openConnection(service);
    const request = { method: "PUT", key: "before-nonsense" } as const;
    const head = await signedHead(service, target("before-nonsense"), request, ["Content-Length: 1"]);

    connection.socket.write(`${head}x\u0000\u0001 nonsense\r\n\r\n`);
    const received = await connection.until("</Error>");

    assert.deepEqual(received.match(/HTTP\/1\.1 \d{3}/g), ["HTTP/1.1 200", "HTTP/1.1 400"]);
  });

  it("does not get a second answer when the request that it belongs to has one", async () => {
    using connection = openConnection(service);
    connection.socket.write(
      `PUT ${target("k")} HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nonly this`,
    );
    await connection.until("</Error>");

    connection.socket.end();
    await connection.ended;

    assert.deepEqual(connection.received().match(/HTTP\/1\.1 \d{3}/g), ["HTTP/1.1 403"]);
  });

  it("is told so whatever stands behind it, however much that is", async () => {
    for (const behind of [await signedHead(service, target("small"), { key: "small" }), "x".repeat(MIB)]) {
      using connection = openConnection(service);
      const closed = new Promise((resolve) => connection.socket.once("close", resolve));
      let failure: unknown;
      connection.socket.on("error", (error) => {
        failure = error;
      });

      connection.socket.write(`GET ${target("small")} HTTP/1.1\r\nX: ${"x".repeat(70_000)}\r\n\r\n${behind}`);
      const received = await connection.until("</Error>");
      await connection.ended;
      connection.socket.end();
      await closed;

      assert.match(received, /^HTTP\/1\.1 400 [\s\S]*headers are too large[\s\S]*<\/Error>$/);
      assert.equal(failure, undefined);
    }
  });

  it("ends with the connection closed, even when the client keeps it open", async () => {
    using connection = openConnection(service);
    const closed = new Promise((resolve) => connection.socket.once("close", resolve));

    connection.socket.write("\u0000\u0001 nonsense\r\n\r\n");
    await connection.until("</Error>");
    const isWritable = () => new Promise((resolve) => connection.socket.write("x", resolve));
    const poll = setInterval(isWritable, 50);
    await closed;
    clearInterval(poll);

    assert.ok(connection.socket.destroyed);
  });
});

describe("a client that reads an object", () => {
  it("and goes away lets go of the object's bytes, and is nobody's failure", async () => {
    await service.send({ method: "PUT", key: "left", body: BIG });
    const { extents } = (await service.store.metadata.openObject({ bucket: testBucket, key: "left" })) ?? {
      extents: [],
    };
    const blobIds = extents.map(({ blobId }) => blobId);
    {
      using connection = openConnection(service);
      connection.socket.write(await signedHead(service, target("left"), { key: "left" }));
      await connection.until("zzz");
      assert.deepEqual(await service.store.blobs.delete(blobIds), [], "pinned while they are sent");
    }

    await eventually(async () => (await service.store.blobs.delete(blobIds)).length === blobIds.length);

    assert.deepEqual(failures, []);
  });

  it("and stops reading is left, and lets go of the object's bytes", async () => {
    await service.send({ method: "PUT", key: "stalled", body: BIG });
    const { extents } = (await service.store.metadata.openObject({ bucket: testBucket, key: "stalled" })) ?? {
      extents: [],
    };
    const blobIds = extents.map(({ blobId }) => blobId);
    using connection = openConnection(service);
    connection.socket.write(await signedHead(service, target("stalled"), { key: "stalled" }));
    await connection.until("zzz");

    connection.socket.pause();

    await eventually(async () => (await service.store.blobs.delete(blobIds)).length === blobIds.length);
    assert.deepEqual(failures, []);
  });

  it("and is slow gets it all", async () => {
    using connection = openConnection(service);
    connection.socket.write(await signedHead(service, target("big"), { key: "big" }));
    connection.socket.pause();
    const slowly = setInterval(() => {
      connection.socket.resume();
      setTimeout(() => connection.socket.pause(), 10);
    }, 150);

    await eventually(async () => connection.received().length > BIG.length);
    clearInterval(slowly);

    assert.match(connection.received(), /^HTTP\/1\.1 200 /);
  });
});

describe("a server that drains", () => {
  it("answers what is under way, and closes a connection that would go on for ever", async () => {
    await using draining = await startTestServer();
    await draining.send({ method: "PUT", key: "k", body: "hello" });
    using connection = openConnection(draining);
    const get = await signedHead(draining, target("k"), { key: "k" });
    connection.socket.on("data", () => connection.socket.write(get));
    connection.socket.write(get);
    await connection.until("hello");
    const startedAtMs = performance.now();

    await draining.server.drain(10_000);

    assert.ok(performance.now() - startedAtMs < 5_000);
    assert.match(connection.received(), /hello$/);
  });

  it("lets a second call wait for the first", async () => {
    const draining = await startTestServer();
    await draining.send({ method: "PUT", key: "k", body: BIG });
    using connection = openConnection(draining);
    connection.socket.write(await signedHead(draining, target("k"), { key: "k" }));
    await connection.until("zzz");
    connection.socket.pause();
    let isOver = false;

    const first = draining.server.drain(300).then(() => {
      isOver = true;
    });
    await draining.server.drain(300);

    assert.ok(isOver);
    await first;
    await draining[Symbol.asyncDispose]();
  });
});

/** Asks again and again, for there is no event on this side of the connection. */
async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  while (!(await isSo())) {
    assert.ok(performance.now() < deadlineMs, "it did not happen within 10 s");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
