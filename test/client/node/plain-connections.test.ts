// Over real sockets; what it has in common with node:http is in node-transport.test.ts.
import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, it } from "node:test";
import { createNodeTransport } from "../../../src/client/node/node-transport.ts";
import { bytesBody } from "../../../src/client/request-body.ts";
import type { TransportRequest } from "../../../src/client/transport.ts";

const PLAIN_ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const MIB = 1024 * 1024;

interface Service extends AsyncDisposable {
  readonly port: number;
  readonly connections: readonly Socket[];
  /** What came over each connection. */
  readonly received: readonly string[];
  /** That the first answer is written. */
  readonly answered: Promise<void>;
}

/** Answers each request whose body is `body`, or that can have none, with the next of the texts, and then with the last. */
async function startService(...answers: readonly string[]): Promise<Service> {
  const connections: Socket[] = [];
  const received: string[] = [];
  let answerCount = 0;
  let tellAnswered = () => {};
  const answered = new Promise<void>((resolve) => {
    tellAnswered = resolve;
  });
  const server = createServer((socket) => {
    const index = connections.push(socket) - 1;
    received.push("");
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      received[index] += bytes.toString("latin1");
      if (/^GET|body$/.test(bytes.toString("latin1"))) {
        socket.write(answers[Math.min(answerCount, answers.length - 1)] ?? "");
        answerCount += 1;
        tellAnswered();
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    received,
    answered,
    async [Symbol.asyncDispose]() {
      for (const socket of connections) {
        socket.destroy();
      }
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** Reads nothing of the first connection after its first bytes. */
async function startSilentService() {
  const server = createServer();
  const connection = new Promise<Socket>((resolve) => {
    server.once("connection", (socket: Socket) => socket.once("data", () => resolve(socket.pause())));
  });
  await new Promise<void>((listening) => {
    server.listen(0, "127.0.0.1", listening);
  });
  const close = () =>
    new Promise((closed) => {
      server.close(closed);
    });
  return { port: (server.address() as AddressInfo).port, connection, close };
}

function requestTo(
  { port }: Pick<Service, "port">,
  changes: Partial<TransportRequest> = {},
): TransportRequest {
  const address = { scheme: "http", hostname: "127.0.0.1", port, host: "h", target: "/b/k?x=1" } as const;
  const body = bytesBody(Buffer.from("body"));
  return { method: "PUT", address, headers: { "x-a": "1" }, timeoutMs: 5000, body, ...changes };
}

/** The texts of the answers to requests one after another. */
async function answersOf(service: Service, count: number): Promise<readonly string[]> {
  const transport = createNodeTransport({ proxy: "none" });
  const texts: string[] = [];
  for (let index = 0; index < count; index += 1) {
    texts.push(await (await transport.send(requestTo(service))).text(100));
  }
  transport.close();
  return texts;
}

/** Of two GETs one after another, what came of them. @param isLast  the service ends its connection with its first answer */
async function outcomesOf(
  service: Service,
  { responseBody, isLast }: { readonly responseBody: "bytes" | "xml"; readonly isLast: boolean },
): Promise<readonly unknown[]> {
  const transport = createNodeTransport({ proxy: "none" });
  const outcomes: unknown[] = [];
  for (const isFirst of [true, false]) {
    const request = requestTo(service, { method: "GET", body: undefined, responseBody });
    const answer = transport.send(request).then(async ({ status, headers, text }) => {
      return { status, headers: { ...headers }, text: await text(100) };
    });
    if (isFirst && isLast) {
      await service.answered;
      service.connections[0]?.end();
    }
    outcomes.push(await answer.catch(({ code }: { readonly code: string }) => code));
  }
  transport.close();
  return outcomes;
}

describe("a plain connection", () => {
  it("serves requests without a body too, when the answer is short, and leave what may be long to node:http", async () => {
    await using service = await startService(PLAIN_ANSWER);
    const transport = createNodeTransport();
    const reading: Partial<TransportRequest> = { method: "GET", body: undefined };

    const answers: string[] = [];
    for (const changes of [{ ...reading, responseBody: "xml" }, {}, { ...reading, responseBody: "bytes" }]) {
      answers.push(await (await transport.send(requestTo(service, changes))).text(10));
    }
    transport.close();

    deepEqual(answers, ["ok", "ok", "ok"]);
    deepEqual(
      service.received.map((text) =>
        text.match(/^(?:GET|PUT) |(?:GET|PUT) (?=\/b)/g)?.map((one) => one.trim()),
      ),
      [["GET", "PUT"], ["GET"]],
    );
  });

  const shortAnswers: readonly { readonly what: string; readonly answer: string; readonly isLast?: true }[] =
    [
      { what: "204", answer: "HTTP/1.1 204 No Content\r\n\r\n" },
      {
        what: "304 with the length of what it does not send",
        answer: "HTTP/1.1 304 X\r\ncontent-length: 5\r\n\r\n",
      },
      { what: "a redirect", answer: "HTTP/1.1 302 X\r\nlocation: /y\r\ncontent-length: 2\r\n\r\nok" },
      { what: "chunks", answer: "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n" },
      {
        what: "interim answers",
        answer: `HTTP/1.1 100 X\r\n\r\nHTTP/1.1 103 X\r\na: b\r\n\r\n${PLAIN_ANSWER}`,
      },
      { what: "an answer up to the connection's end", answer: "HTTP/1.1 200 X\r\n\r\nok", isLast: true },
      { what: "half an answer", answer: "HTTP/1.1 200 X\r\ncontent-length: 3\r\n\r\nok", isLast: true },
      { what: "half a head", answer: "HTTP/1.1 200 X\r\nconte", isLast: true },
      { what: "no answer", answer: "", isLast: true },
    ];
  for (const { what, answer, isLast = false } of shortAnswers) {
    it(`makes of ${what} what node:http does, and goes on with the next request`, async () => {
      await using service = await startService(answer, PLAIN_ANSWER);
      await using other = await startService(answer, PLAIN_ANSWER);

      const [plain, full] = await Promise.all([
        outcomesOf(service, { responseBody: "xml", isLast }),
        outcomesOf(other, { responseBody: "bytes", isLast }),
      ]);

      deepEqual(plain, full);
      equal(plain.length, 2);
    });
  }

  it("sends a head and a body of known length, and nothing else", async () => {
    await using service = await startService(PLAIN_ANSWER);

    await answersOf(service, 1);

    equal(
      service.received[0],
      "PUT /b/k?x=1 HTTP/1.1\r\nx-a: 1\r\nhost: h\r\ncontent-length: 4\r\nconnection: keep-alive\r\n\r\nbody",
    );
  });

  it("serves one request after another", async () => {
    await using service = await startService(PLAIN_ANSWER);

    deepEqual(await answersOf(service, 5), ["ok", "ok", "ok", "ok", "ok"]);
    equal(service.connections.length, 1);
  });

  it("serves as many requests as come at a time, each on its own", async () => {
    await using service = await startService(PLAIN_ANSWER);
    const transport = createNodeTransport({ proxy: "none" });

    const answers = await Promise.all(
      Array.from({ length: 8 }, async () => (await transport.send(requestTo(service))).text(100)),
    );

    deepEqual(
      answers,
      Array.from({ length: 8 }, () => "ok"),
    );
    equal(service.connections.length, 8);
    transport.close();
  });

  const closing: readonly { readonly what: string; readonly answer: string }[] = [
    {
      what: "that the service closes",
      answer: PLAIN_ANSWER.replace("OK\r\n", "OK\r\nconnection: close\r\n"),
    },
    { what: "on which more came than was asked for", answer: `${PLAIN_ANSWER}${PLAIN_ANSWER}` },
    {
      what: "kept for a second only",
      answer: PLAIN_ANSWER.replace("OK\r\n", "OK\r\nkeep-alive: timeout=1\r\n"),
    },
  ];
  for (const { what, answer } of closing) {
    it(`is not used again, ${what}`, async () => {
      await using service = await startService(answer, PLAIN_ANSWER);

      deepEqual(await answersOf(service, 2), ["ok", "ok"]);
      equal(service.connections.length, 2);
    });
  }

  it("is closed when an answer comes that nobody waits for", async () => {
    await using service = await startService(PLAIN_ANSWER);
    const transport = createNodeTransport({ proxy: "none" });
    await (await transport.send(requestTo(service))).text(100);

    const [socket] = service.connections;
    socket?.write(PLAIN_ANSWER);
    await once(socket as Socket, "close");

    equal(await (await transport.send(requestTo(service))).text(100), "ok");
    equal(service.connections.length, 2);
    transport.close();
  });

  it("is closed with its transport, when it is idle", async () => {
    await using service = await startService(PLAIN_ANSWER);
    const transport = createNodeTransport({ proxy: "none" });
    await (await transport.send(requestTo(service))).text(100);

    const closed = once(service.connections[0] as Socket, "close");
    transport.close();

    await closed;
  });

  it("is closed with its transport when it waits for an answer, and the transport stays usable", async () => {
    await using service = await startService("", PLAIN_ANSWER);
    const transport = createNodeTransport({ proxy: "none" });
    const lost = rejects(transport.send(requestTo(service)), { code: "connection-lost" });
    await service.answered;

    transport.close();

    await lost;
    equal(await (await transport.send(requestTo(service))).text(100), "ok");
    transport.close();
  });

  it("is reset with a request that is given up, so that the system sends no more of its body", async () => {
    const { port, connection, close } = await startSilentService();
    const transport = createNodeTransport({ proxy: "none" });
    const controller = new AbortController();
    const body = bytesBody(new Uint8Array(64 * MIB));
    const sending = transport.send(requestTo({ port }, { body, signal: controller.signal }));
    const socket = await connection;

    controller.abort();
    await rejects(sending, { name: "AbortError" });
    socket.resume();

    const [error] = await once(socket, "error");
    equal((error as NodeJS.ErrnoException).code, "ECONNRESET");
    transport.close();
    await close();
  });

  it("reads a long answer no faster than its reader", async () => {
    const length = 64 * MIB;
    await using service = await startService(
      `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n${"x".repeat(length)}`,
      PLAIN_ANSWER,
    );
    const transport = createNodeTransport({ proxy: "none" });
    const { body } = await transport.send(requestTo(service));
    const chunks = body[Symbol.asyncIterator]();
    let readBytes = (await chunks.next()).value?.byteLength ?? 0;

    // Meanwhile others are served, for longer than the whole answer takes when nobody holds it back.
    await answersOf(service, 300);
    // What the kernels of both ends hold is far less than the answer: the service still has the most of it.
    const before = service.connections[0]?.writableLength ?? 0;
    ok(before > length / 2, `${before} bytes are left`);

    for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
      readBytes += next.value.byteLength;
    }
    equal(readBytes, length);
    transport.close();
  });

  it("has no part in what must not be in a head, which node:http refuses", async () => {
    await using service = await startService(PLAIN_ANSWER);
    const transport = createNodeTransport({ proxy: "none" });

    await rejects(transport.send(requestTo(service, { headers: { "x-a": "1\r\nx-b: 2" } })), TypeError);

    equal(service.connections.length, 0);
  });
});
