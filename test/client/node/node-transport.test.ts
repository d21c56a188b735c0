import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { afterEach, beforeEach, describe, it, mock } from "node:test";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { createNodeTransport } from "../../../src/client/node/node-transport.ts";
import { bytesBody, type RequestBody } from "../../../src/client/request-body.ts";
import type { TransportRequest } from "../../../src/client/transport.ts";
import { TransportError } from "../../../src/client/transport-error.ts";
import { crc64 } from "../../../src/protocol/crc64/crc64.ts";
import { afterBody, type ScriptedService, startScriptedService } from "../scripted-service.ts";

const MIB = 1024 * 1024;
const transport = createNodeTransport();
afterEach(() => transport.close());

function requestTo(port: number, changes: Partial<TransportRequest> = {}): TransportRequest {
  return {
    method: "PUT",
    address: {
      scheme: "http",
      hostname: "127.0.0.1",
      port,
      host: `127.0.0.1:${port}`,
      target: "/b/k%20?x=1",
    },
    headers: {},
    timeoutMs: 5000,
    ...changes,
  };
}

/** More than any socket's buffers hold. */
function endlessBody(onEnd: () => void = () => {}): RequestBody {
  return {
    sizeBytes: 1024 * MIB,
    async *chunks() {
      const chunk = new Uint8Array(MIB);
      try {
        for (let index = 0; index < 1024; index += 1) {
          yield chunk;
        }
      } finally {
        onEnd();
      }
    },
  };
}

/** One buffer for all chunks, overwritten as soon as the next chunk is asked for. */
function reusingBody(chunkCount: number): RequestBody {
  return {
    sizeBytes: chunkCount * MIB,
    async *chunks() {
      const chunk = new Uint8Array(MIB);
      for (let index = 0; index < chunkCount; index += 1) {
        yield chunk.fill(index);
      }
    },
  };
}

function transportError(code: string, mayHaveArrived: boolean) {
  return (error: unknown) => {
    ok(error instanceof TransportError, String(error));
    deepEqual({ code: error.code, mayHaveArrived: error.mayHaveArrived }, { code, mayHaveArrived });
    return true;
  };
}

