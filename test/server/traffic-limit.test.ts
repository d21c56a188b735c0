// x-oss-traffic-limit over HTTP. The clock moves only when the server waits, so what it shows is what the limit cost.
import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { after, before, describe, it } from "node:test";
import type { RateClock } from "../../src/server/index.ts";
import { partQuery, startTestServer, type TestRequest, type TestServer, testBucket } from "./test-server.ts";

const BODY = Buffer.alloc(1_000_000, "x");
const LIMIT = "819200";
/** 1,000,000 bytes at 102,400 a second, less the first slice, which nobody waits for. */
const BODY_DURATION_MS = { min: 9_600, max: 9_800 };

class WaitedClock implements RateClock {
  nowMs = 0;
  waitCount = 0;

  now(): number {
    return this.nowMs;
  }

  async wait(durationMs: number): Promise<void> {
    this.nowMs += durationMs;
    this.waitCount += 1;
  }
}

const clock = new WaitedClock();
let service: TestServer;
let uploadId: string;
before(async () => {
  service = await startTestServer({ rateClock: clock });
  await service.send({ method: "PUT", key: "source", body: BODY });
  uploadId = await service.initiate("upload");
});
after(() => service[Symbol.asyncDispose]());

const copySource = { "x-oss-copy-source": `/${testBucket}/source` };
const limited: readonly (readonly [name: string, request: TestRequest & { readonly key: string }])[] = [
  ["PutObject", { method: "PUT", key: "put", body: BODY }],
  ["UploadPart", { method: "PUT", key: "upload", body: BODY }],
  ["UploadPartCopy", { method: "PUT", key: "upload", headers: copySource }],
  ["CopyObject", { method: "PUT", key: "copy", headers: copySource }],
  ["GetObject", { key: "source" }],
];

function withPart(name: string, request: TestRequest): TestRequest {
  return name.startsWith("UploadPart") ? { ...request, query: partQuery(uploadId, "1") } : request;
}

describe("a traffic limit", () => {
  for (const [name, request] of limited) {
    it(`slows ${name} down to itself, and changes no byte`, async () => {
      const startMs = clock.nowMs;

      const response = await service.send({
        ...withPart(name, request),
        headers: { ...request.headers, "x-oss-traffic-limit": LIMIT },
      });

      assert.equal(response.status, 200, response.text.slice(0, 500));
      assert.equal(response.headers["x-oss-hash-crc64ecma"], await crcOfBody());
      const tookMs = clock.nowMs - startMs;
      assert.ok(tookMs >= BODY_DURATION_MS.min && tookMs <= BODY_DURATION_MS.max, `${tookMs} ms`);
      const isTold = name === "PutObject" || name === "UploadPart";
      assert.equal(response.headers["x-oss-qos-delay-time"], isTold ? String(Math.round(tookMs)) : undefined);
    });

    it(`is refused with ${name} where it is none, and nothing is waited for`, async () => {
      const startMs = clock.nowMs;

      const response = await service.send({
        ...withPart(name, request),
        headers: { ...request.headers, "x-oss-traffic-limit": "245759" },
      });

      assert.equal(`${response.status} ${response.element("Code")}`, "400 InvalidArgument");
      assert.equal(response.element("ArgumentName"), "x-oss-traffic-limit");
      assert.equal(response.element("ArgumentValue"), "245759");
      assert.equal(clock.nowMs, startMs);
    });
  }

  it("may stand in the query, but not there and in a header", async () => {
    const startMs = clock.nowMs;
    const query = [["x-oss-traffic-limit", LIMIT]] as const;

    const got = await service.send({ key: "source", query });
    const both = await service.send({ key: "source", query, headers: { "x-oss-traffic-limit": LIMIT } });

    assert.ok(got.body.equals(BODY));
    assert.ok(clock.nowMs - startMs >= BODY_DURATION_MS.min);
    assert.equal(`${both.status} ${both.element("Code")}`, "400 InvalidArgument");
  });

  it("slows a range by its own bytes alone", async () => {
    const startMs = clock.nowMs;

    const response = await service.send({
      key: "source",
      headers: { range: "bytes=0-10239", "x-oss-traffic-limit": LIMIT },
    });

    assert.equal(response.body.length, 10_240);
    // One slice.
    assert.equal(clock.nowMs, startMs);
  });

  it("does not keep a copy going whose client has left, and nobody is blamed for it", async () => {
    const failures: unknown[] = [];
    let leave = () => {};
    let waitCount = 0;
    await using slow = await startTestServer({
      reportFailure: (failure) => failures.push(failure),
      rateClock: {
        now: () => 0,
        wait: (_durationMs) => {
          waitCount += 1;
          leave();
          // Whether somebody is still there is found out once a second.
          return new Promise((resolve) => setTimeout(resolve, 20));
        },
      },
    });
    await slow.send({ method: "PUT", key: "source", body: BODY });
    const signed = await slow.sign({
      method: "PUT",
      key: "copy",
      headers: { ...copySource, "x-oss-traffic-limit": "245760" },
    });
    const { hostname, port } = slow.endpoint;
    const left = new Promise((resolve) => {
      const path = `/${testBucket}/copy`;
      const request = httpRequest({
        hostname,
        port,
        method: "PUT",
        path,
        headers: signed.headers,
        agent: false,
      });
      leave = () => request.destroy();
      request.on("error", resolve).end();
    });

    await left;
    await slow.server.drain(10_000);

    // Of some 325 that the whole copy would have taken.
    assert.ok(waitCount > 0 && waitCount < 300, String(waitCount));
    assert.equal(await slow.store.metadata.getObject({ bucket: testBucket, key: "copy" }), undefined);
    assert.deepEqual(failures, []);
  });
});

async function crcOfBody(): Promise<string> {
  const { headers } = await service.send({ method: "HEAD", key: "source" });
  return String(headers["x-oss-hash-crc64ecma"]);
}
