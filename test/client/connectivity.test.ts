import { deepEqual, equal, rejects } from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { Connectivity } from "../../src/client/connectivity.ts";
import { afterBody, bucketAt, impatientPlatform, startScriptedService } from "./scripted-service.ts";

/** A network that can be taken away, and told to be. */
class SwitchedNetwork implements Connectivity {
  isOffline = false;
  readonly #waiting = new Set<() => void>();

  get waiterCount(): number {
    return this.#waiting.size;
  }

  untilOnline(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const end = () => {
        this.#waiting.delete(end);
        signal?.aborted ? reject(signal.reason) : resolve();
      };
      this.#waiting.add(end);
      signal?.addEventListener("abort", end, { once: true });
    });
  }

  goOnline(): void {
    this.isOffline = false;
    for (const end of [...this.#waiting]) {
      end();
    }
  }

  async waitedFor(): Promise<void> {
    while (this.waiterCount === 0) {
      await turn();
    }
  }
}

/** A service whose first connections break; `isKnown`: the platform says at once that the network is gone. */
async function startWorld({ breakCount = 0, isKnown = true } = {}) {
  const network = new SwitchedNetwork();
  const service = await startScriptedService((request, response, requestIndex) => {
    if (requestIndex < breakCount) {
      network.isOffline = isKnown;
      request.socket.resetAndDestroy();
      return;
    }
    afterBody(request, () => response.writeHead(200, { etag: '"E"' }).end());
  });
  const waitsMs: number[] = [];
  const platform = impatientPlatform();
  const clock = {
    ...platform.clock,
    /** As long as nobody ends it. */
    wait(durationMs: number, signal: AbortSignal | undefined) {
      waitsMs.push(durationMs);
      return new Promise<void>((_, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
    },
  };
  const put = (attempts: number, signal?: AbortSignal) =>
    bucketAt(service.endpoint, { attempts }, { ...platform, clock, connectivity: network }).putObject(
      "k",
      "x",
      { signal },
    );
  return { network, service, waitsMs, put };
}

describe("a request without a network", () => {
  it("is sent when there is one again, and nothing before", async () => {
    const { network, service, put } = await startWorld();
    await using _ = service;
    network.isOffline = true;

    const sent = put(1);
    await network.waitedFor();
    equal(service.requests.length, 0);
    network.goOnline();

    equal((await sent).sizeBytes, 1);
    equal(service.requests.length, 1);
  });

  it("spends no attempt when the network goes in its middle, however often", async () => {
    const { network, service, waitsMs, put } = await startWorld({ breakCount: 7 });
    await using _ = service;

    const sent = put(1);
    for (let count = 1; count <= 7; count += 1) {
      await network.waitedFor();
      network.goOnline();
    }

    equal((await sent).sizeBytes, 1);
    deepEqual([service.requests.length, waitsMs], [8, []]);
  });

  it("counts its attempts while the platform says that there is one", async () => {
    const { service, put } = await startWorld({ breakCount: 1, isKnown: false });
    await using _ = service;

    await rejects(put(1), { code: "connection-lost", attempts: 1 });
  });

  it("ends when it is aborted", async () => {
    const { network, service, put } = await startWorld();
    await using _ = service;
    network.isOffline = true;
    const controller = new AbortController();

    const sent = put(1, controller.signal);
    await network.waitedFor();
    controller.abort(new Error("enough"));

    await rejects(sent, { message: "enough" });
    equal(network.waiterCount, 0);
  });

  it("waits no longer for another attempt than until the network is back", async () => {
    const { network, service, waitsMs, put } = await startWorld({ breakCount: 1, isKnown: false });
    await using _ = service;

    const sent = put(2);
    await network.waitedFor();
    network.goOnline();

    equal((await sent).sizeBytes, 1);
    equal(waitsMs.length, 1);
  });
});
