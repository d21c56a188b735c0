// A gate between the page and the service: TCP as it comes, of which it lets a given number of bytes pass and holds the
// rest, so that an upload stands still at a point that the test has chosen.

import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

export interface Gate extends AsyncDisposable {
  /** Of the service, through the gate. */
  readonly endpoint: string;
  /** From the page to the service, since the last `allow`. */
  readonly passedBytes: number;
  /** Lets so many more bytes pass to the service; `Infinity`: all. */
  allow(sizeBytes: number): void;
  /** After so many bytes, the connection that brings the next one stands still for ever. */
  holdOne(afterBytes: number): void;
}

export async function openGate(serviceEndpoint: string): Promise<Gate> {
  const { hostname, port } = new URL(serviceEndpoint);
  const sockets = new Set<Socket>();
  const held = new Set<() => void>();
  let allowedBytes = Number.POSITIVE_INFINITY;
  let passedBytes = 0;
  let holdAfterBytes = Number.POSITIVE_INFINITY;

  const server = createServer((page) => {
    const service = connect(Number(port), hostname);
    for (const [socket, other] of [
      [page, service],
      [service, page],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    service.pipe(page);
    page.on("data", (chunk: Buffer) => {
      const pass = () => {
        held.delete(pass);
        passedBytes += chunk.byteLength;
        allowedBytes -= chunk.byteLength;
        page.resume();
        service.write(chunk);
      };
      page.pause();
      if (passedBytes > holdAfterBytes) {
        holdAfterBytes = Number.POSITIVE_INFINITY;
        return;
      }
      if (allowedBytes > 0) {
        pass();
      } else {
        held.add(pass);
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get passedBytes() {
      return passedBytes;
    },
    allow(sizeBytes) {
      allowedBytes = sizeBytes;
      passedBytes = 0;
      for (const pass of [...held]) {
        pass();
      }
    },
    holdOne(afterBytes) {
      holdAfterBytes = passedBytes + afterBytes;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) {
        socket.destroy();
      }
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
