// The fast door: plain requests are read from their sockets straight into shared memory, and node:http serves the rest.
// It stands on one thing that is internal to Node, the listening handle's `onconnection`, because only sockets that are
// made with `onread` can read into a given buffer, and a server gives no way to make them so. Where that hook is not
// found, node:http serves everything. docs/decisions/0005-two-doors.md has the reasons.
import type { Server } from "node:http";
import type { Service } from "../handle-request.ts";
import type { ListenerLimits } from "../listener-limits.ts";
import { FastConnection, type FastDoorContext } from "./fast-connection.ts";

/** Twice the kernel's usual socket buffer on loopback gains nothing more, and this much stays in the L2 cache. */
const SCRATCH_SIZE_BYTES: number = 256 * 1024;

type OnConnection = (this: object, status: number, handle: object | undefined) => void;

/** What is used of node:net's insides. */
interface ServerInternals {
  readonly _handle?: { onconnection?: OnConnection } | null;
  /** The sum of open connections; a server is closed when it is 0. */
  _connections?: number;
  readonly maxConnections?: number;
}

export class FastDoor {
  readonly #server: Server;
  readonly #context: FastDoorContext;
  readonly #connections = new Set<FastConnection>();

  constructor(server: Server, service: Service, limits: ListenerLimits) {
    this.#server = server;
    this.#context = {
      service,
      limits,
      scratch: Buffer.allocUnsafeSlow(SCRATCH_SIZE_BYTES),
      isOpen: () => server.listening,
      handOver: (connection) => void server.emit("connection", connection),
    };
    server.on("listening", () => this.#install());
  }

  closeIdleConnections(): void {
    for (const connection of this.#connections) {
      if (connection.isIdle) {
        connection.socket.destroy();
      }
    }
  }

  closeAllConnections(): void {
    for (const connection of this.#connections) {
      connection.socket.destroy();
    }
  }

  #install(): void {
    const internals = this.#server as unknown as ServerInternals;
    const handle = internals._handle;
    const acceptAsBefore = handle?.onconnection;
    if (!handle || typeof acceptAsBefore !== "function" || typeof internals._connections !== "number") {
      return;
    }
    handle.onconnection = (status, accepted) => {
      const isFull = (internals._connections ?? 0) >= (internals.maxConnections || Number.POSITIVE_INFINITY);
      if (status !== 0 || accepted === undefined || isFull) {
        acceptAsBefore.call(handle, status, accepted);
      } else {
        this.#accept(accepted, internals);
      }
    };
  }

  #accept(handle: object, internals: ServerInternals): void {
    const connection = new FastConnection(handle, this.#context);
    this.#connections.add(connection);
    // As node:net does it: the socket's end takes one off, and tells the server when it was the last.
    internals._connections = (internals._connections ?? 0) + 1;
    Object.assign(connection.socket, { _server: this.#server });
    connection.socket.once("close", () => this.#connections.delete(connection));
  }
}
