// How many connections there may be, and how many requests on one.
import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import { openConnection, signedHead } from "./raw-connection.ts";
import { startTestServer, type TestServer, testBucket } from "./test-server.ts";

const target = `/${testBucket}/key`;
const CONNECTIONS = 2;
const REQUESTS = 3;

describe("a server with a limit of connections", () => {
  it("closes those above it as they come, and takes others when one has ended", async () => {
    await using service = await startWithObject();
    using first = openConnection(service);
    using second = openConnection(service);
    const head = await signedHead(service, target, { key: "key" });
    for (const connection of [first, second]) {
      connection.socket.write(head);
      assert.match(await connection.until("hello"), /^HTTP\/1\.1 200 /);
    }

    using above = openConnection(service);
    above.socket.write(head);
    await above.ended;
    assert.equal(above.received(), "");

    first.socket.destroy();
    await once(first.socket, "close");
    assert.match(await untilTaken(service, head), /^HTTP\/1\.1 200 /);
  });

  it("says with the last answer that a connection may have that it is the last", async () => {
    await using service = await startWithObject();
    using connection = openConnection(service);
    const head = await signedHead(service, target, { key: "key" });

    for (let count = 1; count <= REQUESTS; count++) {
      connection.socket.write(head);
      await connection.until("hello");
    }
    await connection.ended;

    const answers = connection.received().split(/(?=HTTP\/1\.1 )/);
    assert.deepEqual(
      answers.map((answer) => /connection: close/i.test(answer)),
      [false, false, true],
    );
  });
});

async function startWithObject(): Promise<TestServer> {
  const limits = { connectionCountMax: CONNECTIONS, requestsPerConnectionMax: REQUESTS };
  const service = await startTestServer({ limits });
  await service.send({ method: "PUT", key: "key", body: "hello", headers: { connection: "close" } });
  return service;
}

/** The server sees the end of a connection a moment after the client. The test's own time limit ends it. */
async function untilTaken(service: TestServer, head: string): Promise<string> {
  for (;;) {
    using connection = openConnection(service);
    connection.socket.write(head);
    const received = await connection.until("hello");
    if (received !== "") {
      return received;
    }
  }
}
