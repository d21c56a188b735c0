// Ceph's gateway for S3 over a cluster of one: a monitor, a manager, one store with a file for its disk. All of it is
// below one folder, on loopback, without replicas, and ends with the bench; every write is durable, as it is by default.
import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as passes } from "node:timers/promises";
import { promisify } from "node:util";
import { BUCKET_NAME } from "../contestant.ts";
import { endWithUs } from "../end-with-us.ts";
import { useOfTree } from "../process-tree.ts";
import { cephConfiguration } from "./ceph-configuration.ts";
import type { Peer } from "./peer.ts";
import { s3TargetSigner } from "./sign-s3-target.ts";

const PROGRAMS = [
  "ceph",
  "ceph-mon",
  "ceph-mgr",
  "ceph-osd",
  "ceph-authtool",
  "monmaptool",
  "radosgw",
  "radosgw-admin",
];
const COMMAND_TIMEOUT_MS = 120_000;
const START_TIMEOUT_MS = 120_000;
const POLL_MS = 500;
const STOP_TIMEOUT_MS = 20_000;
const credentials = {
  accessKeyId: "BENCHBENCHBENCHBENCH",
  accessKeySecret: "benchbenchbenchbenchbenchbenchbenchbench",
};

/** @param dataFolder  on the disk that is measured @returns why it is not run, when its programs are not there */
export async function startCephRgw(dataFolder: string): Promise<Peer | string> {
  const missing = PROGRAMS.filter((program) => spawnSync(program, ["--version"]).error !== undefined);
  if (missing.length > 0) {
    return "not installed: apt-get install --no-install-recommends ceph-mon ceph-osd ceph-mgr ceph-common radosgw";
  }
  const cluster = new Cluster(dataFolder, await mkdtemp(join(tmpdir(), "rgw-")));
  try {
    const endpoint = await cluster.start();
    const sign = s3TargetSigner(endpoint, credentials);
    const made = await fetch(endpoint + (await sign("PUT", { bucket: BUCKET_NAME })), { method: "PUT" });
    if (!made.ok) {
      throw new Error(`the bucket was not made: ${await made.text()}`);
    }
    return {
      name: "Ceph RGW",
      server: {
        endpoint,
        use: () => cluster.use(),
        takeEventLoopDelay: async () => ({ p99: 0, max: 0 }),
        [Symbol.asyncDispose]: () => cluster.stop(),
      },
      sign,
      [Symbol.asyncDispose]: () => cluster.stop(),
    };
  } catch (failure) {
    await cluster.stop();
    throw failure;
  }
}

class Cluster {
  readonly #dataFolder: string;
  /** Sockets have short paths. */
  readonly #runFolder: string;
  readonly #children: ChildProcess[] = [];

  constructor(dataFolder: string, runFolder: string) {
    this.#dataFolder = dataFolder;
    this.#runFolder = runFolder;
  }

  /** @returns the endpoint */
  async start(): Promise<string> {
    const [v2 = 0, v1 = 0, http = 0] = await freePorts(3);
    const fsid = randomUUID();
    const monitor = `[v2:127.0.0.1:${v2},v1:127.0.0.1:${v1}]`;
    for (const name of ["mon", "mgr", "osd", "rgw"]) {
      await mkdir(join(this.#dataFolder, name), { recursive: true });
    }
    const folders = { dataFolder: this.#dataFolder, runFolder: this.#runFolder };
    await writeFile(this.#in("ceph.conf"), cephConfiguration({ ...folders, fsid, monitor, httpPort: http }));
    await this.#makeKeys();
    await this.#run("monmaptool", "--create", "--addv", "a", monitor, "--fsid", fsid, this.#in("monmap"));
    await this.#run(
      ...["ceph-mon", "--mkfs", "-i", "a", "--monmap", this.#in("monmap"), "--keyring", this.#in("keyring")],
    );
    this.#daemon("ceph-mon", "-i", "a");
    await this.#run("ceph", "auth", "import", "-i", this.#in("keyring"));
    this.#daemon("ceph-mgr", "-i", "x");
    const uuid = randomUUID();
    await this.#run("ceph", "osd", "new", uuid);
    await this.#run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", uuid);
    this.#daemon("ceph-osd", "-i", "0");
    await until(async () => / 1 up/.test(await this.#run("ceph", "osd", "stat")));
    const keys = ["--access-key", credentials.accessKeyId, "--secret", credentials.accessKeySecret];
    await this.#run("radosgw-admin", "user", "create", "--uid", "bench", "--display-name", "bench", ...keys);
    this.#daemon("radosgw", "-n", "client.rgw.a");
    const endpoint = `http://127.0.0.1:${http}`;
    await until(async () => (await fetch(endpoint)).ok);
    return endpoint;
  }

  use(): { readonly cpuSeconds: number; readonly writtenBytes: number } {
    const uses = this.#children.map(({ pid }) => useOfTree(pid ?? -1));
    const sum = (of: (use: (typeof uses)[number]) => number) =>
      uses.reduce((total, use) => total + of(use), 0);
    return { cpuSeconds: sum((use) => use.cpuSeconds), writtenBytes: sum((use) => use.writtenBytes) };
  }

  /** The gateway first, the monitor last. */
  async stop(): Promise<void> {
    for (const child of this.#children.splice(0).reverse()) {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, "exit");
        child.kill("SIGTERM");
        const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
        await ended;
        clearTimeout(timer);
      }
    }
    await rm(this.#runFolder, { recursive: true, force: true });
  }

  async #makeKeys(): Promise<void> {
    const all = ["--cap", "mon", "allow *", "--cap", "osd", "allow *", "--cap", "mgr", "allow *"];
    const keyring = this.#in("keyring");
    await this.#run("ceph-authtool", "--create-keyring", keyring, "--gen-key", "-n", "mon.", ...all);
    for (const name of ["client.admin", "mgr.x", "osd.0", "client.rgw.a"]) {
      await this.#run("ceph-authtool", keyring, "--gen-key", "-n", name, ...all);
    }
  }

  /** In the foreground, so that it is this process's child and ends when it is told to. */
  #daemon(program: string, ...args: readonly string[]): void {
    const configured = ["-f", ...args, "-c", this.#in("ceph.conf")];
    this.#children.push(endWithUs(spawn(program, configured, { stdio: "ignore" })));
  }

  async #run(program: string, ...args: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(program, args, {
      timeout: COMMAND_TIMEOUT_MS,
      env: { ...process.env, CEPH_CONF: this.#in("ceph.conf") },
    });
    return stdout;
  }

  #in(name: string): string {
    return join(this.#runFolder, name);
  }
}

/** @throws {Error} when it is not so in time */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; waitedMs < START_TIMEOUT_MS; waitedMs += POLL_MS) {
    if (await isSo().catch(() => false)) {
      return;
    }
    await passes(POLL_MS);
  }
  throw new Error(`Ceph did not come up in ${START_TIMEOUT_MS / 1_000} s`);
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === "object" ? (address?.port ?? 0) : 0;
  });
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}
