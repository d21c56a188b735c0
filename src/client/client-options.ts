// From what a user says about the service to what every call needs.

import {
  type Addressing,
  type Endpoint,
  parseEndpoint,
  regionOfEndpoint,
} from "../protocol/addressing/endpoint.ts";
import { oss } from "../protocol/dialects/oss.ts";
import type { Caller } from "./call.ts";
import { ClientError } from "./client-error.ts";
import { type Auth, createCredentialsSource } from "./credentials-source.ts";
import { BandwidthLimit } from "./flow/bandwidth-limit.ts";
import { GoodputMemory } from "./flow/goodput-memory.ts";
import { createTransferWindow, type TransferConcurrency } from "./flow/transfer-concurrency.ts";
import type { Platform } from "./platform.ts";
import { createRequestSigner, type RequestSigner } from "./request-signer.ts";
import { ATTEMPT_COUNT_DEFAULT } from "./retry-policy.ts";
import { type Signature, v1Signature, v4Signature } from "./signatures.ts";
import type { Transport } from "./transport.ts";

export interface ClientOptions {
  /** Such as `cn-hangzhou`. Default: OSS_REGION in Node, then what `oss-<region>.aliyuncs.com` says. */
  readonly region?: string | undefined;
  /** Default `v4`. V1 needs no region; use it for services that know no other. */
  readonly signatureVersion?: "v1" | "v4" | undefined;
  /** Where the bucket's name goes. Default: into the path for an IP address or localhost, else into the host. */
  readonly addressing?: Addressing | undefined;
  /** The longest time without any byte moving, in milliseconds, from 1; default 60,000. No limit on the whole. */
  readonly timeoutMs?: number | undefined;
  /** How often a request is sent at most, from 1; default 5. */
  readonly attempts?: number | undefined;
  /**
   * How many transfers run side by side, of all uploads of this client together. Default `auto`: as many as carry the
   * most, found by measuring.
   */
  readonly concurrency?: TransferConcurrency | undefined;
  /** Bytes a second that all uploads of this client send together, from BANDWIDTH_MIN; default: no limit. */
  readonly maxBandwidth?: number | undefined;
  /** Default: connections of this client's own. */
  readonly transport?: Transport | undefined;
}

const TIMEOUT_DEFAULT_MS = 60_000;

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
): Caller {
  return assembleCaller(endpointText, options, platform, (endpoint) => {
    const now = () => platform.clock.now();
    return createRequestSigner({
      credentials: createCredentialsSource(auth, now),
      signature: signatureOf(options, endpoint, platform.defaultRegion),
      crypto: platform.crypto,
      now,
    });
  });
}

/**
 * A caller whose requests are signed by what `createSigner` makes.
 *
 * @throws {TypeError} for an unusable endpoint
 * @throws {RangeError} for a number outside its range
 */
export function assembleCaller(
  endpointText: string,
  options: Omit<ClientOptions, "region" | "signatureVersion">,
  platform: Platform<never>,
  createSigner: (endpoint: Endpoint) => RequestSigner,
): Caller {
  const { addressing, timeoutMs = TIMEOUT_DEFAULT_MS, attempts = ATTEMPT_COUNT_DEFAULT } = options;
  const { concurrency = "auto", maxBandwidth } = options;
  assertPositiveInteger("timeoutMs", timeoutMs);
  assertPositiveInteger("attempts", attempts);
  const endpoint = parseEndpoint(endpointText, addressing === undefined ? {} : { addressing });
  const { measurements, clock } = platform;
  return {
    endpoint,
    dialect: oss,
    signer: createSigner(endpoint),
    transport: options.transport ?? platform.transport,
    window: createTransferWindow(concurrency, { clock: platform.clock, sizeMax: platform.concurrencyMax }),
    memory: new GoodputMemory({ host: endpoint.host, measurements, now: () => clock.now() }),
    bandwidth: maxBandwidth === undefined ? undefined : new BandwidthLimit(maxBandwidth, platform.clock),
    clock: platform.clock,
    random: platform.random,
    timeoutMs,
    attemptCountMax: attempts,
    userAgent: platform.userAgent,
    md5: platform.md5,
  };
}

/**
 * The region that a V4 signature names: what the user says, what the platform knows, what the endpoint tells.
 *
 * @throws {ClientError} region-unknown
 */
export function regionOf(
  { region }: Pick<ClientOptions, "region">,
  endpoint: Endpoint,
  defaultRegion?: string,
): string {
  const known = region || defaultRegion || regionOfEndpoint(endpoint);
  if (!known) {
    throw new ClientError(
      "region-unknown",
      `a V4 signature names the region, and ${endpoint.host} does not tell it; ` +
        'give { region: "cn-hangzhou" } or set OSS_REGION',
    );
  }
  // GetBucketLocation answers "oss-cn-hangzhou", and so people write it.
  return known.replace(/^oss-/, "");
}

function signatureOf(
  options: ClientOptions,
  endpoint: Endpoint,
  defaultRegion: string | undefined,
): Signature {
  const { signatureVersion = "v4" } = options;
  if (signatureVersion === "v1") {
    return v1Signature;
  }
  if (signatureVersion !== "v4") {
    throw new TypeError(`signatureVersion must be "v4" or "v1", but is ${JSON.stringify(signatureVersion)}`);
  }
  return v4Signature(regionOf(options, endpoint, defaultRegion));
}

function assertPositiveInteger(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`${name} must be an integer from 1, but is ${value}`);
  }
}
