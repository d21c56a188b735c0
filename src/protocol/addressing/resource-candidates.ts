// Which resource a request is about: the server's half of addressing. The same host and path can be read in two ways
// (ali-oss on an IP address with sldEnable names the bucket in both), so this gives every plausible reading, the
// likeliest first, and the signature, which covers bucket and key, tells which one the client meant.

import { serviceError } from "../errors/known-error.ts";
import { invalidArgument } from "../errors/service-error.ts";
import type { Query, Resource } from "../http-message.ts";
import { isBucketName } from "../names.ts";
import { isIpOrLocalhost } from "./endpoint.ts";
import { percentDecode } from "./percent-encoding.ts";

export interface RequestTarget {
  /** As it came, still percent-encoded, from the first `/`. */
  readonly rawPath: string;
  readonly query: Query;
  /** The host of an absolute-form target, as a proxy's clients send it. */
  readonly host?: string;
}

const OSS_HOST_SUFFIX = /(?:^|\.)oss-[a-z0-9-]+\.aliyuncs\.com$/;
const IPV4_SUFFIX = /\.\d{1,3}(?:\.\d{1,3}){3}$/;

/**
 * Splits a request target, in origin form (`/path?query`) or absolute form (`http://host/path?query`).
 *
 * @throws {ServiceError} InvalidArgument when the query is not percent-encoded UTF-8
 */
export function parseRequestTarget(target: string): RequestTarget {
  const absolute = /^https?:\/\/([^/?]*)(.*)$/i.exec(target);
  const local = absolute ? (absolute[2] ?? "") : target;
  const mark = local.indexOf("?");
  const path = mark === -1 ? local : local.slice(0, mark);
  return {
    rawPath: path.startsWith("/") ? path : `/${path}`,
    query: mark === -1 ? [] : parseQuery(local.slice(mark + 1)),
    ...(absolute ? { host: absolute[1] ?? "" } : {}),
  };
}

/**
 * @param host       the Host header, with or without port
 * @param baseHosts  names under which this server itself is known; before them stands a bucket
 * @returns at least one reading
 * @throws {ServiceError} InvalidObjectName when no reading of the path is percent-encoded UTF-8
 */
export function resourceCandidates(
  host: string,
  rawPath: string,
  baseHosts: readonly string[],
): readonly Resource[] {
  const hostname = hostnameOf(host);
  const inPath = resourceInPath(rawPath);
  const bucketInHost = bucketOfHost(hostname, baseHosts);
  if (!bucketInHost) {
    return keepReadable([inPath]);
  }
  const key = rawPath.slice(1);
  const inHost = { bucket: bucketInHost, ...(key === "" ? {} : { key: percentDecode(key) }) };
  const isOurHost = isKnownSuffix(hostname, baseHosts);
  if (isOurHost && inPath.bucket !== bucketInHost) {
    return keepReadable([inHost]);
  }
  return keepReadable(isOurHost ? [inHost, inPath] : [inPath, inHost]);
}

/**
 * The host under which other buckets are reached too: `host` without the bucket, where `resource` is the reading of
 * `host` and `rawPath` that takes it from the host. Clients build further requests on it.
 */
export function hostWithoutBucket(
  { host, rawPath }: { readonly host: string; readonly rawPath: string },
  { bucket, key = "" }: Resource,
  baseHosts: readonly string[],
): string {
  const bucketInHost = bucketOfHost(hostnameOf(host), baseHosts);
  const isInHost = bucketInHost === (bucket ?? "") && percentDecode(rawPath.slice(1)) === key;
  return isInHost ? host.slice(bucketInHost.length + 1) : host;
}

interface Reading {
  readonly bucket?: string;
  readonly key?: string | undefined;
}

function resourceInPath(rawPath: string): Reading {
  const path = rawPath.slice(1);
  if (path === "") {
    return {};
  }
  const slash = path.indexOf("/");
  const bucket = slash === -1 ? path : path.slice(0, slash);
  const key = slash === -1 ? "" : path.slice(slash + 1);
  return { bucket, ...(key === "" ? {} : { key: percentDecode(key) }) };
}

// A reading whose key does not decode has `key: undefined` present, which no Resource has.
function keepReadable(readings: readonly Reading[]): readonly Resource[] {
  const readable = readings.filter((reading) => !("key" in reading && reading.key === undefined));
  if (readable.length === 0) {
    throw serviceError("InvalidObjectName", {
      message: "The object name is not percent-encoded UTF-8.",
    });
  }
  return readable as readonly Resource[];
}

/** Lower-case, without port and without the dot that a full domain name may end with. */
function hostnameOf(host: string): string {
  return host.replace(/:\d+$/, "").replace(/\.$/, "").toLowerCase();
}

/** The bucket before the host's own name, "" where the host names none, undefined where there can be none. */
function bucketOfHost(hostname: string, baseHosts: readonly string[]): string | undefined {
  if (isIpOrLocalhost(hostname) || baseHosts.includes(hostname)) {
    return undefined;
  }
  const suffix = knownSuffix(hostname, baseHosts);
  if (suffix !== undefined) {
    return hostname.slice(0, -suffix.length);
  }
  const [firstLabel = ""] = hostname.split(".", 1);
  return firstLabel !== hostname && isBucketName(firstLabel) ? firstLabel : undefined;
}

function isKnownSuffix(hostname: string, baseHosts: readonly string[]): boolean {
  return knownSuffix(hostname, baseHosts) !== undefined;
}

function knownSuffix(hostname: string, baseHosts: readonly string[]): string | undefined {
  // The longest, where one name ends with another: a bucket of `eu.example.com` is none of `example.com`.
  const [base] = [...baseHosts, "localhost"]
    .filter((candidate) => hostname.endsWith(`.${candidate}`))
    .sort((left, right) => right.length - left.length);
  if (base !== undefined) {
    return `.${base}`;
  }
  return OSS_HOST_SUFFIX.exec(hostname)?.[0] ?? IPV4_SUFFIX.exec(hostname)?.[0];
}

function parseQuery(text: string): Query {
  return text
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      const name = equals === -1 ? pair : pair.slice(0, equals);
      const value = equals === -1 ? "" : pair.slice(equals + 1);
      return [decodeQueryText(name), decodeQueryText(value)] as const;
    });
}

// Go's clients write a blank as "+"; every client writes a plus as "%2B".
function decodeQueryText(text: string): string {
  const decoded = percentDecode(text.replaceAll("+", "%20"));
  if (decoded === undefined) {
    throw invalidArgument({ name: "query", value: text }, "The query is not percent-encoded UTF-8.");
  }
  return decoded;
}
