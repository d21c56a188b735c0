// All that a schedule plays in: a service, a network, a file, a disk, and the processes that upload.
import { Bucket } from "../../../src/client/bucket.ts";
import { ClientError } from "../../../src/client/client-error.ts";
import type { Clock } from "../../../src/client/clock.ts";
import { fullEngine } from "../../../src/client/full-engine.ts";
import { nodeCrypto, nodeMd5, startNodeMd5 } from "../../../src/client/node/node-crypto.ts";
import type { Platform } from "../../../src/client/platform.ts";
import type { Transport } from "../../../src/client/transport.ts";
import { handleRequest, type Service } from "../../../src/server/handle-request.ts";
import { type SeededRandom, seededRandom } from "../../torture/seeded-random.ts";
import type { Fault, RequestFault } from "./fault.ts";
import type { LoggedRequest } from "./request-log.ts";
import { SimulatedDisk } from "./simulated-disk.ts";
import { SimulatedFile } from "./simulated-file.ts";
import { SimulatedNetwork } from "./simulated-network.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import { lastingKey, openSimulatedService, REGION, TokenIssuer } from "./simulated-service.ts";
import type { UploadSchedule } from "./upload-schedule.ts";
import { VirtualTime } from "./virtual-time.ts";

export const BUCKET = "simulated";
export const KEY = "object";
const ENDPOINT = "http://oss.simulated";
const START_MS = Date.parse("2026-11-22T12:00:00Z");

/** Silence that ends a request; a slow one takes a little less. */
const TIMEOUT_MS = 15_000;

export interface Machine {
  readonly bucket: Bucket<SimulatedFile>;
  readonly process: SimulatedProcess;
  /** The file's bytes when this process opened it. */
  openedBytes: Uint8Array | undefined;
  /** By which its clock is wrong. */
  skewMs: number;
  isTokenRefused: boolean;
  readonly hasJournal: boolean;
  /** Of the upload under way, as it has told. */
  readonly doneParts: Set<number>;
  /** What a request showed that must never be. */
  brokenRule: string | undefined;
}

interface Foundations {
  readonly time: VirtualTime;
  readonly tokens: TokenIssuer;
  readonly service: Service;
  readonly serverFailures: readonly unknown[];
}

export class UploadWorld {
  readonly time: VirtualTime;
  readonly tokens: TokenIssuer;
  readonly file: SimulatedFile;
  readonly disk: SimulatedDisk;
  readonly requests: LoggedRequest[] = [];
  readonly random: SeededRandom;
  /** Those of the schedule's faults that happened. */
  readonly fired = new Set<Fault>();
  /** What the server says is not the client's doing. */
  readonly serverFailures: readonly unknown[];
  /** Whether requests fare as the schedule says. */
  isFaulty = true;
  readonly admin: Bucket<SimulatedFile>;
  readonly #schedule: UploadSchedule;
  readonly #network: SimulatedNetwork;
  readonly #machines = new Map<SimulatedProcess, Machine>();
  readonly #requestCounts = new Map<string, number>();

