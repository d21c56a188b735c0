// What the fast door does on a connection that other tests of the server do not see.
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { openConnection, signedHead } from "../raw-connection.ts";
import { startTestServer, type TestServer, testBucket } from "../test-server.ts";

const target = (key: string) => `/${testBucket}/${key}`;
const BODY = Buffer.alloc(700_000, "0123456789");
const ETAG = `"${hash("md5", BODY).toUpperCase()}"`;

let service: TestServer;
before(async () => {
  service = await startTestServer({
    door: "fast",
    limits: { headerSizeMaxBytes: 4_096 },
  });
});
after(() => service[Symbol.asyncDispose]());

const putHead = (key: string, headers: readonly string[] = []) =>
  signedHead(service, target(key), { method: "PUT", key }, [`Content-Length: ${BODY.length}`, ...headers]);
/** Of its own, so that the other tests take as long as they take. */
const startImpatientServer = () =>
  startTestServer({ door: "fast", limits: { headersTimeoutMs: 300, idleTimeoutMs: 300 } });
const getHead = (key: string) => signedHead(service, target(key), { key });

describe("a connection at the fast door", () => {
  it("takes a head and a body in whatever pieces they come", async () => {
    using connection = openConnection(service);
    const bytes = Buffer.concat([Buffer.from(await putHead("pieces")), BODY]);
    const send = (start: number, end: number) =>
      new Promise<void>((resolve) => connection.socket.write(bytes.subarray(start, end), () => resolve()));

    let start = 0;
    for (const size of [1, 9, 100, 1, 300, 1_000, 64_000, 1, 300_000, bytes.length]) {
      await send(start, start + size);
      start += size;
    }
    const received = await connection.until("\r\n\r\n");

    assert.match(received, /^HTTP\/1\.1 200 OK\r\n/);
    assert.ok(received.includes(ETAG), received);
  });

  it("serves one request after the other", async () => {
    using connection = openConnection(service);
    for (const key of ["first", "second", "third"]) {
      connection.socket.write(await putHead(key));
      connection.socket.write(BODY);
      assert.match(await connection.until(ETAG), /HTTP\/1\.1 200 OK\r\n/);
      await connection.until("\r\n\r\n");
    }

    assert.equal(connection.received().match(/HTTP\/1\.1 200/g)?.length, 3);
  });

  it("keeps bodies apart that come together with their heads, on connections side by side", async () => {
    const bodies = Array.from({ length: 24 }, (_, index) => Buffer.alloc(9_000, `body ${index} `));
    const answers = await Promise.all(
      bodies.map(async (body, index) => {
        using connection = openConnection(service);
        const key = `beside-${index}`;
        const fields = [`Content-Length: ${body.length}`];
        for (let count = 0; count < 2; count += 1) {
          const head = await signedHead(service, target(key), { method: "PUT", key }, fields);
          connection.socket.write(Buffer.concat([Buffer.from(head), body]));
          await connection.until("\r\n\r\n");
        }
        return connection.received();
      }),
    );

    for (const [index, body] of bodies.entries()) {
      const etag = `"${hash("md5", body).toUpperCase()}"`;
      assert.equal(answers[index]?.split(etag).length, 3);
    }
  });

  it("answers in order what comes before its turn, behind a body too", async () => {
    using connection = openConnection(service);
    const get = await getHead("turn");

    connection.socket.write(
      Buffer.concat([Buffer.from(await putHead("turn")), BODY, Buffer.from(get + get)]),
    );
    await connection.until("0123456789");
    await connection.until("HTTP/1.1 200");
    await connection.until("0123456789");

    assert.equal(
      connection
        .received()
        .match(/HTTP\/1\.1 \d{3}/g)
        ?.join(),
      Array(3).fill("HTTP/1.1 200").join(),
    );
  });

  it("goes on at node:http with what is not plain, and stays there", async () => {
    using connection = openConnection(service);
    const chunked = await signedHead(service, target("chunked"), { method: "PUT", key: "chunked" }, [
      "Transfer-Encoding: chunked",
    ]);

    connection.socket.write(await getHead("none"));
    await connection.until("</Error>");
    connection.socket.write(`${chunked}3\r\nabc\r\n0\r\n\r\n`);
    await connection.until("\r\n\r\n");
    connection.socket.write(await getHead("chunked"));
    const received = await connection.until("abc");

    assert.deepEqual(received.match(/HTTP\/1\.1 \d{3}/g), ["HTTP/1.1 404", "HTTP/1.1 200", "HTTP/1.1 200"]);
  });

  it("refuses a head above the listener's limit", async () => {
    using connection = openConnection(service);

    connection.socket.write(await putHead("large", [`X: ${"x".repeat(5_000)}`]));

    assert.match(await connection.until("</Error>"), /^HTTP\/1\.1 400 [\s\S]*headers are too large/);
  });

  it("is closed when its head does not come to an end, however slowly it comes", async () => {
    await using impatient = await startImpatientServer();
    using connection = openConnection(impatient);
    connection.socket.write("GET / HTTP/1.1\r\n");
    const drip = setInterval(() => connection.socket.write("X"), 50);

    const received = await connection.until("</Error>");
    await connection.ended;
    clearInterval(drip);

    assert.match(received, /^HTTP\/1\.1 400 [\s\S]*<Code>RequestTimeout<\/Code>/);
  });

  it("is closed when nothing comes, before and after a request", async () => {
    await using impatient = await startImpatientServer();
    const get = await signedHead(impatient, target("none"), { key: "none" });
    using silent = openConnection(impatient);
    using served = openConnection(impatient);
    served.socket.write(get);
    await served.until("</Error>");

    await Promise.all([silent.ended, served.ended]);

    assert.equal(silent.received(), "");
    assert.equal(served.received().match(/HTTP\/1\.1/g)?.length, 1);
  });
});
