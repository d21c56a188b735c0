import { equal, rejects } from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { describe, it } from "node:test";
import type { Bucket } from "../../src/client/bucket.ts";
import { nodePlatform } from "../../src/client/node/node-platform.ts";
import { createNodeTransport } from "../../src/client/node/node-transport.ts";
import type { UploadSource } from "../../src/client/node/open-source.ts";
import { startConnectProxy } from "./node/connect-proxy.ts";
import { makeCertificate, startTlsService } from "./node/tls-service.ts";
import { occasion } from "./occasion.ts";
import { afterBody, bucketAt } from "./scripted-service.ts";

const trusted = makeCertificate();

/** Far less than the silence that a client bears. */
const AT_ONCE = { timeout: 20_000 };

/** More than sockets take while nobody reads. */
const LONG_BODY_BYTES = 32 * 1024 * 1024;

/** A bucket whose connections are its own. */
function bucketOver(port: number, proxy = "none"): Bucket<UploadSource> {
  const transport = createNodeTransport({ ca: trusted.certificate, proxy });
  return bucketAt(`https://127.0.0.1:${port}`, {}, { ...nodePlatform(), transport });
}

describe("Bucket.close() over TLS", () => {
  const calls: readonly {
    readonly what: string;
    readonly call: (bucket: Bucket<UploadSource>) => Promise<unknown>;
  }[] = [
    { what: "a short body", call: (bucket) => bucket.putObject("k", "x") },
    { what: "an answer that is a document", call: (bucket) => bucket.listObjects() },
    { what: "an answer that may be long", call: (bucket) => bucket.getObject("k") },
  ];
  for (const { what, call } of calls) {
    it(`ends a request that waits for its answer, and its connection: ${what}`, AT_ONCE, async () => {
      const arrival = occasion();
      const end = occasion();
      await using holding = await startTlsService(trusted, (request) => {
        request.resume();
        request.socket.once("close", end.tell);
        arrival.tell();
      });
      const bucket = bucketOver(holding.port);
      const failed = rejects(call(bucket), { name: "ClientError", code: "client-closed" });
      await arrival.told;

      await bucket.close();

      await failed;
      await end.told;
    });
  }

  it("ends a request whose body nobody reads", AT_ONCE, async () => {
    const arrival = occasion();
    await using stalling = await startTlsService(trusted, arrival.tell);
    const bucket = bucketOver(stalling.port);
    const body = new Uint8Array(LONG_BODY_BYTES);
    const failed = rejects(bucket.putObject("k", body), { code: "client-closed" });
    await arrival.told;

    await bucket.close();

    await failed;
  });

  it("ends an answer that is being read", AT_ONCE, async () => {
    await using service = await startTlsService(trusted, (request, response) => {
      request.resume();
      const modified = "Mon, 23 Nov 2026 12:00:00 GMT";
      const headers = { etag: '"E"', "content-length": "100", "last-modified": modified };
      response.writeHead(200, headers).write("the beginning");
    });
    const bucket = bucketOver(service.port);
    const { body } = await bucket.getObject("k");
    const chunks = body[Symbol.asyncIterator]();
    await chunks.next();
    const failed = rejects(chunks.next(), { code: "client-closed" });

    await bucket.close();

    await failed;
  });

  it("ends a handshake that nobody answers", AT_ONCE, async () => {
    const mute = createTcpServer((socket) => socket.on("error", () => {}));
    await once(mute.listen(0, "127.0.0.1"), "listening");
    const bucket = bucketOver((mute.address() as AddressInfo).port);
    const arrival = once(mute, "connection");
    const failed = rejects(bucket.putObject("k", "x"), { code: "client-closed" });
    await arrival;

    await bucket.close();

    await failed;
    mute.close();
    await once(mute, "close");
  });

  it("ends a request through a proxy's tunnel", AT_ONCE, async () => {
    const arrival = occasion();
    await using holding = await startTlsService(trusted, (request) => {
      request.resume();
      arrival.tell();
    });
    await using proxy = await startConnectProxy(holding.port);
    const bucket = bucketOver(holding.port, `http://127.0.0.1:${proxy.port}`);
    const failed = rejects(bucket.putObject("k", "x"), { code: "client-closed" });
    await arrival.told;

    await bucket.close();

    await failed;
    equal(proxy.asked.length, 1);
  });

  it("closes the connections that are kept open", AT_ONCE, async () => {
    const end = occasion();
    await using service = await startTlsService(trusted, (request, response) => {
      request.socket.once("close", end.tell);
      afterBody(request, () => response.writeHead(200, { etag: '"E"' }).end());
    });
    const bucket = bucketOver(service.port);
    await bucket.putObject("k", "x");

    await bucket.close();

    await end.told;
    equal(service.connectionCount(), 1);
  });
});
