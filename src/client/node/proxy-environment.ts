// Which proxy a request goes through, by the environment variables that curl, Go and most other tools know.
// Source: curl's manual, "Environment"; Go, golang.org/x/net/http/httpproxy.
import { BlockList, isIP } from "node:net";

/** The proxy of one request. */
export interface HttpProxy {
  readonly scheme: "http" | "https";
  /** An IPv6 address without its brackets. */
  readonly hostname: string;
  readonly port: number;
  /** The value of Proxy-Authorization, when the URL has a user. A secret. */
  readonly authorization: string | undefined;
  /** For messages: `http://proxy.example:3128`, without the user. */
  readonly label: string;
}

export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

interface Target {
  readonly scheme: "http" | "https";
  /** An IPv6 address without its brackets. */
  readonly hostname: string;
  readonly port: number;
}

/**
 * The proxy for `target`, or undefined when it is reached directly, as hosts of this machine always are.
 *
 * `https_proxy`, `http_proxy`, `all_proxy` and `no_proxy` in either case; the lower case wins. An empty value stands
 * for none.
 *
 * @throws {TypeError} if the variable's value is no proxy that can be used
 */
export function proxyOfEnvironment(target: Target, environment: ProxyEnvironment): HttpProxy | undefined {
  const name = nameOfVariable(target.scheme, environment);
  const value = name === undefined ? undefined : environment[name]?.trim();
  if (name === undefined || !value || isLoopback(target.hostname)) {
    return undefined;
  }
  const exceptions = environment.no_proxy ?? environment.NO_PROXY ?? "";
  return isException(target, exceptions) ? undefined : parseProxy(value, name);
}

/**
 * @param text  `http://[user:password@]host[:port]`, or https; without a scheme it is http
 * @param name  where the text comes from, for the message, which must not show the text: it may have a password
 * @throws {TypeError} if it is not of this form
 */
export function parseProxy(text: string, name: string): HttpProxy {
  const whole = text.includes("://") ? text : `http://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url === undefined || url.hostname === "" || (url.protocol !== "http:" && url.protocol !== "https:")) {
    const kind = url === undefined ? "no URL" : `of the kind "${url.protocol}"`;
    throw new TypeError(`the proxy in ${name} is ${kind}; give http://host:port or https://host:port`);
  }
  const scheme = url.protocol === "https:" ? "https" : "http";
  const port = Number(url.port || (scheme === "https" ? 443 : 80));
  return {
    scheme,
    hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port,
    authorization: url.username === "" ? undefined : basicAuthorization(url),
    label: `${scheme}://${url.hostname}:${port}`,
  };
}

function basicAuthorization({ username, password }: URL): string {
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair, "utf8").toString("base64")}`;
}

function nameOfVariable(scheme: "http" | "https", environment: ProxyEnvironment): string | undefined {
  // A CGI program gets a request's header "Proxy" as HTTP_PROXY: anybody could name its proxy. Source: httpoxy.org.
  const isFromRequest = environment.REQUEST_METHOD !== undefined;
  const names =
    scheme === "https"
      ? ["https_proxy", "HTTPS_PROXY"]
      : ["http_proxy", ...(isFromRequest ? [] : ["HTTP_PROXY"])];
  return [...names, "all_proxy", "ALL_PROXY"].find((name) => environment[name] !== undefined);
}

function isLoopback(hostname: string): boolean {
  return (
    /^(?:localhost|.*\.localhost|::1)$/i.test(hostname) ||
    (isIP(hostname) === 4 && hostname.startsWith("127."))
  );
}

function isException(target: Target, exceptions: string): boolean {
  return exceptions
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => entry === "*" || matches(target, entry.toLowerCase()));
}

/** @param entry  a name with the names below it, `.name` for those below it alone, an address or a block of them */
function matches({ hostname, port }: Target, entry: string): boolean {
  const address = withoutBrackets(entry);
  const family = isIP(hostname);
  if (family !== 0 && (isIP(address) !== 0 || address.includes("/"))) {
    return isInBlock(hostname, family, address);
  }
  const [, name = "", entryPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (entryPort !== undefined && Number(entryPort) !== port) {
    return false;
  }
  const host = hostname.toLowerCase();
  const wanted = withoutBrackets(name.replace(/^\*(?=\.)/, ""));
  return wanted.startsWith(".") ? host.endsWith(wanted) : host === wanted || host.endsWith(`.${wanted}`);
}

function isInBlock(hostname: string, family: number, entry: string): boolean {
  const [network = "", prefix] = entry.split("/");
  const type = family === 6 ? "ipv6" : "ipv4";
  const length = prefix === undefined ? (family === 6 ? 128 : 32) : Number(prefix);
  if (
    isIP(network) !== family ||
    !Number.isInteger(length) ||
    length < 0 ||
    length > (family === 6 ? 128 : 32)
  ) {
    return false;
  }
  const block = new BlockList();
  block.addSubnet(network, length, type);
  return block.check(hostname, type);
}

function withoutBrackets(name: string): string {
  return name.replace(/^\[(.*)\]$/, "$1");
}
