import { equal, ok, rejects } from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Clock, systemClock } from "../../src/client/clock.ts";
import { Bucket, Service } from "../../src/client/node/bucket.ts";
import { fileTarget } from "../../src/client/node/file-target.ts";
import { createNodeTransport } from "../../src/client/node/node-transport.ts";
import { occasion } from "./occasion.ts";
import { afterBody, bucketAt, impatientPlatform, startScriptedService } from "./scripted-service.ts";
import { inParts, PART, startNetwork, startUploadService, type UploadService } from "./upload-service.ts";

const auth = { accessKeyId: "test-id", accessKeySecret: "test-secret" };
const options = { region: "cn-hangzhou" };

/** Far less than the silence that a client bears. */
const AT_ONCE = { timeout: 20_000 };

/** Longer than any test. */
const NEVER_MS = 3_600_000;

let service: UploadService;

before(async () => {
  service = await startUploadService();
});

after(async () => {
  await service[Symbol.asyncDispose]();
});

/** Answers every request, and tells when a connection has ended. */
async function startCounting() {
  const end = occasion();
  const scripted = await startScriptedService((request, response) => {
    request.socket.once("close", end.tell);
    afterBody(request, () => response.writeHead(200, { etag: '"E"' }).end());
  });
  return { scripted, end: end.told };
}

/** Reads every request and answers none; tells when one is there. */
async function startHolding() {
  const arrival = occasion();
  const scripted = await startScriptedService((request) => {
    request.resume();
    arrival.tell();
  });
  return { scripted, arrival: arrival.told };
}

/** A platform whose waits last until they are ended, and which tells when there is one. */
function stoodStill() {
  const begin = occasion();
  const clock: Clock = {
    now: () => Date.now(),
    wait(_durationMs, signal) {
      begin.tell();
      return systemClock.wait(NEVER_MS, signal);
    },
  };
  return { platform: { ...impatientPlatform(), clock }, wait: begin.told };
}

