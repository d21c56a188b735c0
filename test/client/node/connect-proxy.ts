// A real proxy that knows one host: it passes on to a local port whatever host it is asked for.
import { createServer, type RequestListener, request as requestHttp } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Certificate } from "./tls-service.ts";

export interface ConnectProxy extends AsyncDisposable {
  readonly port: number;
  /** `CONNECT host:port` or `METHOD absolute-URL`, in order of arrival, with the user if it came with one. */
  readonly asked: readonly string[];
  /** When each connection from a client was closed. */
  readonly closeTimes: readonly number[];
}

/**
 * @param answer       the status with which CONNECT is refused; 0: it is never answered; default: it is granted
 * @param certificate  for a proxy that speaks TLS itself
 */
export async function startConnectProxy(
  targetPort: number,
  answer = 200,
  certificate?: Certificate,
): Promise<ConnectProxy> {
  const asked: string[] = [];
  const closeTimes: number[] = [];
  const sockets = new Set<Socket>();
  const relay: RequestListener = (incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url} ${incoming.headers["proxy-authorization"] ?? ""}`.trim());
    const { pathname, search } = new URL(incoming.url ?? "");
    const { method, headers } = incoming;
    const target = { host: "127.0.0.1", port: targetPort, path: `${pathname}${search}`, method, headers };
    const onward = requestHttp(target, (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(response);
    });
    onward.on("error", () => response.destroy());
    incoming.pipe(onward);
  };
  const server = certificate
    ? createTlsServer({ cert: certificate.certificate, key: certificate.key }, relay)
    : createServer(relay);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => closeTimes.push(Date.now()));
  });
  server.on("connect", (incoming, client: Socket) => {
    asked.push(`CONNECT ${incoming.url} ${incoming.headers["proxy-authorization"] ?? ""}`.trim());
    if (answer === 0) {
      // Unless somebody reads, nobody notices the end.
      client.on("end", () => client.end()).resume();
      return;
    }
    if (answer !== 200) {
      client.end(`HTTP/1.1 ${answer} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const target = connect(targetPort, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.pipe(target).pipe(client);
    });
    sockets.add(target);
    target.on("error", () => client.destroy());
    client.on("close", () => target.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    closeTimes,
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
