// How a request gets to its host: on a connection kept open or on a new one, directly or through a proxy.

import type { Agent as HttpAgent, RequestOptions } from "node:http";
import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";
import type { RequestAddress } from "../../protocol/addressing/endpoint.ts";
import type { Headers } from "../../protocol/http-message.ts";
import type { TransportRequest } from "../transport.ts";
import { builtInHttp, builtInHttps } from "./built-in-modules.ts";
import { encodeHeaders } from "./header-bytes.ts";
import type { IncomingAnswer } from "./node-response.ts";
import { PlainConnections } from "./plain-connections.ts";
import type { HttpProxy } from "./proxy-environment.ts";
import { createTunnelAgent, proxyHeaders, serverNameOf, type TunnelRequest } from "./proxy-tunnel.ts";

export interface NodeConnectionsOptions {
  /** Undefined: a host is reached directly. @throws {TypeError} if what it is told is no proxy */
  readonly proxyFor: (address: RequestAddress) => HttpProxy | undefined;
  /** Undefined: Node's own. */
  readonly secureContext: SecureContext | undefined;
}

/** What a request of node:http and one on a plain connection have in common. */
export interface OutgoingRequest {
  once(event: "socket", listener: (socket: Socket) => void): unknown;
  once(event: "response", listener: (incoming: IncomingAnswer) => void): unknown;
  once(event: "close", listener: () => void): unknown;
  on(event: "error", listener: (error: unknown) => void): unknown;
  write(piece: Uint8Array, onTaken: (error?: Error | null) => void): unknown;
  /**
   * As `write`, but `onTaken` is told only of what this has not said at once. Left out where nobody can.
   *
   * @returns whether the system has the piece, whose memory can be used again
   */
  tryWrite?(piece: Uint8Array, onTaken: (error?: Error | null) => void): boolean;
  end(): unknown;
  destroy(): unknown;
}

/** A request that has its way, and whose body can be written. */
export interface OpenedRequest {
  readonly outgoing: OutgoingRequest;
  /** With the port, for messages: of the host, and of the proxy when there is one. */
  readonly label: string;
  /** Whether a socket is ready only when its TLS is. */
  readonly isSecure: boolean;
}

/** Connections to one host at a time. */
const CONNECTION_COUNT_MAX = 256;

export class NodeConnections {
  readonly #options: NodeConnectionsOptions;
  /** One for each kind of way, of which a client has a few. */
  readonly #agents = new Map<string, HttpAgent>();
  readonly #plain = new PlainConnections();

  constructor(options: NodeConnectionsOptions) {
    this.#options = options;
  }

  /**
   * @param lengthHeaders  of the body
   * @param connecting     ends the making of a connection for this request
   */
  open(request: TransportRequest, lengthHeaders: Headers, connecting: () => AbortSignal): OpenedRequest {
    const { method, address, isOnNewConnection = false } = request;
    const { scheme, hostname, port, host, target } = address;
    const proxy = this.#options.proxyFor(address);
    const isRelayed = proxy !== undefined && scheme === "http";
    const first = isRelayed ? proxy : address;
    // The length comes last: behind it, Node takes a Content-Disposition for Latin-1 and breaks it.
    const headers = {
      ...encodeHeaders(request.headers),
      ...(isRelayed ? proxyHeaders(proxy) : {}),
      host,
      ...lengthHeaders,
    };
    const isPlain = scheme === "http" && proxy === undefined && !isOnNewConnection;
    if (isPlain && isSimple(request, lengthHeaders)) {
      const outgoing = this.#plain.open(address, { method, path: target, headers });
      if (outgoing !== undefined) {
        return { outgoing, label: `${hostname}:${port}`, isSecure: false };
      }
    }
    const options: RequestOptions & TunnelRequest & { readonly servername?: string } = {
      method,
      hostname: first.hostname,
      port: first.port,
      path: isRelayed ? `http://${host}${target}` : target,
      headers,
      agent: this.#agent(scheme, proxy, isOnNewConnection),
      ...(isRelayed ? { servername: serverNameOf(proxy) } : {}),
      ...(proxy !== undefined && scheme === "https" ? { connecting: connecting() } : {}),
    };
    const start =
      first.scheme === "https" || scheme === "https" ? builtInHttps().request : builtInHttp().request;
    return {
      outgoing: start(options),
      label: `${hostname}:${port}${proxy ? ` (through the proxy ${proxy.label})` : ""}`,
      // A tunnel's socket is given out with its TLS ready.
      isSecure: first.scheme === "https" && (isRelayed || proxy === undefined),
    };
  }

  /** Closes idle connections. */
  close(): void {
    this.#plain.close();
    for (const agent of this.#agents.values()) {
      agent.destroy();
    }
  }

  #agent(scheme: "http" | "https", proxy: HttpProxy | undefined, isOnNewConnection: boolean): HttpAgent {
    const kind = `${scheme} ${isOnNewConnection ? "new" : "kept"} ${proxy?.label ?? "direct"}`;
    const known = this.#agents.get(kind);
    if (known !== undefined) {
      return known;
    }
    // A new connection must not come from those kept open, so it does not go among them either: it ends with its answer.
    const options = { keepAlive: !isOnNewConnection, maxSockets: CONNECTION_COUNT_MAX };
    const agent = this.#createAgent(scheme, proxy, options);
    this.#agents.set(kind, agent);
    return agent;
  }

  #createAgent(scheme: "http" | "https", proxy: HttpProxy | undefined, options: object): HttpAgent {
    const { secureContext } = this.#options;
    const secure = secureContext ? { ...options, secureContext } : options;
    if (scheme === "https") {
      return proxy ? createTunnelAgent(proxy, secure) : new (builtInHttps().Agent)(secure);
    }
    return proxy?.scheme === "https"
      ? new (builtInHttps().Agent)(secure)
      : new (builtInHttp().Agent)(options);
  }
}

/** What is left to node:http: bodies in chunks, answers without the body that they announce, and downloads. */
function isSimple({ method, responseBody = "bytes" }: TransportRequest, lengthHeaders: Headers): boolean {
  return method === "PUT" || method === "POST"
    ? "content-length" in lengthHeaders
    : method !== "HEAD" && responseBody !== "bytes" && Object.keys(lengthHeaders).length === 0;
}
