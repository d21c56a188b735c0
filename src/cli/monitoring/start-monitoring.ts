// What an operator sees of a running server: its log, its access log, its metrics.
import { AggregatorRegistry, collectDefaultMetrics, Registry } from "prom-client";
import type { ObserveRequest } from "../../server/index.ts";
import type { Store } from "../../storage/index.ts";
import { CommandError } from "../command-error.ts";
import type { ScrubStatus } from "../scrubbing/scrub-schedule.ts";
import { openAccessLog } from "./access-log.ts";
import { type CertificateStatus, certificateMetrics } from "./certificate-metrics.ts";
import { diskMetrics } from "./disk-metrics.ts";
import { eventLoopMetrics } from "./event-loop-metrics.ts";
import { type MonitorAddress, parseMonitorAddress } from "./monitor-address.ts";
import { listenForMonitoring, type Monitored, type MonitorListener } from "./monitor-listener.ts";
import { requestMetrics } from "./request-metrics.ts";
import { scrubMetrics } from "./scrub-metrics.ts";
import { tellFullDiskSeldom } from "./seldom-full.ts";
import { type LogFormat, openServerLog, type ServerLog, usualLogFormat } from "./server-log.ts";
import { storeMetrics } from "./store-metrics.ts";

export interface MonitoringOptions {
  /** `HOST:PORT` of the door for health and metrics. Default: there is none. */
  readonly monitor?: string | undefined;
  /** A file; `-` is standard output. Default: none is kept. */
  readonly accessLog?: string | undefined;
  /** Default: text for a terminal, else JSON. */
  readonly log?: LogFormat | undefined;
}

export interface Monitoring extends AsyncDisposable {
  readonly log: ServerLog;
  /** Told of every request that is over; undefined when nobody wants to know. */
  readonly observe: ObserveRequest | undefined;
  /** Of the certificate, when there is one: what it is now. */
  tellCertificate(this: void, status: CertificateStatus): void;
  /**
   * @param watched.folder  in which the store lies
   * @returns where, or undefined when no such door is wanted
   * @throws {ServerStartError}
   */
  listen(watched: WatchedStore): Promise<string | undefined>;
  /** From now on the server is not ready: nobody should send it requests that it would refuse. */
  tellStopping(): void;
}

interface WatchedStore {
  readonly store: Store;
  readonly folder: string;
  /** Undefined: nothing is read but what is asked for. */
  readonly scrub: { status(): ScrubStatus } | undefined;
  /** Whether there is a process that takes requests. */
  readonly isAnswering: () => boolean;
}

/** After it a new file of the same name is begun, for tools that move logs away. */
export const REOPEN_SIGNAL = "SIGUSR2";

/** Of the process: the only one of a server, the one that owns the folder of several, or one that answers requests. */
export type MonitoredRole = "alone" | "owner" | "worker";

/** @throws {CommandError} when the access log cannot be opened, or the address is none */
export async function startMonitoring(
  options: MonitoringOptions,
  role: MonitoredRole = "alone",
): Promise<Monitoring> {
  const address = options.monitor === undefined ? undefined : addressOf(options.monitor);
  const format = options.log ?? usualLogFormat(process.stderr.isTTY);
  const log = tellFullDiskSeldom(openServerLog(format), () => performance.now());
  const accessLog =
    options.accessLog === undefined || role === "owner"
      ? undefined
      : await openAccessLog(options.accessLog, (error) => log.failure(error, "access-log"));
  const metrics = address && metricsOf(role);
  const observers = [accessLog?.observe, metrics?.observe].filter((observe) => observe !== undefined);
  const reopen = () => accessLog?.reopen();
  process.on(REOPEN_SIGNAL, reopen);
  let listener: MonitorListener | undefined;
  let tellCertificate: ((status: CertificateStatus) => void) | undefined;
  const state = { isStopping: false };
  return {
    log,
    observe: observers.length === 0 ? undefined : tellAll(observers),
    tellCertificate(status) {
      tellCertificate ??= metrics && certificateMetrics(metrics.registry);
      tellCertificate?.(status);
    },
    async listen(watched) {
      if (address !== undefined && metrics !== undefined) {
        listener = await listenForMonitoring(address, monitored(watched, state, metrics));
      }
      return listener?.endpoint;
    },
    tellStopping() {
      state.isStopping = true;
    },
    async [Symbol.asyncDispose]() {
      process.off(REOPEN_SIGNAL, reopen);
      await listener?.[Symbol.asyncDispose]();
      metrics?.[Symbol.dispose]();
      await accessLog?.close();
    },
  };
}

function monitored(
  { store, folder, scrub, isAnswering }: WatchedStore,
  state: { readonly isStopping: boolean },
  metrics: Metrics,
): Monitored {
  const { metadata } = store;
  const measure = storeMetrics(metrics.registry, store, folder);
  if (scrub !== undefined) {
    scrubMetrics(metrics.registry, () => scrub.status());
  }
  return {
    findDamages: () => scrub?.status().damages ?? [],
    async assertReady() {
      if (state.isStopping) {
        throw new Error("the server is stopping");
      }
      if (!isAnswering()) {
        throw new Error("no process answers requests");
      }
      // No bucket has this name; that the store says so takes its thread and its file.
      await metadata.getBucket("-");
    },
    metrics: async () => {
      await measure();
      return { contentType: Registry.PROMETHEUS_CONTENT_TYPE, text: await metrics.text() };
    },
  };
}

interface Metrics extends Disposable {
  /** Of this process. */
  readonly registry: Registry;
  /** Absent in a process that answers no requests. */
  readonly observe?: ObserveRequest;
  /** In the format of Prometheus; of all processes, where there are several. */
  readonly text: () => Promise<string>;
}

function metricsOf(role: MonitoredRole): Metrics {
  const own = new Registry();
  const prefix = role === "owner" ? "partwise_committer_" : "partwise_";
  const measured = [diskMetrics(own, { prefix, commits: role !== "worker" }), eventLoopMetrics(own, prefix)];
  const metrics = {
    registry: own,
    [Symbol.dispose]() {
      for (const each of measured) {
        each[Symbol.dispose]();
      }
    },
  };
  if (role === "owner") {
    // The workers' figures are added up; this process has figures of its own beside them.
    collectDefaultMetrics({ register: own, prefix });
    const workers = new AggregatorRegistry();
    const text = async () => `${await workers.clusterMetrics()}\n${await own.metrics()}`;
    return { ...metrics, text };
  }
  if (role === "worker") {
    AggregatorRegistry.setRegistries(own);
    // Answers the owner when it asks.
    new AggregatorRegistry();
  }
  return { ...metrics, observe: requestMetrics(own), text: () => own.metrics() };
}

function tellAll(observers: readonly ObserveRequest[]): ObserveRequest {
  return (record) => {
    for (const observe of observers) {
      observe(record);
    }
  };
}

/** @throws {CommandError} */
function addressOf(text: string): MonitorAddress {
  const address = parseMonitorAddress(text);
  if (address === undefined) {
    throw new CommandError(`${text} is no address to monitor at; write HOST:PORT, such as 127.0.0.1:7071`);
  }
  return address;
}
