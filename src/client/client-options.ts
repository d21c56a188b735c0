// From what a user says about the service to what every call needs.

import type { Endpoint } from "../protocol/addressing/endpoint.ts";
import { assembleCaller, type CommonClientOptions, regionOf } from "./assemble-caller.ts";
import type { Caller } from "./call.ts";
import { ClientConnections } from "./client-connections.ts";
import { type Auth, createCredentialsSource } from "./credentials-source.ts";
import { BandwidthLimit } from "./flow/bandwidth-limit.ts";
import { GoodputMemory } from "./flow/goodput-memory.ts";
import { OutageWatch, RETRY_FOR_DEFAULT_MS } from "./outage.ts";
import type { Platform } from "./platform.ts";
import { createRequestSigner } from "./request-signer.ts";
import { SharedTraffic } from "./shared-traffic.ts";
import { type Signature, v1Signature, v4Signature } from "./signatures.ts";

export interface ClientOptions extends CommonClientOptions {
  /** Default `v4`. V1 needs no region; use it for services that know no other. */
  readonly signatureVersion?: "v1" | "v4" | undefined;
  /** Bytes a second of all uploads and downloads of this client together, from BANDWIDTH_MIN; default: no limit. */
  readonly maxBandwidth?: number | undefined;
  /**
   * How long a service that has answered before, and cannot be reached now, is waited for after the attempts are used up, in
   * milliseconds from 0, since the first failure after its last answer. Answers such as 403 or 503 are no outage. Default
   * 120,000; where `attempts` is given, 0.
   */
  readonly retryForMs?: number | undefined;
  /** The same one for several clients: their transfers to one host share places and bandwidth. Default: one of its own. */
  readonly traffic?: SharedTraffic | undefined;
}

/** With connections that can be closed for good. */
export interface ClosableCaller extends Caller {
  close(): void;
}

/**
 * @throws {TypeError} for an unusable endpoint or credentials
 * @throws {RangeError} for a number outside its range
 * @throws {ClientError} region-unknown
 */
export function createCaller(
  auth: Auth,
  endpointText: string,
  options: ClientOptions,
  platform: Platform<never>,
): ClosableCaller {
  const { clock, createWindow, measurements } = platform;
  const now = () => clock.now();
  const caller = assembleCaller(endpointText, options, platform, (endpoint) =>
    createRequestSigner({
      credentials: createCredentialsSource(auth, now),
      signature: signatureOf(options, endpoint, platform),
      now,
    }),
  );
  const { maxBandwidth, attempts, retryForMs = attempts === undefined ? RETRY_FOR_DEFAULT_MS : 0 } = options;
  if (!Number.isSafeInteger(retryForMs) || retryForMs < 0) {
    throw new RangeError(`retryForMs must be an integer from 0, but is ${retryForMs}`);
  }
  const connections = new ClientConnections(caller.transport, { isOwn: options.transport === undefined });
  const { traffic = new SharedTraffic() } = options;
  const { host } = caller.endpoint;
  const watch = new OutageWatch(connections, clock, retryForMs);
  return {
    ...caller,
    transport: watch,
    clock: connections.clockUntilClosed(clock),
    // A window may serve other clients too, and looks at the time again when its wait has ended: by a clock that was closed it
    // would do so without a pause.
    createWindow: (concurrency) => createWindow(concurrency, clock),
    callPatience: retryForMs === 0 ? undefined : () => watch.callPatience(),
    close: () => connections.close(),
    ...traffic.of(host, () => ({
      window: caller.window,
      ...(maxBandwidth === undefined
        ? { memory: new GoodputMemory({ host, measurements, now }), bandwidth: undefined }
        : // What is held back shows nothing of the way to the service.
          { memory: undefined, bandwidth: new BandwidthLimit(maxBandwidth, clock) }),
    })),
  };
}

function signatureOf(
  options: ClientOptions,
  endpoint: Endpoint,
  { crypto, defaultRegion }: Platform<never>,
): Signature {
  const { signatureVersion = "v4" } = options;
  if (signatureVersion === "v1") {
    return v1Signature(crypto);
  }
  if (signatureVersion !== "v4") {
    throw new TypeError(`signatureVersion must be "v4" or "v1", but is ${JSON.stringify(signatureVersion)}`);
  }
  return v4Signature(regionOf(options, endpoint, defaultRegion), crypto);
}
