// A link between two network namespaces of its own: the client's and the server's. relay.c carries the packets; this
// makes the namespaces, gives the ends their addresses, and takes everything away again.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import { Program, runProgram } from "./program.ts";

/** From 198.18.0.0/15, which is set aside for benchmarks (RFC 2544). Every link has the same: none sees another. */
const CLIENT_ADDRESS = "198.18.0.1";
export const SERVER_ADDRESS = "198.18.0.2";
const NETWORK = "198.18.0.0/30";
const DEVICE = "link";

/** Packets that wait for the relay to read them: more than it misses while another process has the core. */
const DEVICE_QUEUE_PACKETS = 5_000;

/** So long is the queue at least, and as long as the link's delay: what routers are advised to have. */
const QUEUE_MIN_MS = 20;
const QUEUE_MIN_BYTES = 64 * 1024;

/** Other work on the machine shall not look like a slow client; the relay's priority is higher still. */
const REAL_TIME = ["chrt", "--rr", "1"];

const NAME_PREFIX = "partwise-bench";

export interface LinkSettings {
  readonly rttMs: number;
  readonly mbits: number;
  /** Of the packets, either way. */
  readonly lossPercent: number;
  /** The same seed loses the same packets, counted from the first. */
  readonly seed: number;
}

/** What the relay counted, one way. */
export interface LinkCounters {
  readonly packets: number;
  readonly bytes: number;
  readonly lost: number;
  readonly queueDrops: number;
  readonly overflows: number;
  readonly meanLateUs: number;
  readonly maxLateUs: number;
}

const openNamespaces = new Set<string>();
process.on("exit", () => {
  for (const name of openNamespaces) {
    spawnSync("ip", ["netns", "delete", name]);
  }
});

let lastNumber = 0;

export class EmulatedLink {
  readonly #client: string;
  readonly #server: string;
  #relay: Program | undefined;

  private constructor(name: string) {
    this.#client = `${name}-client`;
    this.#server = `${name}-server`;
  }

  /** @param relay  where `buildRelay` put the program */
  static async open(relay: string, settings: LinkSettings): Promise<EmulatedLink> {
    lastNumber += 1;
    const link = new EmulatedLink(`${NAME_PREFIX}-${process.pid}-${lastNumber}`);
    try {
      await link.#setUp(relay, settings);
      return link;
    } catch (error) {
      await link.close();
      throw error;
    }
  }

  /** Starts a program at one end. */
  start(end: "client" | "server", words: readonly string[], environment?: Record<string, string>): Program {
    const namespace = end === "client" ? this.#client : this.#server;
    return new Program([...REAL_TIME, "ip", "netns", "exec", namespace, ...words], environment);
  }

  /** Takes the link away. @returns what it counted */
  async close(): Promise<{ readonly up: LinkCounters; readonly down: LinkCounters } | undefined> {
    const counters = await this.#relay?.end();
    for (const name of [this.#client, this.#server]) {
      if (openNamespaces.has(name)) {
        await runProgram(["ip", "netns", "delete", name]);
        openNamespaces.delete(name);
      }
    }
    return counters === undefined ? undefined : JSON.parse(counters);
  }

  async #setUp(relay: string, { rttMs, mbits, lossPercent, seed }: LinkSettings): Promise<void> {
    for (const name of [this.#client, this.#server]) {
      openNamespaces.add(name);
      await runProgram(["ip", "netns", "add", name]);
    }
    const bitsPerSecond = mbits * 1e6;
    const queueMs = Math.max(rttMs, QUEUE_MIN_MS);
    const queueBytes = Math.max(QUEUE_MIN_BYTES, (bitsPerSecond / 8e3) * queueMs);
    const words = [bitsPerSecond, (rttMs * 1e3) / 2, lossPercent * 1e4, queueBytes, seed].map(String);
    this.#relay = new Program([relay, this.#client, this.#server, DEVICE, ...words]);
    await this.#relay.nextLine();
    await setUpEnd(this.#client, CLIENT_ADDRESS);
    await setUpEnd(this.#server, SERVER_ADDRESS);
  }
}

// The machine's congestion control may be one that is blind to loss, and a namespace may not set another as its default;
// a route may. Cubic is what Linux, Windows and macOS use unless told otherwise.
async function setUpEnd(namespace: string, address: string): Promise<void> {
  const commands = [
    "link set lo up",
    `addr add ${address}/30 dev ${DEVICE}`,
    `link set dev ${DEVICE} txqueuelen ${DEVICE_QUEUE_PACKETS} up`,
    `route replace ${NETWORK} dev ${DEVICE} congctl cubic`,
  ];
  await runProgram(["ip", "-n", namespace, "-batch", "-"], `${commands.join("\n")}\n`);
}

/** Removes what killed benches left: namespaces of our name whose process is gone. */
export async function removeLeftovers(): Promise<void> {
  const listing = await runProgram(["ip", "netns", "list"]);
  for (const [name, pid] of listing.matchAll(
    new RegExp(`^${NAME_PREFIX}-(\\d+)-\\d+-(?:client|server)`, "gm"),
  )) {
    if (!existsSync(`/proc/${pid}`)) {
      await runProgram(["ip", "netns", "delete", name]);
    }
  }
}

/** @throws {Error} that says what is missing */
export async function assertLinksWork(): Promise<void> {
  if (process.platform !== "linux") {
    throw new Error("the emulated link needs Linux: network namespaces and a TUN device");
  }
  if (process.getuid?.() !== 0) {
    throw new Error("the emulated link makes network namespaces, which only root may: run this as root");
  }
  await access("/dev/net/tun", constants.R_OK | constants.W_OK).catch(() => {
    throw new Error("the emulated link needs /dev/net/tun, which this machine has not");
  });
  await assertProgram("ip", ["-Version"], "iproute2");
  await assertProgram("chrt", ["--version"], "util-linux");
  await assertProgram("cc", ["--version"], "a C compiler, such as gcc");
}

/** Compiles the relay. @returns where it is */
export async function buildRelay(folder: string): Promise<string> {
  const relay = join(folder, "relay");
  await runProgram(["cc", "-O2", "-Wall", "-o", relay, join(import.meta.dirname, "relay.c")]);
  return relay;
}

async function assertProgram(name: string, words: readonly string[], whence: string): Promise<void> {
  await runProgram([name, ...words]).catch((cause: unknown) => {
    throw new Error(`the emulated link needs the program ${name}: install ${whence}`, { cause });
  });
}
