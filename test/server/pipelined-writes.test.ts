// Requests that a client sends before it has the answers to those before: what they change, they change in their order.
// Source: RFC 9112, 9.3.2: only requests with safe methods may be processed side by side.
import assert from "node:assert/strict";
import { it } from "node:test";
import { WAITING_COUNT_MAX } from "../../src/server/node-listener.ts";
import { describeOverBothStores } from "./both-stores.ts";
import { openConnection } from "./raw-connection.ts";

const BUCKET = "everybodys";

describeOverBothStores("requests before their turn", (service) => {
  it("see what those before them have written, and write over it", async () => {
    await service().send({ method: "PUT", bucket: BUCKET, headers: { "x-oss-acl": "public-read-write" } });
    using connection = openConnection(service());
    const get = `GET /${BUCKET}/key HTTP/1.1\r\nHost: h\r\n\r\n`;
    const put = (body: string) =>
      `PUT /${BUCKET}/key HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const large = "x".repeat(300_000);

    const last = get.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");

    connection.socket.write(put("1") + get + put(large) + put("22") + get + put("333") + last);
    await connection.ended;

    const answers = connection.received().split(/(?=HTTP\/1\.1 )/);
    const bodies = answers.map((answer) => answer.slice(answer.indexOf("\r\n\r\n") + 4));
    assert.deepEqual(bodies, ["", "1", "", "", "22", "", "333"]);
  });

  it("are not carried out behind one that says that it is the last", async () => {
    await service().send({ method: "PUT", bucket: BUCKET, headers: { "x-oss-acl": "public-read-write" } });
    using connection = openConnection(service());
    const put = (key: string, more = "") =>
      `PUT /${BUCKET}/${key} HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n${more}\r\n1`;

    connection.socket.write(put("a") + put("b", "Connection: close\r\n") + put("c"));
    await connection.ended;

    const { metadata } = service().store;
    assert.ok(await metadata.getObject({ bucket: BUCKET, key: "b" }));
    assert.equal(await metadata.getObject({ bucket: BUCKET, key: "c" }), undefined);
  });

  for (const [what, waitingCount, answerCount] of [
    ["are answered when as many wait as a connection may have", WAITING_COUNT_MAX, WAITING_COUNT_MAX + 2],
    ["end the connection when more wait", WAITING_COUNT_MAX + 1, 1],
  ] as const) {
    it(what, async () => {
      await service().send({ method: "PUT", bucket: BUCKET, headers: { "x-oss-acl": "public-read-write" } });
      await service().send({ method: "PUT", bucket: BUCKET, key: "source", body: Buffer.alloc(30_000) });
      const get = (more = "") => `GET /${BUCKET}/none HTTP/1.1\r\nHost: h\r\n${more}\r\n`;
      // A quarter of a second at this speed.
      const slow = `x-oss-traffic-limit: 819200\r\nx-oss-copy-source: /${BUCKET}/source\r\nContent-Length: 0`;
      const copy = `PUT /${BUCKET}/copy HTTP/1.1\r\nHost: h\r\n${slow}\r\n\r\n`;
      using connection = openConnection(service());
      // With this header node:http serves it, and all that follow.
      connection.socket.write(get("TE: trailers\r\n"));
      await connection.until("</Error>");

      connection.socket.write(copy + get().repeat(waitingCount - 1) + get("Connection: close\r\n"));
      await connection.ended;

      assert.equal(connection.received().match(/HTTP\/1\.1 \d{3}/g)?.length, answerCount);
    });
  }
});
