// The act of a callback: one POST to whom the client named, if the operator allows it. The name is resolved once, what
// it resolved to is checked, and that is what the connection goes to: a name that resolves to something else a moment
// later gains nothing. Redirects are not followed.
import { promises as dns, type LookupAddress } from "node:dns";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { type CallbackHost, hostnameOf, isCallable, isListed } from "./callback-hosts.ts";
import type { CallbackBodyType } from "./parse-callback.ts";

export interface CallbackRequest {
  /** Tried in turn until one answers as it should. */
  readonly urls: readonly URL[];
  /** For the header Host. Absent: the host of the URL. */
  readonly host?: string;
  readonly body: string;
  readonly bodyType: CallbackBodyType;
  readonly bucket: string;
  readonly requestId: string;
}

export interface CallbackPolicy {
  /** Whom the operator allows to be called. */
  readonly hosts: readonly CallbackHost[];
  /** All addresses of a name. Default: the system's resolver. */
  readonly resolve?: (hostname: string) => Promise<readonly LookupAddress[]>;
  /** For one URL, from looking up its name to the end of its answer. */
  readonly timeoutMs?: number;
}

/** Nobody took the callback as it should be taken. The message is for the client. */
export class CallbackFailure extends Error {
  override readonly name = "CallbackFailure";
}

/** Source: OSS API, Callback. */
const CALLBACK_TIMEOUT_MS = 5_000;

/** Source: OSS, errors with status 203. */
const ANSWER_SIZE_MAX_BYTES = 1024 * 1024;

/** As the service names itself. */
const USER_AGENT = "http-client/0.0.1";

/**
 * @returns the JSON that the first of the URLs that took the callback answered
 * @throws {CallbackFailure} why the last one did not
 */
export async function sendCallback(callback: CallbackRequest, policy: CallbackPolicy): Promise<string> {
  let failure = new CallbackFailure("The callback has no address.");
  for (const url of callback.urls) {
    const signal = AbortSignal.timeout(policy.timeoutMs ?? CALLBACK_TIMEOUT_MS);
    try {
      return await post(url, callback, policy, signal);
    } catch (cause) {
      failure = failureOf(cause, signal);
    }
  }
  throw failure;
}

async function post(
  url: URL,
  callback: CallbackRequest,
  policy: CallbackPolicy,
  signal: AbortSignal,
): Promise<string> {
  if (!isListed(url, policy.hosts)) {
    throw new CallbackFailure(`This server makes no callbacks to ${url.host}.`);
  }
  const addresses = await orAbort(addressesOf(url, policy), signal);
  if (addresses.length === 0 || !addresses.every(({ address }) => isCallable(address, url, policy.hosts))) {
    throw new CallbackFailure(`This server makes no callbacks to where ${url.hostname} leads.`);
  }
  return readAnswer(await respond(url, callback, addresses, signal));
}

async function addressesOf(url: URL, { resolve }: CallbackPolicy): Promise<readonly LookupAddress[]> {
  const hostname = hostnameOf(url);
  const family = isIP(hostname);
  if (family !== 0) {
    return [{ address: hostname, family }];
  }
  return resolve === undefined ? dns.lookup(hostname, { all: true }) : resolve(hostname);
}

function respond(
  url: URL,
  { host, body, bodyType, bucket, requestId }: CallbackRequest,
  addresses: readonly LookupAddress[],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const bytes = Buffer.from(body, "utf8");
  const hostname = hostnameOf(url);
  const options = {
    method: "POST",
    headers: {
      host: host ?? url.host,
      connection: "close",
      "content-type": bodyType,
      "content-length": String(bytes.length),
      "user-agent": USER_AGENT,
      "x-oss-bucket": bucket,
      "x-oss-request-id": requestId,
    },
    agent: false,
    lookup: lookupAmong(addresses),
    signal,
    // By the URL's name, whatever the header Host says.
    ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
  } as const;
  return new Promise((resolve, reject) => {
    const request = url.protocol === "https:" ? requestHttps(url, options) : requestHttp(url, options);
    request.on("response", resolve).on("error", reject).end(bytes);
  });
}

/** Node's connections ask it instead of the resolver; for an address in the URL they ask nobody. */
function lookupAmong(addresses: readonly LookupAddress[]): LookupFunction {
  return (_hostname, { all }, done) => {
    const [first] = addresses;
    if (all || first === undefined) {
      done(null, [...addresses]);
    } else {
      done(null, first.address, first.family);
    }
  };
}

async function readAnswer(response: IncomingMessage): Promise<string> {
  try {
    if (response.statusCode !== 200) {
      // The service's own words.
      throw new CallbackFailure(`Error status : ${response.statusCode}.`);
    }
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      sizeBytes += chunk.length;
      if (sizeBytes > ANSWER_SIZE_MAX_BYTES) {
        throw new CallbackFailure(`The answer is larger than ${ANSWER_SIZE_MAX_BYTES} bytes.`);
      }
      chunks.push(chunk);
    }
    return jsonText(Buffer.concat(chunks));
  } finally {
    response.destroy();
  }
}

function jsonText(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    JSON.parse(text);
    return text;
  } catch (cause) {
    // The service's own words.
    throw new CallbackFailure("Response body is not valid json format.", { cause });
  }
}

/** Rejects when the signal aborts first; a look-up cannot be stopped. */
function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** What went wrong on the way is told without its details: they would let a client look around in the network. */
function failureOf(cause: unknown, signal: AbortSignal): CallbackFailure {
  if (cause instanceof CallbackFailure) {
    return cause;
  }
  const message = signal.aborted ? "The callback took too long." : "The callback could not be sent.";
  return new CallbackFailure(message, { cause });
}
