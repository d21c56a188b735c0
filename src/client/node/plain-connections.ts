// Connections for the requests of an upload over plain HTTP, straight to the host. node:http makes some twenty objects a
// request, takes a third more of the processor's time for parts of 1 MiB, and 8 ms to be loaded (bench/README.md).
// Whatever is not as plain is left to it.
import { connect, type Socket } from "node:net";
import type { Headers } from "../../protocol/http-message.ts";
import { AnswerReader } from "./answer-reader.ts";
import { PlainRequest } from "./plain-request.ts";

export interface PlainTarget {
  readonly hostname: string;
  readonly port: number;
}

export interface PlainMessage {
  readonly method: string;
  readonly path: string;
  /** As Node sends them, with `host` and the length. */
  readonly headers: Headers;
}

/** Connections to one host at a time, idle ones included. */
const CONNECTION_COUNT_MAX = 256;

/** A service closes what was idle for as long as it said; a request that meets that is lost. */
const KEEP_OPEN_MARGIN_MS = 1000;
const KEEP_ALIVE_PROBE_MS = 1000;

const NAME = /^[!#$%&'*+\-.^_`|~\w]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const PATH = /^[\x21-\xff]+$/;

export class PlainConnections {
  /** By host and port. */
  readonly #all = new Map<string, Set<PlainConnection>>();

  /** Undefined when node:http should have it: it cannot be sent as it is, or there are too many. */
  open(target: PlainTarget, message: PlainMessage): PlainRequest | undefined {
    const head = headOf(message);
    if (head === undefined) {
      return undefined;
    }
    const name = `${target.hostname} ${target.port}`;
    const all = this.#all.get(name) ?? new Set();
    this.#all.set(name, all);
    // The one used last: those before it may be closed by now, or soon.
    const idle = [...all].findLast((connection) => connection.isIdle);
    if (idle !== undefined) {
      all.delete(idle);
      all.add(idle);
      return idle.begin(head);
    }
    if (all.size >= CONNECTION_COUNT_MAX) {
      return undefined;
    }
    const connection = new PlainConnection(target, () => all.delete(connection));
    all.add(connection);
    return connection.begin(head);
  }

  /** Closes idle connections. */
  close(): void {
    for (const connection of [...this.#all.values()].flatMap((all) => [...all])) {
      connection.closeIfIdle();
    }
  }
}

/** Its listeners stay as long as it does, and speak to the request of the moment. */
class PlainConnection {
  readonly #socket: Socket;
  #request: PlainRequest | undefined;
  #reader: AnswerReader | undefined;
  #isRequestWhole = false;
  #isClosed = false;

  constructor({ hostname, port }: PlainTarget, onClose: () => void) {
    this.#socket = connect({
      host: hostname,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_PROBE_MS,
    });
    let failure: Error | undefined;
    this.#socket
      .on("data", (bytes) => this.#read(bytes as Buffer))
      .on("end", () => this.#readEnd())
      .on("timeout", () => this.closeIfIdle())
      .on("error", (error) => {
        failure = error;
      })
      .on("close", () => {
        this.#isClosed = true;
        onClose();
        this.#request?.onClose(failure);
      });
  }

  get isIdle(): boolean {
    return this.#request === undefined && !this.#isClosed;
  }

  begin(head: string): PlainRequest {
    const request = new PlainRequest(
      {
        socket: this.#socket,
        wholeRequest: () => {
          this.#isRequestWhole = true;
          this.#lookWhetherDone();
        },
        giveUp: () => this.#reset(),
      },
      head,
    );
    this.#request = request;
    this.#reader = new AnswerReader(request);
    this.#isRequestWhole = false;
    this.#socket.setTimeout(0);
    this.#socket.ref();
    return request;
  }

  closeIfIdle(): void {
    if (this.isIdle) {
      this.#giveUp();
    }
  }

  #read(bytes: Buffer): void {
    if (this.#reader === undefined) {
      // An answer that nobody waits for.
      this.#giveUp();
      return;
    }
    try {
      this.#reader.push(bytes);
    } catch (error) {
      this.#socket.destroy(error as Error);
      return;
    }
    if (this.#reader.isDone) {
      this.#request?.onAnswerEnd();
      this.#lookWhetherDone();
    }
  }

  #readEnd(): void {
    if (this.#reader?.end()) {
      this.#request?.onAnswerEnd();
    }
    this.#giveUp();
  }

  #giveUp(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }

  /** What the system has of the request would still be sent, and delay what comes after it. Nobody waits for it any more. */
  #reset(): void {
    this.#isClosed = true;
    if (!this.#socket.connecting) {
      this.#socket.resetAndDestroy();
    }
    // By itself the former waits until all that was written is sent.
    this.#socket.destroy();
  }

  /** An answer may come before the request is whole, whose rest would be taken for another request. */
  #lookWhetherDone(): void {
    const [request, reader] = [this.#request, this.#reader];
    if (request === undefined || !reader?.isDone || !this.#isRequestWhole) {
      return;
    }
    const idleMs = (reader.keepsOpenMs ?? Number.POSITIVE_INFINITY) - KEEP_OPEN_MARGIN_MS;
    if (!reader.keepsOpen || idleMs <= 0) {
      this.#giveUp();
      return;
    }
    this.#request = undefined;
    this.#reader = undefined;
    this.#socket.resume();
    this.#socket.unref();
    if (Number.isFinite(idleMs)) {
      this.#socket.setTimeout(idleMs);
    }
    request.onClose();
  }
}

/** Undefined where it has what a head must not have; node:http says so in its own words. */
function headOf({ method, path, headers }: PlainMessage): string | undefined {
  const entries = Object.entries(headers);
  const isClean = PATH.test(path) && entries.every(([name, value]) => NAME.test(name) && VALUE.test(value));
  return isClean
    ? `${method} ${path} HTTP/1.1\r\n${entries.map(([name, value]) => `${name}: ${value}\r\n`).join("")}connection: keep-alive\r\n\r\n`
    : undefined;
}
