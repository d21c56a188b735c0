// What comes on a connection behind a request that takes long.
import { equal, match, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { ListenerLimits } from "../../src/server/listener-limits.ts";
import { openConnection } from "./raw-connection.ts";
import { startTestServer } from "./test-server.ts";

const BUCKET = "behind-bucket";
const GARBAGE = "garbage garbage\r\n\r\n";
/** Not plain: the fast door leaves the connection to node:http. */
const MISSING = `GET /${BUCKET}/none HTTP/1.1\r\nHost: h\r\nTE: trailers\r\n\r\n`;

/** Takes a second for 100 kB. */
function slowCopy(key: string): string {
  const headers = `x-oss-traffic-limit: 819200\r\nx-oss-copy-source: /${BUCKET}/source\r\nContent-Length: 0`;
  return `PUT /${BUCKET}/${key} HTTP/1.1\r\nHost: h\r\nTE: trailers\r\n${headers}\r\n\r\n`;
}

function statusesOf(received: string): readonly string[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status = ""]) => status);
}

for (const door of ["http", "fast"] as const) {
  describe(`behind a request that takes long, by ${door}`, () => {
    async function withSource(sizeBytes: number, limits: Partial<ListenerLimits> = {}) {
      const records: number[] = [];
      const service = await startTestServer({
        door,
        limits,
        observe: ({ status }) => records.push(status),
      });
      const request = { method: "PUT" as const, bucket: BUCKET };
      await service.send({ ...request, headers: { "x-oss-acl": "public-read-write" } });
      await service.send({ ...request, key: "source", body: Buffer.alloc(sizeBytes) });
      return Object.assign(service, { records });
    }

    for (const pieceCount of [1, 2, 10]) {
      it(`${pieceCount} pieces of garbage lose neither its answer nor theirs, which is one`, async () => {
        await using service = await withSource(40_000);
        using connection = openConnection(service);
        connection.socket.write(slowCopy("copy"));
        for (let count = 0; count < pieceCount; count += 1) {
          await wait(20);
          connection.socket.write(GARBAGE);
        }

        await connection.ended;

        equal(statusesOf(connection.received()).join(" "), "200 400");
        equal(service.records.filter((status) => status === 400).length, 1);
      });
    }

    it("a CONNECT has no answer where that of the request belongs", async () => {
      await using service = await withSource(60_000);
      using connection = openConnection(service);
      connection.socket.write(`${slowCopy("copy")}CONNECT x:1 HTTP/1.1\r\nHost: h\r\n\r\n`);

      await connection.ended;

      ok(!statusesOf(connection.received()).includes("405"));
    });

    it("another may take longer than an answer may stand still", async () => {
      await using service = await withSource(80_000, { bodyStallTimeoutMs: 400 });
      using connection = openConnection(service);
      connection.socket.write(MISSING + slowCopy("copy").replace("Host: h", "Host: h\r\nConnection: close"));

      await connection.ended;

      equal(statusesOf(connection.received()).join(" "), "404 200");
    });

    it("no other is begun while the server drains", async () => {
      await using service = await withSource(40_000);
      using connection = openConnection(service);
      connection.socket.write(MISSING);
      await connection.until("</Error>");
      connection.socket.write(Array.from({ length: 20 }, (_, index) => slowCopy(`copy${index}`)).join(""));
      await wait(100);

      await service.server.drain(10_000);

      const copied = service.records.filter((status) => status === 200).length;
      match(statusesOf(connection.received()).join(" "), /^404 200( 200)?$/);
      // Besides the bucket and the source: what was under way, and the next at most.
      ok(copied <= 4, `${copied} were carried out`);
    });
  });
}