describe("Bucket.close()", () => {
  it("closes the connections that are kept open, and refuses what is asked for later", async () => {
    const { scripted, end } = await startCounting();
    await using _ = scripted;
    const bucket = new Bucket(auth, scripted.endpoint, "test-bucket", options);
    await bucket.putObject("k", "x");

    await bucket.close();
    await end;

    equal(scripted.closedConnectionTimes.length, 1);
    await rejects(bucket.putObject("k", "x"), {
      name: "ClientError",
      code: "client-closed",
      retryable: false,
    });
    await rejects(bucket.listObjects(), { code: "client-closed" });
    await rejects(bucket.upload("k", new Uint8Array(3)), { code: "client-closed" });
    equal(scripted.requests.length, 1);
    await bucket.close();
  });

  it("is called by await using", async () => {
    const { scripted, end } = await startCounting();
    await using _ = scripted;
    const bucket = await (async () => {
      await using inner = new Bucket(auth, scripted.endpoint, "test-bucket", options);
      await inner.putObject("k", "x");
      return inner;
    })();
    await end;

    await rejects(bucket.putObject("k", "x"), { code: "client-closed" });
  });

  it("ends an upload that is under way, of which a later one goes on", AT_ONCE, async () => {
    const { path } = await service.newFile(6 * PART);
    const arrival = occasion();
    await using network = await startNetwork(service.endpoint, ({ partNumber }) => {
      if (partNumber !== 4) {
        return "pass";
      }
      arrival.tell();
      return "hold";
    });
    const bucket = new Bucket(auth, network.endpoint, "test-bucket", options);
    const uploading = bucket.upload("closed", path, {
      ...inParts,
      concurrency: 1,
      checkpoint: service.folder,
    });
    const failed = rejects(uploading, { code: "client-closed" });
    await arrival.told;

    await bucket.close();
    await failed;

    await using direct = new Bucket(auth, service.endpoint, "test-bucket", options);
    const { uploads } = await direct.listMultipartUploads({ prefix: "closed" });
    equal(uploads.length, 1);
    const { parts } = await direct.listParts("closed", uploads[0]?.uploadId ?? "");
    ok(parts.length >= 3);
  });

  const calls: readonly {
    readonly what: string;
    readonly call: (bucket: Bucket) => Promise<unknown>;
  }[] = [
    { what: "a short body", call: (bucket) => bucket.putObject("k", "x") },
    { what: "an answer that is a document", call: (bucket) => bucket.listObjects() },
    { what: "an answer that may be long", call: (bucket) => bucket.getObject("k") },
  ];
  for (const { what, call } of calls) {
    it(`ends a request that waits for its answer: ${what}`, AT_ONCE, async () => {
      const { scripted, arrival } = await startHolding();
      await using _ = scripted;
      const bucket = new Bucket(auth, scripted.endpoint, "test-bucket", options);
      const failed = rejects(call(bucket), { code: "client-closed" });
      await arrival;

      await bucket.close();

      await failed;
    });
  }

  it(
    "ends a request on a transport that is somebody else's, which serves others as before",
    AT_ONCE,
    async () => {
      const { scripted, arrival } = await startHolding();
      await using _ = scripted;
      await using answering = (await startCounting()).scripted;
      const transport = createNodeTransport();
      const shared = { ...options, transport };
      const bucket = new Bucket(auth, scripted.endpoint, "test-bucket", shared);
      const other = new Bucket(auth, answering.endpoint, "test-bucket", shared);
      const failed = rejects(bucket.putObject("k", "x"), { code: "client-closed" });
      await arrival;

      await bucket.close();

      await failed;
      equal((await other.putObject("k", "x")).sizeBytes, 1);
      transport.close();
    },
  );

  it("ends an answer that is being read", AT_ONCE, async () => {
    await using scripted = await startScriptedService((request, response) => {
      request.resume();
      const modified = "Mon, 23 Nov 2026 12:00:00 GMT";
      const headers = { etag: '"E"', "content-length": "100", "last-modified": modified };
      response.writeHead(200, headers).write("the beginning");
    });
    const bucket = new Bucket(auth, scripted.endpoint, "test-bucket", options);
    const { body } = await bucket.getObject("k");
    const chunks = body[Symbol.asyncIterator]();
    await chunks.next();
    const failed = rejects(chunks.next(), { code: "client-closed" });

    await bucket.close();

    await failed;
  });

  it("ends a call that waits for its next attempt, without another one", AT_ONCE, async () => {
    await using refusing = await startScriptedService((request, response) => {
      afterBody(request, () => response.writeHead(503, { "retry-after": "240" }).end());
    });
    const { platform, wait } = stoodStill();
    const bucket = bucketAt(refusing.endpoint, {}, platform);
    const failed = rejects(bucket.putObject("k", "x"), { code: "client-closed" });
    await wait;

    await bucket.close();

    await failed;
    equal(refusing.requests.length, 1);
  });

  it("ends an upload whose part waits for its next attempt", AT_ONCE, async () => {
    await using network = await startNetwork(service.endpoint, ({ partNumber }) =>
      partNumber === 2 ? "break" : "pass",
    );
    const { platform, wait } = stoodStill();
    const bucket = bucketAt(network.endpoint, {}, platform);
    const bytes = new Uint8Array(3 * PART);
    const uploading = bucket.upload("waiting", bytes, { ...inParts, concurrency: 1, checkpoint: false });
    const failed = rejects(uploading, { code: "client-closed" });
    await wait;

    await bucket.close();

    await failed;
  });

  it("ends a download that waits for its next attempt", AT_ONCE, async () => {
    await using breaking = await startScriptedService((request, response) => {
      const modified = "Mon, 23 Nov 2026 12:00:00 GMT";
      const headers = { etag: '"E"', "content-length": "100", "last-modified": modified };
      if (request.method === "HEAD") {
        response.writeHead(200, headers).end();
        return;
      }
      response.writeHead(206, { ...headers, "content-range": "bytes 0-99/100" });
      response.write("the beginning", () => request.socket.resetAndDestroy());
    });
    const { platform, wait } = stoodStill();
    const bucket = bucketAt(breaking.endpoint, {}, platform);
    const target = fileTarget(join(service.folder, "broken"));
    const failed = rejects(bucket.downloadTo("broken", target, {}), { code: "client-closed" });
    await wait;

    await bucket.close();

    await failed;
  });

  it("leaves a transport open that is somebody else's", async () => {
    const { scripted } = await startCounting();
    await using _ = scripted;
    const transport = createNodeTransport();
    const first = new Bucket(auth, scripted.endpoint, "test-bucket", { ...options, transport });
    const second = new Bucket(auth, scripted.endpoint, "test-bucket", { ...options, transport });
    await first.putObject("k", "x");

    await first.close();

    await rejects(first.putObject("k", "x"), { code: "client-closed" });
    equal((await second.putObject("k", "x")).sizeBytes, 1);
    equal(scripted.closedConnectionTimes.length, 0);
    transport.close();
  });
});

describe("Service.close()", () => {
  it("refuses what is asked for later", async () => {
    await using closed = new Service(auth, service.endpoint, options);
    await closed.listBuckets();

    await closed.close();

    await rejects(closed.listBuckets(), { code: "client-closed" });
  });
});
