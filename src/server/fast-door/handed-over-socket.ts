// A connection that goes on at node:http: what was read of it already comes first, then what its socket brings.
import type { Socket } from "node:net";
import { Duplex } from "node:stream";

/** What node:http uses of a socket, besides the stream. */
export class HandedOverSocket extends Duplex {
  readonly #socket: Socket;

  constructor(socket: Socket, readAlready: Uint8Array) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    socket.setTimeout(0);
    socket.on("timeout", () => this.emit("timeout"));
    socket.on("end", () => this.push(null));
    socket.on("error", (error) => this.destroy(error));
    socket.on("close", () => this.destroy());
    if (readAlready.length > 0) {
      this.push(Buffer.from(readAlready));
    }
  }

  /** Takes what the socket has just read. @returns whether it may read on */
  receive(bytes: Uint8Array): boolean {
    return this.push(Buffer.from(bytes));
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  get remotePort(): number | undefined {
    return this.#socket.remotePort;
  }

  setTimeout(timeoutMs: number, onTimeout?: () => void): this {
    this.#socket.setTimeout(timeoutMs);
    if (onTimeout !== undefined) {
      this.once("timeout", onTimeout);
    }
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  destroySoon(): void {
    this.end(() => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(bytes: Uint8Array, _encoding: string, onWritten: (error?: Error | null) => void): void {
    this.#socket.write(bytes, onWritten);
  }

  override _writev(
    chunks: readonly { readonly chunk: Uint8Array }[],
    onWritten: (error?: Error | null) => void,
  ): void {
    this.#socket.cork();
    for (const { chunk } of chunks.slice(0, -1)) {
      this.#socket.write(chunk);
    }
    this.#socket.write(chunks.at(-1)?.chunk ?? "", onWritten);
    this.#socket.uncork();
  }

  override _final(onEnded: (error?: Error | null) => void): void {
    this.#socket.end(() => onEnded());
  }

  override _destroy(error: Error | null, onDestroyed: (error?: Error | null) => void): void {
    this.#socket.destroy();
    onDestroyed(error);
  }
}
