// Where a service is and how a request for one of its resources is addressed: the client's half. The server's half is
// resource-candidates.ts.
import type { Query, Resource } from "../http-message.ts";
import { percentEncode, percentEncodePath } from "./percent-encoding.ts";

/**
 * Where the bucket stands: in the host (`bucket.oss-cn-hangzhou.aliyuncs.com`), first in the path, or nowhere,
 * because the host is bound to this one bucket.
 */
export type Addressing = "cname" | "path" | "virtual-host";

export interface Endpoint {
  readonly scheme: "http" | "https";
  /** Without port; an IPv6 address without its brackets. */
  readonly hostname: string;
  readonly port: number;
  /** As the Host header carries it: the port only when it is not the scheme's own. */
  readonly host: string;
  readonly addressing: Addressing;
}

/** What a transport needs. `target` is no input for a URL parser: that would fold `..` in a key. */
export interface RequestAddress {
  readonly scheme: "http" | "https";
  readonly hostname: string;
  readonly port: number;
  readonly host: string;
  /** Path and query, percent-encoded, from the first `/`. */
  readonly target: string;
}

const ENDPOINT = /^(?:(https?):\/\/)?(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?\/?$/i;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const OSS_HOST = /^oss-([a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com$/;

/**
 * Reads an endpoint such as `oss-cn-hangzhou.aliyuncs.com` or `http://127.0.0.1:7070`.
 *
 * Without a scheme it is https, but http for an IP address and localhost. Without `addressing` the bucket goes into the
 * host, but into the path for an IP address and localhost, as in the official SDKs.
 *
 * @throws {TypeError} when `text` is no endpoint
 */
export function parseEndpoint(text: string, options: { readonly addressing?: Addressing } = {}): Endpoint {
  const match = ENDPOINT.exec(text.trim());
  const port = Number(match?.[3] ?? 0);
  if (!match || port > 65_535) {
    throw new TypeError(
      `endpoint "${text}" is not usable; give scheme, host and port only, such as https://oss-cn-hangzhou.aliyuncs.com`,
    );
  }
  const bracketed = (match[2] ?? "").toLowerCase();
  const hostname = bracketed.replace(/^\[(.*)\]$/, "$1");
  const isLocal = isIpOrLocalhost(hostname);
  const scheme = (match[1]?.toLowerCase() ?? (isLocal ? "http" : "https")) as "http" | "https";
  const defaultPort = scheme === "https" ? 443 : 80;
  return {
    scheme,
    hostname,
    port: port || defaultPort,
    host: port === 0 || port === defaultPort ? bracketed : `${bracketed}:${port}`,
    addressing: options.addressing ?? (isLocal ? "path" : "virtual-host"),
  };
}

/** Scheme and host, as `parseEndpoint` reads them. */
export function formatEndpoint({ scheme, host }: Pick<Endpoint, "host" | "scheme">): string {
  return `${scheme}://${host}`;
}

export function isIpOrLocalhost(hostname: string): boolean {
  return hostname === "localhost" || hostname.includes(":") || IPV4.test(hostname);
}

/** `cn-hangzhou` of `oss-cn-hangzhou.aliyuncs.com` and of its internal form; undefined for any other endpoint. */
export function regionOfEndpoint(endpoint: Endpoint): string | undefined {
  return OSS_HOST.exec(endpoint.hostname)?.[1];
}

/** The address of `resource` at `endpoint`. */
export function requestAddress(endpoint: Endpoint, resource: Resource, query: Query): RequestAddress {
  const { scheme, hostname, port, host, addressing } = endpoint;
  const { bucket, key } = resource;
  const objectPath = key === undefined ? "" : encodeKey(key);
  const target = (path: string) => `/${path}${encodeQuery(query)}`;
  if (bucket === undefined || addressing === "cname") {
    return { scheme, hostname, port, host, target: target(objectPath) };
  }
  if (addressing === "path") {
    return { scheme, hostname, port, host, target: target(`${bucket}/${objectPath}`) };
  }
  return {
    scheme,
    hostname: `${bucket}.${hostname}`,
    port,
    host: `${bucket}.${host}`,
    target: target(objectPath),
  };
}

/** The address as one line, for people and for presigned links. */
export function formatAddress({ scheme, host, target }: RequestAddress): string {
  return `${scheme}://${host}${target}`;
}

// A "." or ".." between slashes would be folded by browsers and proxies, so such a key hides its slashes.
function encodeKey(key: string): string {
  const hasDotSegment = key.split("/").some((segment) => segment === "." || segment === "..");
  return hasDotSegment ? percentEncode(key) : percentEncodePath(key);
}

function encodeQuery(query: Query): string {
  if (query.length === 0) {
    return "";
  }
  const pairs = query.map(([name, value]) =>
    value === "" ? percentEncode(name) : `${percentEncode(name)}=${percentEncode(value)}`,
  );
  return `?${pairs.join("&")}`;
}
