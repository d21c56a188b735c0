// What every call needs, from what a user says and what the platform has: as much of it as all platforms have.
import {
  type Addressing,
  type Endpoint,
  parseEndpoint,
  regionOfEndpoint,
} from "../protocol/addressing/endpoint.ts";
import { oss } from "../protocol/dialects/oss.ts";
import type { Caller } from "./call.ts";
import { ClientError } from "./client-error.ts";
import type { TransferConcurrency } from "./flow/transfer-window.ts";
import type { UploadPlatform } from "./platform.ts";
import type { RequestSigner } from "./request-signer.ts";
import { ATTEMPT_COUNT_DEFAULT } from "./retry-policy.ts";
import type { Transport } from "./transport.ts";

/** What users of every platform may say about the service. */
export interface CommonClientOptions {
  /** Such as `cn-hangzhou`. Default: OSS_REGION in Node, then what `oss-<region>.aliyuncs.com` says. */
  readonly region?: string | undefined;
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
  /** Default: connections of this client's own. */
  readonly transport?: Transport | undefined;
}

const TIMEOUT_DEFAULT_MS = 60_000;

/**
 * A caller whose requests are signed by what `createSigner` makes.
 *
 * @throws {TypeError} for an unusable endpoint
 * @throws {RangeError} for a number outside its range
 */
export function assembleCaller(
  endpointText: string,
  options: CommonClientOptions,
  platform: UploadPlatform<never>,
  createSigner: (endpoint: Endpoint) => RequestSigner,
): Caller {
  const { addressing, timeoutMs = TIMEOUT_DEFAULT_MS, attempts = ATTEMPT_COUNT_DEFAULT } = options;
  const { concurrency = "auto" } = options;
  assertPositiveInteger("timeoutMs", timeoutMs);
  assertPositiveInteger("attempts", attempts);
  const endpoint = parseEndpoint(endpointText, addressing === undefined ? {} : { addressing });
  const { clock, connectivity, createWindow, loadRecovery } = platform;
  return {
    endpoint,
    dialect: oss,
    signer: createSigner(endpoint),
    transport: options.transport ?? platform.transport,
    createWindow,
    loadRecovery,
    window: createWindow(concurrency, clock),
    memory: undefined,
    bandwidth: undefined,
    clock,
    connectivity,
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
  { region }: Pick<CommonClientOptions, "region">,
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

function assertPositiveInteger(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`${name} must be an integer from 1, but is ${value}`);
  }
}
