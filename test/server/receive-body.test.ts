import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { describe, it } from "node:test";
import fc from "fast-check";
import { bodyOf } from "../../src/server/receive-body.ts";
import { ReceiveMemory } from "../../src/server/receive-memory.ts";
import type { RequestBody } from "../../src/server/request-body.ts";

const BUFFER_SIZE_BYTES = 1_000;
const LONG_MS = 60_000;

describe("bodyOf()", () => {
  it("gives a body's bytes in order, with a length or in chunks, as runs and as chunks", async () => {
    await using world = await openWorld();
    const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 2_500 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(pieces, fc.boolean(), fc.boolean(), async (sent, isChunked, isInRuns) => {
        using exchange = await world.begin(isChunked ? undefined : Buffer.concat(sent).length);
        const { body, client } = exchange;
        const received = isInRuns ? runsOf(body, world.memory) : chunksOf(body);

        for (const piece of sent) {
          client.write(isChunked ? chunkOf(piece) : piece);
        }
        client.write(isChunked ? "0\r\n\r\n" : "");

        assert.deepEqual(await received, Buffer.concat(sent));
        assert.equal(world.memory.idleCount, 2);
      }),
      { numRuns: 40 },
    );
  });

  it("frees what node:http has copied a chunk into, as soon as it is in the receive memory", async () => {
    await using world = await openWorld({ bufferSizeBytes: 1_000_000 });
    const sent = Buffer.alloc(600_000, 7);
    using exchange = await world.begin(sent.length);
    const seen: Uint8Array[] = [];
    exchange.request.prependListener("data", (chunk: Uint8Array) => seen.push(chunk)).pause();

    exchange.client.write(sent);
    const received = await runsOf(exchange.body, world.memory);

    assert.equal(received.equals(sent), true);
    assert.ok(seen.length > 0);
    assert.equal(
      seen.reduce((sum, chunk) => sum + chunk.length, 0),
      0,
    );
  });

  it("leaves with the client what no buffer is free for", async () => {
    await using world = await openWorld({ bufferCount: 1 });
    using exchange = await world.begin(50_000_000);
    const { body, client, request } = exchange;
    const taken = await world.memory.take();
    const runs = body.runs?.(world.memory)[Symbol.asyncIterator]();

    const first = runs?.next();
    client.write(Buffer.alloc(50_000_000));
    await once(request, "pause");
    assert.equal(request.isPaused(), true);
    world.memory.give(taken);

    assert.equal((await first)?.value.length, BUFFER_SIZE_BYTES);
  });

  it("says IncompleteBody when the client goes away, and gives its buffer back", async () => {
    await using world = await openWorld();
    using exchange = await world.begin(10_000);
    const received = runsOf(exchange.body, world.memory);

    exchange.client.write("begun");
    exchange.client.destroy();

    await assert.rejects(received, { code: "IncompleteBody" });
    assert.equal(world.memory.idleCount, 2);
  });

  it("says RequestTimeout when nothing comes, and leaves the connection open", async () => {
    await using world = await openWorld({ stallTimeoutMs: 1 });
    using exchange = await world.begin(10_000);

    await assert.rejects(runsOf(exchange.body, world.memory), { code: "RequestTimeout" });

    assert.equal(exchange.request.destroyed, false);
  });

  it("reads nothing more when its reader has left", async () => {
    await using world = await openWorld();
    using exchange = await world.begin(1_000_000);
    const { body, client, request } = exchange;

    client.write(Buffer.alloc(1_000_000));
    for await (const run of body.runs?.(world.memory) ?? []) {
      world.memory.give(run);
      break;
    }

    assert.equal(request.isPaused(), true);
    assert.equal(request.listenerCount("data"), 0);
    assert.equal(world.memory.idleCount, 2);
  });
});

interface Exchange extends Disposable {
  readonly request: IncomingMessage;
  readonly body: RequestBody;
  readonly client: Socket;
}

interface World extends AsyncDisposable {
  readonly memory: ReceiveMemory;
  /** A request whose head has come. */
  begin(sizeBytes: number | undefined): Promise<Exchange>;
}

interface WorldOptions {
  readonly bufferCount?: number;
  readonly bufferSizeBytes?: number;
  readonly stallTimeoutMs?: number;
}

async function openWorld({
  bufferCount = 2,
  bufferSizeBytes = BUFFER_SIZE_BYTES,
  stallTimeoutMs = LONG_MS,
}: WorldOptions = {}): Promise<World> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    memory: new ReceiveMemory({ bufferCount, bufferSizeBytes }),
    async begin(sizeBytes) {
      const client = connect({ port, host: "127.0.0.1" }).on("error", () => undefined);
      const framing = sizeBytes === undefined ? "Transfer-Encoding: chunked" : `Content-Length: ${sizeBytes}`;
      client.write(`PUT / HTTP/1.1\r\nHost: localhost\r\n${framing}\r\n\r\n`);
      const [request] = (await once(server, "request")) as [IncomingMessage];
      const body = bodyOf(request, { beforeReading: () => undefined, stallTimeoutMs });
      return { request, body, client, [Symbol.dispose]: () => void client.destroy() };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function chunkOf(piece: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n")]);
}

async function runsOf(body: RequestBody, memory: ReceiveMemory): Promise<Buffer> {
  const runs: Buffer[] = [];
  for await (const run of body.runs?.(memory) ?? []) {
    runs.push(Buffer.from(run));
    memory.give(run);
  }
  return Buffer.concat(runs);
}

async function chunksOf(body: RequestBody): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.chunks) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
