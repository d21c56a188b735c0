// `partwise serve --workers 2` as the processes that it is: what is acknowledged outlives each of them.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Bucket } from "../../src/client/node/index.ts";
import { type ServedFolder, serveFolder } from "../e2e/server-process.ts";
import { freePort } from "./free-port.ts";

const TWO_WORKERS = ["--workers", "2"];
const SENDERS = 4;
/** Enough retries to outlast the moment in which a connection goes with its worker. */
const ATTEMPTS = 6;
const SIZE_BYTES = 200_000;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-workers-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Loaded into every process: the first worker dies as soon as it has said that it listens, the second waits for that. */
const FIRST_DIES_WHILE_THE_OTHER_STARTS = `
  import cluster from "node:cluster";
  import { existsSync, writeFileSync } from "node:fs";
  const { FIRST_DIED } = process.env;
  if (cluster.worker?.id === 1) {
    const send = process.send.bind(process);
    process.send = (message, ...rest) => {
      if (message.kind !== "listening") {
        return send(message, ...rest);
      }
      return send(message, undefined, undefined, () => {
        writeFileSync(FIRST_DIED, "");
        process.kill(process.pid, "SIGKILL");
      });
    };
  }
  if (cluster.worker?.id === 2) {
    while (!existsSync(FIRST_DIED)) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
`;

const isLinux = process.platform === "linux";

describe("partwise serve --workers 2", { skip: isLinux ? false : "finds the processes in /proc" }, () => {
  it("loses nothing when a worker is killed, and goes on; nor when the owner is, and starts again", async () => {
    await using first = await serveFolder(folder, TWO_WORKERS);
    const bucket = first.bucket("bucket", { attempts: ATTEMPTS });
    await bucket.createBucket();
    const acknowledged = new Set<string>();
    const load = startLoad(bucket, acknowledged);

    await load.until(20);
    const [killed = 0, living = 0] = await workersOf(first);
    process.kill(killed, "SIGKILL");
    await untilReplaced(first, killed);
    await load.until(acknowledged.size + 20);
    await load.end();

    const workers = await workersOf(first);
    assert.equal(workers.length, 2, first.stderr());
    assert.ok(workers.includes(living), "the other worker went on");
    assert.match(first.stderr(), /worker process \d+ ended \(SIGKILL\), another takes its place/);
    await first.kill();
    const port = new URL(first.endpoint).port;
    await using again = await serveFolder(folder, [...TWO_WORKERS, "--port", port]);
    await untilEnded(workers);
    await assertHas(again.bucket("bucket"), acknowledged);
    assert.equal(await again.stop(), 0, again.stderr());
  });

  it("is not ready while no worker is there, and again when one has been replaced", async () => {
    const monitor = `127.0.0.1:${await freePort()}`;
    await using server = await serveFolder(folder, [...TWO_WORKERS, "--monitor", monitor]);
    const ready = () => fetch(`http://${monitor}/-/health/ready`);
    assert.equal((await ready()).status, 200);

    const killed = await workersOf(server);
    for (const pid of killed) {
      process.kill(pid, "SIGKILL");
    }
    await untilEnded(killed);
    let answer = await ready();
    while (answer.status === 200) {
      answer = await ready();
    }

    assert.equal(await answer.text(), "no process answers requests\n");
    while ((await ready()).status !== 200) {
      await delay(50);
    }
    assert.equal(await server.stop(), 0, server.stderr());
  });

  it("starts with all its workers, at one port, when one of them dies before the others listen", async () => {
    const preload = join(folder, "preload.mjs");
    await writeFile(preload, FIRST_DIES_WHILE_THE_OTHER_STARTS);
    await using server = await serveFolder(join(folder, "data"), TWO_WORKERS, {
      NODE_OPTIONS: `--import ${preload}`,
      FIRST_DIED: join(folder, "died"),
    });
    const bucket = server.bucket("bucket", { attempts: 1 });

    await bucket.createBucket();
    const workers = await workersOf(server);
    const answers = Array.from({ length: 4 }, () => fetch(server.endpoint));

    assert.equal(workers.length, 2, server.stderr());
    assert.deepEqual(new Set((await Promise.all(answers)).map(({ status }) => status)), new Set([403]));
    assert.match(server.stderr(), /worker process \d+ ended \(SIGKILL\), another takes its place/);
    assert.equal(await server.stop(), 0, server.stderr());
  });

  it("lets all workers finish their requests when it is told to stop", async () => {
    await using server = await serveFolder(folder, TWO_WORKERS);
    const bucket = server.bucket("bucket", { attempts: 1 });
    await bucket.createBucket();
    const keys = Array.from({ length: 8 }, (_, index) => `key-${index}`);
    const workers = await workersOf(server);

    const puts = keys.map((key) => bucket.putObject(key, new Uint8Array(8 * 1024 * 1024).fill(7)));
    await puts[0];
    const status = await server.stop();
    const settled = await Promise.allSettled(puts);

    assert.equal(status, 0, server.stderr());
    assert.deepEqual(workers.filter(isRunning), []);
    const acknowledged = keys.filter((_, index) => settled[index]?.status === "fulfilled");
    await using again = await serveFolder(folder);
    await assertHas(again.bucket("bucket"), new Set(acknowledged));
    await again.stop();
  });
});

/** They end with their owner. One that nobody has asked for its status yet has ended too. */
async function untilEnded(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    while (isRunning(pid) && !(await isZombie(pid))) {
      await delay(10);
    }
  }
}

async function isZombie(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ") Z");
  return /\) Z/.test(status);
}

function startLoad(bucket: Bucket, acknowledged: Set<string>) {
  let isEnding = false;
  let lastNumber = 0;
  const send = async () => {
    while (!isEnding) {
      lastNumber += 1;
      const key = `key-${lastNumber}`;
      await bucket.putObject(key, new Uint8Array(SIZE_BYTES).fill(lastNumber));
      acknowledged.add(key);
    }
  };
  const senders = Promise.all(Array.from({ length: SENDERS }, send));
  return {
    async until(count: number) {
      while (acknowledged.size < count) {
        await Promise.race([delay(5), senders]);
      }
    },
    async end() {
      isEnding = true;
      await senders;
    },
  };
}

async function assertHas(bucket: Bucket, keys: ReadonlySet<string>): Promise<void> {
  assert.ok(keys.size > 0);
  for (const key of keys) {
    assert.ok((await bucket.headObject(key)).sizeBytes > 0, key);
  }
}

async function workersOf({ child }: ServedFolder): Promise<readonly number[]> {
  const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, "utf8");
  return children.trim().split(" ").filter(Boolean).map(Number);
}

/** The test's own time limit ends it when it never comes true. */
async function untilReplaced(server: ServedFolder, pid: number): Promise<void> {
  for (;;) {
    const workers = await workersOf(server);
    if (workers.length === 2 && !workers.includes(pid)) {
      return;
    }
    await delay(10);
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
