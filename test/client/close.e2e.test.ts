import { equal, ok, rejects } from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Bucket, Service } from "../../src/client/node/bucket.ts";
import { createNodeTransport } from "../../src/client/node/node-transport.ts";
import { afterBody, startScriptedService } from "./scripted-service.ts";
import { inParts, PART, startNetwork, startUploadService, type UploadService } from "./upload-service.ts";

const auth = { accessKeyId: "test-id", accessKeySecret: "test-secret" };
const options = { region: "cn-hangzhou" };

let service: UploadService;

before(async () => {
  service = await startUploadService();
});

after(async () => {
  await service[Symbol.asyncDispose]();
});

/** Answers every request, and tells when a connection has ended. */
async function startCounting() {
  let ended = () => {};
  const end = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const scripted = await startScriptedService((request, response) => {
    request.socket.once("close", ended);
    afterBody(request, () => response.writeHead(200, { etag: '"E"' }).end());
  });
  return { scripted, end };
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

  it("ends an upload that is under way, of which a later one goes on", async () => {
    const { path } = await service.newFile(6 * PART);
    await using network = await startNetwork(service.endpoint, ({ partNumber }) =>
      partNumber === 4 ? "hold" : "pass",
    );
    const bucket = new Bucket(auth, network.endpoint, "test-bucket", options);
    const upload = (by: Bucket) =>
      by.upload("closed", path, { ...inParts, concurrency: 1, checkpoint: service.folder });
    const uploading = upload(bucket);
    const failed = rejects(uploading, { code: "client-closed" });
    for await (const event of uploading) {
      if (event.type === "progress" && event.partsDone === 3 && event.partsInFlight === 1) {
        await bucket.close();
        break;
      }
    }
    await failed;

    await using direct = new Bucket(auth, service.endpoint, "test-bucket", options);
    const { uploads } = await direct.listMultipartUploads({ prefix: "closed" });
    equal(uploads.length, 1);
    const { parts } = await direct.listParts("closed", uploads[0]?.uploadId ?? "");
    ok(parts.length >= 3);
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
