// Presigned URLs: whoever has one may make one kind of request without a key of their own.
import { formatAddress, requestAddress } from "../protocol/addressing/endpoint.ts";
import { queryPairs } from "../protocol/fields/query-pairs.ts";
import type { Headers, Method, Resource } from "../protocol/http-message.ts";
import { PRESIGNED_V4_EXPIRES_MAX_SECONDS } from "../protocol/limits.ts";
import type { Caller } from "./call.ts";

export interface SignUrlOptions {
  /** 1 … 604,800 (seven days). */
  readonly expiresInSeconds: number;
  /** Such as `{ partNumber: 1, uploadId }`; `true` writes a bare mark. */
  readonly query?: Readonly<Record<string, number | string | true | undefined>>;
  /** Those among them that are signed, content-type, content-md5 and x-oss-*, must be sent with the URL as they are. */
  readonly headers?: Headers;
}

export async function signUrl(
  caller: Caller,
  method: Method,
  resource: Resource,
  { expiresInSeconds, query = {}, headers = {} }: SignUrlOptions,
): Promise<string> {
  const isInRange = expiresInSeconds >= 1 && expiresInSeconds <= PRESIGNED_V4_EXPIRES_MAX_SECONDS;
  if (!Number.isInteger(expiresInSeconds) || !isInRange) {
    throw new RangeError(
      `expiresInSeconds must be an integer from 1 to ${PRESIGNED_V4_EXPIRES_MAX_SECONDS}, but is ${expiresInSeconds}`,
    );
  }
  const { presign } = caller.signer;
  if (presign === undefined) {
    throw new TypeError("this client does not sign URLs");
  }
  const lowerCaseHeaders = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const request = { method, resource, query: queryPairs(query), headers: lowerCaseHeaders };
  const signed = await presign(request, expiresInSeconds);
  return formatAddress(requestAddress(caller.endpoint, signed.resource, signed.query));
}
