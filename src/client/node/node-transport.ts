// The transport of Node: node:http and node:https with connections that are kept open between requests.

import type { RequestAddress } from "../../protocol/addressing/endpoint.ts";
import type { Transport } from "../transport.ts";
import { TransportError } from "../transport-error.ts";
import { builtInCrypto, builtInTls } from "./built-in-modules.ts";
import { ExchangesUnderWay } from "./exchanges-under-way.ts";
import { NodeConnections } from "./node-connections.ts";
import { exchange } from "./node-exchange.ts";
import {
  type HttpProxy,
  type ProxyEnvironment,
  parseProxy,
  proxyOfEnvironment,
} from "./proxy-environment.ts";
import { WritePace } from "./write-pace.ts";

export interface NodeTransportOptions {
  /**
   * Certificate authorities in PEM, one or several. They are trusted instead of the public ones, for https endpoints;
   * `NODE_EXTRA_CA_CERTS` adds to the public ones without this option.
   */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined;
  /** The longest wait for a connection, with its proxy and its TLS, in milliseconds, from 1; default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * `environment`, the default: by HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, as they are when the transport is
   * made. `none`: never. Or the URL of a proxy for all hosts, `http://[user:password@]host:port` or https.
   */
  readonly proxy?: URL | string | undefined;
}

/** However long a user's timeout: a host that does not answer a SYN by then will not. */
const CONNECT_TIMEOUT_DEFAULT_MS = 10_000;

/**
 * A transport with connections of its own. Idle ones do not keep the process alive.
 *
 * @throws {TypeError} if `ca` or `proxy` cannot be used
 * @throws {RangeError} if `connectTimeoutMs` is outside its range
 */
export function createNodeTransport(options: NodeTransportOptions = {}): Transport {
  const { ca, connectTimeoutMs = CONNECT_TIMEOUT_DEFAULT_MS, proxy = "environment" } = options;
  if (!Number.isSafeInteger(connectTimeoutMs) || connectTimeoutMs < 1) {
    throw new RangeError(`connectTimeoutMs must be an integer from 1, but is ${connectTimeoutMs}`);
  }
  const connections = new NodeConnections({
    proxyFor: proxyChooser(String(proxy)),
    secureContext: ca === undefined ? undefined : secureContextOf(ca),
  });
  const underWay = new ExchangesUnderWay();
  const context = { connections, connectTimeoutMs, pace: new WritePace(), underWay };
  return {
    send: (request) => exchange(request, context),
    close(
      reason = new TransportError("connection-lost", "the transport was closed", { mayHaveArrived: true }),
    ) {
      underWay.stopAll(reason);
      connections.close();
    },
  };
}

function proxyChooser(proxy: string): (address: RequestAddress) => HttpProxy | undefined {
  if (proxy === "none") {
    return () => undefined;
  }
  if (proxy !== "environment") {
    const fixed = parseProxy(proxy, "the option proxy");
    return () => fixed;
  }
  const environment: ProxyEnvironment = { ...process.env };
  return (address) => proxyOfEnvironment(address, environment);
}

type SecureContext = ReturnType<ReturnType<typeof builtInTls>["createSecureContext"]>;

/** Read once, rather than again for each connection. */
function secureContextOf(ca: NonNullable<NodeTransportOptions["ca"]>): SecureContext {
  const texts = (typeof ca === "string" || ca instanceof Uint8Array ? [ca] : ca).map(toPem);
  const certificates = texts.flatMap((text) => text.match(CERTIFICATE) ?? []);
  if (certificates.length === 0) {
    throw new TypeError("ca must be certificates in PEM, which begin with -----BEGIN CERTIFICATE-----");
  }
  try {
    // OpenSSL passes over what it cannot read, and then nothing would be trusted without a word.
    certificates.map((certificate) => new (builtInCrypto().X509Certificate)(certificate));
    return builtInTls().createSecureContext({ ca: certificates });
  } catch (cause) {
    throw new TypeError("ca has a certificate that cannot be read", { cause });
  }
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function toPem(certificate: string | Uint8Array): string {
  return typeof certificate === "string" ? certificate : Buffer.from(certificate).toString("latin1");
}