  private constructor(schedule: UploadSchedule, { time, tokens, service, serverFailures }: Foundations) {
    this.#schedule = schedule;
    this.time = time;
    this.tokens = tokens;
    this.serverFailures = serverFailures;
    this.random = seededRandom(schedule.seed ^ 0x5eed);
    const random = () => this.random.next();
    this.file = new SimulatedFile(schedule.sizeBytes, schedule.seed);
    this.disk = new SimulatedDisk({ time, random });
    this.#network = new SimulatedNetwork({
      time,
      service,
      random,
      faultOf: (request, sizeBytes) => this.#faultOf(request, sizeBytes),
      note: (request) => this.#note(request),
    });
    this.admin = new Bucket(
      lastingKey,
      ENDPOINT,
      BUCKET,
      { region: REGION, addressing: "path", attempts: 1 },
      this.#platform({ now: () => time.nowMs, wait: () => time.wait(0) }, directTransport(service)),
    );
  }

  static async open(schedule: UploadSchedule): Promise<UploadWorld> {
    const time = new VirtualTime(START_MS);
    const serverFailures: unknown[] = [];
    const tokens = new TokenIssuer();
    const service = await openSimulatedService(time, {
      tokens,
      reportFailure: (failure) => serverFailures.push(failure),
    });
    const world = new UploadWorld(schedule, { time, tokens, service, serverFailures });
    await world.admin.createBucket();
    return world;
  }

  /** A process with a client of its own. */
  start(process: SimulatedProcess, { disk }: { readonly disk: SimulatedDisk | undefined }): Machine {
    const state: Omit<Machine, "bucket"> = {
      process,
      openedBytes: undefined,
      skewMs: 0,
      isTokenRefused: false,
      hasJournal: disk !== undefined,
      doneParts: new Set(),
      brokenRule: undefined,
    };
    const clock: Clock = {
      now: () => this.time.nowMs + state.skewMs,
      wait: (durationMs, signal) => process.deal(() => this.#wait(durationMs, signal)),
    };
    const platform: Platform<SimulatedFile> = {
      ...this.#platform(clock, this.#network.transportFor(process)),
      openSource: (file) =>
        file.open(process, (bytes) => {
          state.openedBytes = bytes;
        }),
      ...(disk && { openJournals: () => disk.journalsFor(process) }),
    };
    const token = () =>
      process.deal(() => {
        if (state.isTokenRefused) {
          state.isTokenRefused = false;
          throw new Error("no token today");
        }
        return { ...this.tokens.current, expiration: new Date(8.64e15) };
      });
    const options = { region: REGION, addressing: "path", timeoutMs: TIMEOUT_MS } as const;
    const bucket = new Bucket(token, ENDPOINT, BUCKET, options, platform);
    const machine = Object.assign(state, { bucket });
    this.#machines.set(process, machine);
    return machine;
  }

  #note(request: LoggedRequest): void {
    this.requests.push(request);
    const { process, operation, uploadId, partNumber = 0 } = request;
    const machine = this.#machines.get(process);
    if (machine === undefined) {
      return;
    }
    if (operation === "UploadPart" && machine.doneParts.has(partNumber)) {
      machine.brokenRule ??= `${process.name} sends part ${partNumber} again, which it has told to be done`;
    }
    const isSending = this.requests.some(
      (other) =>
        other.isUnderWay &&
        other.process === process &&
        other.operation === "UploadPart" &&
        other.uploadId === uploadId,
    );
    if (operation === "CompleteMultipartUpload" && isSending) {
      machine.brokenRule ??= `${process.name} completes its upload while a part is under way`;
    }
  }

  #platform(clock: Clock, transport: Transport): Platform<SimulatedFile> {
    const { chosenPartBytes } = this.#schedule;
    return {
      ...fullEngine,
      ...(chosenPartBytes !== undefined && {
        choosePartSize: ({ sizeBytes }) => ({
          partSizeBytes: chosenPartBytes,
          partCount: Math.max(1, Math.ceil(sizeBytes / chosenPartBytes)),
          reasons: [],
        }),
      }),
      transport,
      crypto: nodeCrypto,
      md5: nodeMd5,
      startMd5: startNodeMd5,
      clock,
      random: () => this.random.next(),
      userAgent: "simulated",
      contentTypeOf: () => undefined,
      openSource: async () => {
        throw new ClientError("source-unreadable", "the one who looks after things uploads nothing");
      },
    };
  }

  #wait(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const timer = this.time.after(durationMs, () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      });
      const stop = () => {
        timer.cancel();
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", stop, { once: true });
    });
  }

  #faultOf(request: LoggedRequest, sizeBytes: number): RequestFault | undefined {
    const { operation } = request;
    if (!this.isFaulty) {
      return undefined;
    }
    const total = this.#count("");
    const ofOperation = this.#count(operation);
    for (const fault of this.#schedule.faults) {
      if (fault.type === "outage" && total >= fault.index && total < fault.index + fault.count) {
        this.fired.add(fault);
        return "refused";
      }
      if (fault.type === "weak-link" && operation === "UploadPart" && sizeBytes > fault.longestBytes) {
        const attempts = this.#count(`part ${request.uploadId} ${request.partNumber}`);
        if (attempts < fault.breakCount) {
          this.fired.add(fault);
          return "broken";
        }
      }
      if (fault.type === "request") {
        const { choice } = fault;
        const isMeant =
          choice.operation === undefined
            ? choice.index === total
            : choice.operation === operation && choice.index === ofOperation;
        if (isMeant) {
          this.fired.add(fault);
          return fault.fault;
        }
      }
    }
    return undefined;
  }

  /** @returns how many there were before */
  #count(name: string): number {
    const count = this.#requestCounts.get(name) ?? 0;
    this.#requestCounts.set(name, count + 1);
    return count;
  }
}

/** No network at all. */
function directTransport(service: Service): Transport {
  return {
    async send({ method, address, headers, body }) {
      const chunks = body?.chunks() ?? nothing();
      const { message, body: answer } = await handleRequest(
        {
          method,
          target: address.target,
          headers: { ...headers, host: address.host, "content-length": String(body?.sizeBytes ?? 0) },
          body: { sizeBytes: body?.sizeBytes ?? 0, chunks },
        },
        service,
      );
      const { status, headers: answered, text = "" } = message;
      return {
        status,
        headers: answered,
        body: answer?.chunks ?? nothing(),
        text: async () => text,
        discard() {},
      };
    },
    close() {},
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
