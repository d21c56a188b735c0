// A second door, for those who look after the server: whether it is alive and ready, and its figures. It stands at an
// address of its own, so that nobody who may only store objects gets to see it.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ServerStartError } from "../../server/index.ts";
import type { MonitorAddress } from "./monitor-address.ts";

export interface Monitored {
  /** Rejects when requests cannot be served now; the message says why. */
  readonly assertReady: () => Promise<void>;
  /** Whether what is stored is whole, as far as is known; a line for each damage. */
  readonly findDamages: () => readonly string[];
  /** In the format of Prometheus. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

export interface MonitorListener extends AsyncDisposable {
  /** Such as `http://127.0.0.1:7071`. */
  readonly endpoint: string;
}

const HEADERS_TIMEOUT_MS = 5_000;
const CONNECTIONS_MAX = 64;
/** A probe waits for no longer than this, whatever hangs. */
const READY_TIMEOUT_MS = 5_000;

interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** @throws {ServerStartError} when the port is taken or the address is not this machine's */
export async function listenForMonitoring(
  address: MonitorAddress,
  monitored: Monitored,
): Promise<MonitorListener> {
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS }, (request, response) => {
    void answer(request, response, monitored);
  });
  server.maxConnections = CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(new ServerStartError(address, cause)));
    server.listen(address, resolve);
  });
  const { address: host, port, family } = server.address() as AddressInfo;
  return {
    endpoint: `http://${family === "IPv6" ? `[${host}]` : host}:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  { method, url = "/" }: IncomingMessage,
  response: ServerResponse,
  monitored: Monitored,
): Promise<void> {
  const isRead = method === "GET" || method === "HEAD";
  const reply = isRead ? await replyTo(url.replace(/\?.*$/, ""), monitored) : text(405, "only GET and HEAD");
  response.writeHead(reply.status, {
    "content-type": reply.contentType,
    "cache-control": "no-store",
    "content-length": Buffer.byteLength(reply.text),
  });
  response.end(method === "HEAD" ? undefined : reply.text);
}

async function replyTo(path: string, monitored: Monitored): Promise<Reply> {
  try {
    switch (path) {
      case "/-/health/live":
        return text(200, "alive");
      case "/-/health":
      case "/-/health/ready":
        await withinTime(monitored.assertReady());
        return text(200, "ready");
      case "/-/health/data":
        return replyAbout(monitored.findDamages());
      case "/-/metrics":
        return { status: 200, ...(await withinTime(monitored.metrics())) };
      default:
        return text(404, "there are /-/health/live, /-/health/ready, /-/health/data and /-/metrics");
    }
  } catch (failure) {
    return text(503, failure instanceof Error ? failure.message : String(failure));
  }
}

function replyAbout(damages: readonly string[]): Reply {
  return damages.length === 0 ? text(200, "no damage is known") : text(503, damages.join("\n"));
}

function text(status: number, message: string): Reply {
  return { status, contentType: "text/plain; charset=utf-8", text: `${message}\n` };
}

function withinTime<Value>(work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no answer from the store")), READY_TIMEOUT_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
