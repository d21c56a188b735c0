// Targets of requests, signed with V4 in the query.
import { nodeCrypto } from "../../src/client/node/node-crypto.ts";
import { v4Signature } from "../../src/client/signatures.ts";
import { parseEndpoint, requestAddress } from "../../src/protocol/addressing/endpoint.ts";
import type { Method, Resource } from "../../src/protocol/http-message.ts";
import type { Credentials } from "../../src/protocol/signing/credentials.ts";
import { DEFAULT_REGION } from "../../src/server/index.ts";

export type SignTarget = (
  method: Method,
  resource: Resource,
  query?: readonly (readonly [string, string])[],
) => Promise<string>;

/** Longer than any bench takes. */
const LIFE_SECONDS = 24 * 3_600;

export function targetSigner(endpoint: string, credentials: Credentials): SignTarget {
  const parsed = parseEndpoint(endpoint);
  const { presign } = v4Signature(DEFAULT_REGION, nodeCrypto);
  return async (method, resource, query = []) => {
    const request = { method, resource, query: [...query], headers: {} };
    const signed = await presign?.(request, {
      credentials,
      time: new Date(),
      expiresInSeconds: LIFE_SECONDS,
    });
    return requestAddress(parsed, resource, signed?.query ?? []).target;
  };
}
