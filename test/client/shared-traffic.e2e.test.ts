import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import type { ClientOptions } from "../../src/client/client-options.ts";
import { Bucket } from "../../src/client/node/bucket.ts";
import { SharedTraffic } from "../../src/client/shared-traffic.ts";
import { afterBody, startScriptedService } from "./scripted-service.ts";

const auth = { accessKeyId: "test-id", accessKeySecret: "test-secret" };

const ANSWER_MS = 50;

/** Puts four objects into each of two buckets. @returns how many were under way at a time, and how long all took */
async function putIntoTwo(options: ClientOptions, sizeBytes: number) {
  let count = 0;
  let most = 0;
  await using service = await startScriptedService((request, response) => {
    count += 1;
    most = Math.max(most, count);
    // Others that may come beside it have come then.
    afterBody(request, () =>
      setTimeout(() => {
        count -= 1;
        response.writeHead(200, { etag: '"E"' }).end();
      }, ANSWER_MS),
    );
  });
  const startedAtMs = performance.now();
  const uploads = ["first-bucket", "second-bucket"].flatMap((name) => {
    const bucket = new Bucket(auth, service.endpoint, name, { region: "cn-hangzhou", ...options });
    return [1, 2, 3, 4].map((index) =>
      bucket.upload(`${index}`, new Uint8Array(sizeBytes), { checkpoint: false }),
    );
  });
  await Promise.all(uploads);
  return { most, tookMs: performance.now() - startedAtMs };
}

describe("SharedTraffic", () => {
  it("lets no more transfers to a host run side by side than one client may have", async () => {
    const together = await putIntoTwo({ concurrency: 2, traffic: new SharedTraffic() }, 1_000);
    const apart = await putIntoTwo({ concurrency: 2 }, 1_000);

    deepEqual([together.most, apart.most], [2, 4]);
  });

  it("keeps all of them together to one limit of bandwidth", async () => {
    const maxBandwidth = 1_000_000;
    const sizeBytes = 100_000;

    const { tookMs } = await putIntoTwo({ maxBandwidth, traffic: new SharedTraffic() }, sizeBytes);

    // But for what may go at once at the beginning: each of two limits would let through half of it in half of the time.
    ok(tookMs > ((8 * sizeBytes) / maxBandwidth) * 1000 - 150, `${tookMs} ms`);
  });

  it("keeps hosts apart", () => {
    const traffic = new SharedTraffic();
    const made = (host: string) => traffic.of(host, () => ({}) as ReturnType<SharedTraffic["of"]>);

    equal(made("a.example"), made("a.example"));
    ok(made("a.example") !== made("b.example"));
  });
});
