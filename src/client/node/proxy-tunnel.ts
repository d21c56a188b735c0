// A connection through a proxy to a host that speaks TLS: the proxy is asked with CONNECT to pass bytes on unread, and
// TLS runs inside, with the host's own certificate. Source: RFC 9110, section 9.3.6.

import type { ClientRequestArgs, IncomingMessage } from "node:http";
import type { AgentOptions, Agent as HttpsAgent } from "node:https";
import { isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { builtInHttp, builtInHttps } from "./built-in-modules.ts";
import type { HttpProxy } from "./proxy-environment.ts";

/** The proxy answered, but does not pass on. */
export class ProxyRefusal extends Error {
  override readonly name = "ProxyRefusal";
  /** 407: it wants a user; 403: it forbids the host; 502 … 504: it cannot reach the host. */
  readonly status: number;

  constructor(status: number, proxy: HttpProxy) {
    super(`the proxy ${proxy.label} answered ${status} to CONNECT`);
    this.status = status;
  }
}

/** What an agent's `createConnection` is given beside Node's own. */
export interface TunnelRequest {
  /** Its abort ends the making of a connection that nobody waits for any more. */
  readonly connecting?: AbortSignal | undefined;
}

/** An agent for https whose connections go through `proxy`. A connection is given out when its TLS is ready. */
export function createTunnelAgent(proxy: HttpProxy, options: AgentOptions): HttpsAgent {
  const agent = new (builtInHttps().Agent)(options);
  const startTls = agent.createConnection.bind(agent);
  agent.createConnection = (connection: ClientRequestArgs & TunnelRequest, callback) => {
    const { connecting } = connection;
    openTunnel(proxy, connection, options)
      .then((socket) => secured(startTls({ ...connection, socket } as AgentOptions) as TLSSocket, connecting))
      .then(
        (socket) => callback?.(null, socket),
        // Node's types want a socket beside an error, which has none.
        (error: Error) => (callback as unknown as ((error: Error) => void) | undefined)?.(error),
      );
    return undefined;
  };
  return agent;
}

function openTunnel(
  proxy: HttpProxy,
  { host, port, connecting: signal }: ClientRequestArgs & TunnelRequest,
  { secureContext }: AgentOptions,
): Promise<Socket> {
  const bracketed = host?.includes(":") ? `[${host}]` : host;
  const authority = `${bracketed}:${port}`;
  const { request } = proxy.scheme === "https" ? builtInHttps() : builtInHttp();
  return new Promise((resolve, reject) => {
    const outgoing = request({
      method: "CONNECT",
      hostname: proxy.hostname,
      port: proxy.port,
      path: authority,
      headers: { host: authority, ...proxyHeaders(proxy) },
      agent: false,
      servername: serverNameOf(proxy),
      ...(signal ? { signal } : {}),
      ...(secureContext ? { secureContext } : {}),
    });
    outgoing.once("connect", ({ statusCode = 0 }: IncomingMessage, socket: Duplex, early: Buffer) => {
      if (statusCode < 200 || statusCode > 299 || early.byteLength > 0) {
        socket.destroy();
        reject(new ProxyRefusal(statusCode, proxy));
        return;
      }
      resolve(socket as Socket);
    });
    outgoing.once("error", reject);
    outgoing.end();
  });
}

/** Until here an abort would have left the handshake running. */
function secured(socket: TLSSocket, signal: AbortSignal | undefined): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const abort = () => socket.destroy(signal?.reason);
    const settle = () => {
      signal?.removeEventListener("abort", abort);
      socket.off("error", fail);
      socket.off("close", close);
    };
    const fail = (error: unknown) => {
      settle();
      reject(error);
    };
    const close = () => fail(new Error("the connection was closed during the TLS handshake"));
    socket.once("error", fail);
    socket.once("close", close);
    socket.once("secureConnect", () => {
      settle();
      resolve(socket);
    });
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted) {
      abort();
    }
  });
}

/** What a proxy wants to see with every request that it reads itself. */
export function proxyHeaders({ authorization }: HttpProxy): Record<string, string> {
  return authorization === undefined ? {} : { "proxy-authorization": authorization };
}

/** Said, because Node would take it from the header `host`, which names the host behind the proxy. */
export function serverNameOf({ hostname }: HttpProxy): string {
  // TLS has no names for addresses.
  return isIP(hostname) === 0 ? hostname : "";
}
