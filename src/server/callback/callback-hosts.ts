// Whom this server may call. A callback's address comes from the client, so without a list of hosts anyone with a key
// could make the server speak to what stands behind it: itself, its neighbours, its cloud's metadata service.
import { BlockList, isIP, isIPv4 } from "node:net";

export interface CallbackHost {
  /** As in a URL, but without brackets. */
  readonly hostname: string;
  /** Absent: the port of the URL's scheme. */
  readonly port?: number;
}

/**
 * Reads an entry of the operator's list: `HOST` or `HOST:PORT`, an IPv6 address in brackets.
 *
 * @throws {RangeError} when it is neither
 */
export function parseCallbackHost(text: string): CallbackHost {
  const match = /^(\[[0-9a-f:.]+\]|[^\s/:@?#\\[\]]+)(?::(\d{1,5}))?$/i.exec(text);
  const hostname = match && URL.parse(`http://${match[1]}/`)?.hostname;
  const port = match?.[2] === undefined ? undefined : Number(match[2]);
  if (!hostname || (port !== undefined && (port < 1 || port > 65_535))) {
    throw new RangeError(`"${text}" is no host for callbacks: write HOST or HOST:PORT`);
  }
  return port === undefined ? { hostname: bare(hostname) } : { hostname: bare(hostname), port };
}

/** The host that a URL names: a name, or an address without brackets. */
export function hostnameOf(url: URL): string {
  return bare(url.hostname);
}

/** Whether the operator listed the host that the URL names, with the URL's port. */
export function isListed(url: URL, hosts: readonly CallbackHost[]): boolean {
  return isListedHostname(hostnameOf(url), url, hosts);
}

/**
 * Whether the server may connect to an address that a listed name resolved to. A name is the business of whoever runs
 * its zone; so a listed name leads to public addresses only, unless the operator listed the very address too.
 */
export function isCallable(address: string, url: URL, hosts: readonly CallbackHost[]): boolean {
  return isPublicUnicast(address) || isListedHostname(address, url, hosts);
}

function isListedHostname(hostname: string, url: URL, hosts: readonly CallbackHost[]): boolean {
  const schemePort = url.protocol === "https:" ? 443 : 80;
  const port = url.port === "" ? schemePort : Number(url.port);
  return hosts.some((host) => host.hostname === hostname && (host.port ?? schemePort) === port);
}

/** Without the brackets around an IPv6 address, and without the dot at the end of a name. */
function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
}

function isPublicUnicast(address: string): boolean {
  if (isIPv4(address)) {
    return !specialIpv4.check(address, "ipv4");
  }
  return isIP(address) === 6 && globalIpv6.check(address, "ipv6") && !specialIpv6.check(address, "ipv6");
}

// Source: the IANA registries of special-purpose addresses; RFC 6890.
const specialIpv4 = blockList("ipv4", [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  // Shared by carriers, and where Alibaba Cloud has its metadata service.
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  // Multicast, reserved and broadcast.
  ["224.0.0.0", 3],
]);

/** Outside it are loopback, link-local, unique local, multicast, mapped IPv4 and NAT64. */
const globalIpv6 = blockList("ipv6", [["2000::", 3]]);

const specialIpv6 = blockList("ipv6", [
  // Protocol assignments, Teredo among them, which holds an IPv4 address as 6to4 does.
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
]);

function blockList(
  family: "ipv4" | "ipv6",
  subnets: readonly (readonly [network: string, prefixBits: number])[],
): BlockList {
  const list = new BlockList();
  for (const [network, prefixBits] of subnets) {
    list.addSubnet(network, prefixBits, family);
  }
  return list;
}