async function startTcpServer(onConnection: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onConnection(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) {
        socket.destroy();
      }
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** Reads the head of a request. @returns how many bytes of the body came with it */
async function bytesBehindHead(socket: Socket): Promise<number> {
  let received = Buffer.alloc(0);
  while (!received.includes("\r\n\r\n") && !socket.destroyed) {
    received = Buffer.concat([received, (socket.read() as Buffer | null) ?? Buffer.alloc(0)]);
    await nextTurn();
  }
  return received.byteLength - received.indexOf("\r\n\r\n") - 4;
}

/** Takes a request with a body of `sizeBytes`, a KB at a time and 16 of them a millisecond of `pass`, and answers it. */
async function readSlowly(
  socket: Socket,
  sizeBytes: number,
  pass: (durationMs: number) => Promise<void>,
): Promise<void> {
  let leftBytes = sizeBytes - (await bytesBehindHead(socket));
  let msPassed = 0;
  while (leftBytes > 0 && !socket.destroyed) {
    const piece = socket.read(Math.min(1024, leftBytes, socket.readableLength || 1024)) as Buffer | null;
    leftBytes -= piece?.byteLength ?? 0;
    const dueMs = Math.floor((sizeBytes - leftBytes) / (16 * 1024));
    if (piece === null) {
      await nextTurn();
    } else if (dueMs > msPassed) {
      await pass(dueMs - msPassed);
      msPassed = dueMs;
    }
  }
  socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
}

describe("the Node transport", () => {
  it("sends a body with its length, and reads the answer", async () => {
    await using service = await startScriptedService((request, response) =>
      afterBody(request, (body) => {
        response.setHeader("x-length", String(request.headers["content-length"]));
        response.end(`${request.url} ${request.headers.host} ${body.length}`);
      }),
    );

    const response = await transport.send(
      requestTo(service.port, { body: bytesBody(new Uint8Array(100_000)) }),
    );

    equal(response.status, 200);
    equal(response.headers["x-length"], "100000");
    equal(await response.text(1000), `/b/k%20?x=1 127.0.0.1:${service.port} 100000`);
  });

  it("sends a body of unknown length chunked", async () => {
    await using service = await startScriptedService((request, response) =>
      afterBody(request, (body) => response.end(`${request.headers["transfer-encoding"]} ${body}`)),
    );
    const body: RequestBody = {
      sizeBytes: undefined,
      async *chunks() {
        yield new TextEncoder().encode("hello");
      },
    };

    equal(await (await transport.send(requestTo(service.port, { body }))).text(1000), "chunked hello");
  });

  it("sends an empty body as length 0", async () => {
    await using service = await startScriptedService((request, response) =>
      response.end(`${request.headers["content-length"]}`),
    );

    equal(
      await (await transport.send(requestTo(service.port, { body: bytesBody(new Uint8Array()) }))).text(9),
      "0",
    );
    equal(await (await transport.send(requestTo(service.port))).text(9), "0");
  });

  it("lets a chunk's buffer be used again only when the socket has taken it", async () => {
    await using service = await startScriptedService(async (request, response) => {
      let received = 0n;
      for await (const chunk of request) {
        received = crc64(chunk, received);
        await sleep(1);
      }
      response.end(String(received));
    });
    const expected = Array.from({ length: 20 }, (_, index) => new Uint8Array(MIB).fill(index)).reduce(
      (previous, chunk) => crc64(chunk, previous),
      0n,
    );

    const response = await transport.send(requestTo(service.port, { body: reusingBody(20) }));

    equal(await response.text(100), String(expected));
  });

  it("counts the bytes as they are sent", async () => {
    await using service = await startScriptedService((request, response) =>
      afterBody(request, () => response.end()),
    );
    const counts: number[] = [];

    const response = await transport.send(
      requestTo(service.port, { body: reusingBody(3), onSent: (count) => counts.push(count) }),
    );

    response.discard();
    equal(
      counts.reduce((sum, count) => sum + count, 0),
      3 * MIB,
    );
    ok(counts.length >= 12);
  });

  it("uses a connection again", async () => {
    await using service = await startScriptedService((_request, response) => {
      response.setHeader("content-length", "2");
      response.end("ok");
    });

    await (await transport.send(requestTo(service.port))).text(9);
    await (await transport.send(requestTo(service.port))).text(9);
    (await transport.send(requestTo(service.port, { method: "HEAD" }))).discard();
    await (await transport.send(requestTo(service.port))).text(9);

    deepEqual(service.closedConnectionTimes, []);
    equal(service.requests.length, 4);
  });

  describe("when the answer comes before the body is sent", () => {
    for (const connection of ["keep-alive", "close"]) {
      it(`stops sending and gives the answer (connection: ${connection})`, async () => {
        let isEnded = false;
        await using service = await startScriptedService((_request, response) => {
          response.writeHead(403, { connection });
          response.end("no");
        });

        const body = endlessBody(() => {
          isEnded = true;
        });
        const response = await transport.send(requestTo(service.port, { body }));

        equal(response.status, 403);
        equal(await response.text(100), "no");
        await sleep(20);
        ok(isEnded);
      });
    }
  });

  describe("reports", () => {
    it("a refused connection", async () => {
      const server = await startTcpServer(() => {});
      await server[Symbol.asyncDispose]();

      await rejects(transport.send(requestTo(server.port)), transportError("connection-refused", false));
    });

    it("a host that nobody knows", async () => {
      const address = {
        scheme: "http",
        hostname: "nobody.invalid",
        port: 80,
        host: "nobody.invalid",
        target: "/",
      } as const;

      await rejects(transport.send(requestTo(80, { address })), transportError("name-not-found", false));
    });

    it("a connection that breaks in the middle of the body", async () => {
      await using server = await startTcpServer((socket) =>
        socket.once("data", () => socket.resetAndDestroy()),
      );

      await rejects(
        transport.send(requestTo(server.port, { body: endlessBody() })),
        transportError("connection-lost", true),
      );
    });

    it("a connection that breaks before the answer", async () => {
      await using server = await startTcpServer((socket) => socket.once("data", () => socket.end()));

      await rejects(transport.send(requestTo(server.port)), transportError("connection-lost", true));
    });

    it("a connection that breaks in the middle of the answer", async () => {
      await using server = await startTcpServer((socket) =>
        socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf")),
      );

      const response = await transport.send(requestTo(server.port, { method: "GET" }));

      await rejects(response.text(100), transportError("connection-lost", true));
    });

    it("an answer that is no HTTP", async () => {
      await using server = await startTcpServer((socket) =>
        socket.once("data", () => socket.end("SSH-2.0-x\r\n")),
      );

      await rejects(transport.send(requestTo(server.port)), transportError("not-http", true));
    });

    it("an endpoint that speaks no TLS", async () => {
      await using server = await startTcpServer((socket) =>
        socket.once("data", () => socket.end("HTTP/1.1 400 \r\n")),
      );
      const { address } = requestTo(server.port);

      await rejects(
        transport.send(requestTo(server.port, { address: { ...address, scheme: "https" } })),
        transportError("tls", false),
      );
    });

    it("an answer that is too long for its kind", async () => {
      await using service = await startScriptedService((_request, response) =>
        response.end("x".repeat(1000)),
      );

      await rejects(
        (await transport.send(requestTo(service.port))).text(999),
        transportError("answer-too-long", true),
      );
    });

    it("a body that is shorter or longer than it said", async () => {
      await using service = await startScriptedService((request, response) =>
        afterBody(request, () => response.end()),
      );
      const body = (sizeBytes: number) => ({ ...bytesBody(new Uint8Array(10)), sizeBytes });

      await rejects(transport.send(requestTo(service.port, { body: body(11) })), RangeError);
      await rejects(transport.send(requestTo(service.port, { body: body(9) })), RangeError);
    });
  });

  describe("times out", () => {
    it("when no answer comes", async () => {
      await using server = await startTcpServer(() => {});

      await rejects(
        transport.send(requestTo(server.port, { timeoutMs: 50 })),
        transportError("timeout", true),
      );
    });

    it("when nobody reads the body", async () => {
      await using server = await startTcpServer((socket) => socket.pause());

      await rejects(
        transport.send(requestTo(server.port, { timeoutMs: 100, body: endlessBody() })),
        transportError("timeout", true),
      );
    });
  });

  describe("by a clock that only the test moves", () => {
    let nowMs = 0;

    /** What has arrived is looked at before and after. */
    async function pass(durationMs: number): Promise<void> {
      await nextTurn();
      nowMs += durationMs;
      mock.timers.tick(durationMs);
      await nextTurn();
      await nextTurn();
    }

    beforeEach(() => {
      nowMs = 0;
      mock.timers.enable({ apis: ["setTimeout"] });
      mock.method(performance, "now", () => nowMs);
    });
    afterEach(() => mock.reset());

    it("times out when the answer stops, and not before its time", async () => {
      await using server = await startTcpServer((socket) =>
        socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf")),
      );
      const response = await transport.send(requestTo(server.port, { timeoutMs: 50 }));
      const reading = response.text(100);
      let isOver = false;
      const over = rejects(reading, transportError("timeout", true)).finally(() => {
        isOver = true;
      });

      await pass(49);
      equal(isOver, false);
      await pass(1);

      await over;
    });

    it("does not time out while the source of the body or the reader of the answer takes its time", async () => {
      await using service = await startScriptedService((request, response) =>
        afterBody(request, (body) => response.end(body)),
      );
      const body: RequestBody = {
        sizeBytes: 2,
        async *chunks() {
          await pass(150);
          yield new Uint8Array(1);
          await pass(150);
          yield new Uint8Array(1);
        },
      };

      const response = await transport.send(requestTo(service.port, { timeoutMs: 50, body }));
      await pass(150);

      equal((await response.text(100)).length, 2);
    });

    it("does not time out while bytes move into a service that reads 1 KB at a time, for many times the limit", async () => {
      await using server = await startTcpServer((socket) => readSlowly(socket, 16 * MIB, pass));

      const response = await transport.send(
        requestTo(server.port, { timeoutMs: 300, body: reusingBody(16) }),
      );

      equal(await response.text(9), "ok");
      ok(nowMs > 3 * 300, `${nowMs} ms`);
    });

    it("does not time out while bytes move out of a service that answers a few bytes at a time", async () => {
      let answer: (piece: string | undefined) => void = () => {};
      await using service = await startScriptedService((_request, response) => {
        answer = (piece) => (piece === undefined ? response.end() : response.write(piece));
        answer("0");
      });

      const response = await transport.send(requestTo(service.port, { method: "GET", timeoutMs: 250 }));
      let received = "";
      for await (const chunk of response.body) {
        received += new TextDecoder().decode(chunk);
        await pass(200);
        answer(received.length < 10 ? String(received.length) : undefined);
      }

      equal(received, "0123456789");
      equal(nowMs, 10 * 200);
    });
  });

  describe("on an abort", () => {
    const cases = [
      { name: "before the answer", body: undefined },
      { name: "in the middle of the body", body: endlessBody() },
    ];
    for (const { name, body } of cases) {
      it(`${name} closes the connection at once and rejects with the reason`, async () => {
        const controller = new AbortController();
        const reason = new Error("enough");
        await using service = await startScriptedService((request, response, index) =>
          index === 0 ? request.resume() : response.end(),
        );
        const sending = transport.send(requestTo(service.port, { signal: controller.signal, body }));
        await requestArrived(service);

        controller.abort(reason);

        await rejects(sending, (error) => error === reason);
        // The service hears of the end before it hears what is said afterwards.
        await fetch(service.endpoint);
        equal(service.closedConnectionTimes.length, 1);
      });
    }

    it("in the middle of the answer rejects with the reason", async () => {
      const controller = new AbortController();
      await using service = await startScriptedService((_request, response) => response.write("half"));
      const response = await transport.send(requestTo(service.port, { signal: controller.signal }));

      const reading = response.text(100);
      controller.abort();

      await rejects(reading, { name: "AbortError" });
    });

    it("that came before sends nothing", async () => {
      await using service = await startScriptedService((_request, response) => response.end());

      await rejects(transport.send(requestTo(service.port, { signal: AbortSignal.abort() })), {
        name: "AbortError",
      });

      deepEqual(service.requests, []);
    });
  });
});

async function requestArrived(service: ScriptedService): Promise<void> {
  while (service.requests.length === 0) {
    await sleep(5);
  }
}
