// Keys of the RAM role of the ECS instance that this process runs on: nothing secret is kept anywhere, and the instance's
// metadata service gives a new key before the old one ends.
// Source: ECS, instance metadata, security hardening mode; instance RAM roles.
import { parseEndpoint, requestAddress } from "../../protocol/addressing/endpoint.ts";
import type { Headers, Method } from "../../protocol/http-message.ts";
import type { TemporaryCredentials } from "../credentials-source.ts";
import { createNodeTransport } from "./node-transport.ts";

export interface EcsRamRoleOptions {
  /** Default: the one that the instance has, which the metadata service is asked for. */
  readonly roleName?: string | undefined;
  /** Default `http://100.100.100.200`, which every instance reaches and nobody else. */
  readonly metadataUrl?: string | undefined;
  /**
   * Whether to do without a token where the metadata service gives none; default true. With false, a request that is
   * tricked out of the process (SSRF) gets no key either.
   */
  readonly allowsPlainMode?: boolean | undefined;
}

const METADATA_URL = "http://100.100.100.200";
const ROLES = "/latest/meta-data/ram/security-credentials/";
/** It is beside the machine; where it does not answer at once, this is no instance. */
const CONNECT_TIMEOUT_MS = 1_000;
const TIMEOUT_MS = 5_000;
/** Each key is asked for with a token of its own. */
const TOKEN_SECONDS = "60";
const ANSWER_SIZE_MAX_BYTES: number = 16 * 1024;
const ROLE_NAME = /^[\w.@-]{1,64}$/;

/**
 * A function that gets the current key of an instance's RAM role, to be given to `new Bucket` in place of a key. The
 * client asks again a minute before a key ends, and when the service refuses it.
 *
 * The function rejects with an Error that says what the metadata service answered, or that there is none.
 *
 * @throws {TypeError} if `roleName` is no role's name or `metadataUrl` cannot be used
 */
export function ecsRamRole(options: EcsRamRoleOptions = {}): () => Promise<TemporaryCredentials> {
  const { roleName, metadataUrl = METADATA_URL, allowsPlainMode = true } = options;
  if (roleName !== undefined && !ROLE_NAME.test(roleName)) {
    throw new TypeError(`${JSON.stringify(roleName)} is no name of a RAM role`);
  }
  const endpoint = parseEndpoint(metadataUrl);
  return async () => {
    // One for each time: to close one that others ask with would end what they wait for. The metadata service is never
    // behind a proxy.
    const transport = createNodeTransport({ proxy: "none", connectTimeoutMs: CONNECT_TIMEOUT_MS });
    const ask = async (method: Method, path: string, headers: Headers): Promise<Answer> => {
      const address = { ...requestAddress(endpoint, {}, []), target: path };
      const response = await transport.send({ method, address, headers, timeoutMs: TIMEOUT_MS });
      return { status: response.status, text: await response.text(ANSWER_SIZE_MAX_BYTES) };
    };
    try {
      const headers = await tokenHeaders(ask, allowsPlainMode);
      const name = roleName ?? (await askFor(ask, ROLES, headers)).trim();
      if (!ROLE_NAME.test(name)) {
        throw new Error("the instance has no RAM role; attach one to it, or name another source of keys");
      }
      return credentialsIn(await askFor(ask, `${ROLES}${name}`, headers), name);
    } finally {
      transport.close();
    }
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

type Ask = (method: Method, path: string, headers: Headers) => Promise<Answer>;

async function tokenHeaders(ask: Ask, allowsPlainMode: boolean): Promise<Headers> {
  const { status, text } = await ask("PUT", "/latest/api/token", {
    "x-aliyun-ecs-metadata-token-ttl-seconds": TOKEN_SECONDS,
  });
  const token = text.trim();
  if (status === 200 && token !== "") {
    return { "x-aliyun-ecs-metadata-token": token };
  }
  if (!allowsPlainMode) {
    throw new Error(`the metadata service gives no token: it answered ${status}`);
  }
  return {};
}

async function askFor(ask: Ask, path: string, headers: Headers): Promise<string> {
  const { status, text } = await ask("GET", path, headers);
  if (status !== 200) {
    const why = status === 404 && path !== ROLES ? ": the instance has no such role" : "";
    throw new Error(`the metadata service answered ${status} for ${path}${why}`);
  }
  return text;
}

/** Nothing of the answer gets into a message, for it may hold a key. */
function credentialsIn(text: string, roleName: string): TemporaryCredentials {
  const { Code, AccessKeyId, AccessKeySecret, SecurityToken, Expiration } = parsed(text);
  const expiration = new Date(String(Expiration));
  const isWhole =
    Code === "Success" && isText(AccessKeyId) && isText(AccessKeySecret) && isText(SecurityToken);
  if (!isWhole || Number.isNaN(expiration.getTime())) {
    throw new Error(`the metadata service answered with no usable key of role ${roleName}`);
  }
  return {
    accessKeyId: AccessKeyId,
    accessKeySecret: AccessKeySecret,
    securityToken: SecurityToken,
    expiration,
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
