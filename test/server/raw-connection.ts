// A client that speaks bytes: it sends what no HTTP library would, and sees what goes over the connection.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { TestRequest, TestServer } from "./test-server.ts";

export interface RawConnection extends Disposable {
  readonly socket: Socket;
  /** All that came so far, one character a byte. */
  readonly received: () => string;
  /** Resolves with all that came, when `text` is in it behind where the last call found its own, or at the end. */
  until(text: string): Promise<string>;
  /** Resolves when the server has ended its side or broken the connection. */
  readonly ended: Promise<void>;
}

export function openConnection(service: TestServer): RawConnection {
  const socket = connect({ port: service.endpoint.port, host: "127.0.0.1", allowHalfOpen: true });
  let received = "";
  /** What no call of `until` has looked through. Apart, because looking through all that came costs its square. */
  let fresh = "";
  const ended = new Promise<void>((resolve) => {
    const onOver = () => resolve();
    socket.on("end", onOver).on("close", onOver).on("error", onOver);
  });
  socket.setEncoding("latin1");
  socket.on("data", (text: string) => {
    received += text;
    fresh += text;
  });
  return {
    socket,
    received: () => received,
    ended,
    async until(text) {
      const isFound = () => {
        const index = fresh.indexOf(text);
        fresh = index === -1 ? fresh.slice(1 - text.length) : fresh.slice(index + text.length);
        return index !== -1;
      };
      while (!isFound()) {
        const isOver = await Promise.race([once(socket, "data").then(() => false), ended.then(() => true)]);
        if (isOver) {
          break;
        }
      }
      return received;
    },
    [Symbol.dispose]: () => socket.destroy(),
  };
}

/** The signed head of a request, up to the empty line; `headers` are added unsigned. */
export async function signedHead(
  service: TestServer,
  target: string,
  request: TestRequest,
  headers: readonly string[] = [],
): Promise<string> {
  const signed = await service.sign(request);
  const signedLines = Object.entries(signed.headers).map(([name, value]) => `${name}: ${value}`);
  return [`${signed.method} ${target} HTTP/1.1`, ...signedLines, ...headers, "", ""].join("\r\n");
}
