// What the conditions of policies may ask about a request.
import { type Headers, type Query, queryValue } from "../../protocol/http-message.ts";
import { plainAddress } from "./address-range.ts";
import type { Facts } from "./policy.ts";

export interface AskedRequest {
  readonly query: Query;
  readonly headers: Headers;
  /** Of the operation, such as `oss:ListObjects`. */
  readonly permission: string;
  readonly accessKeyId?: string | undefined;
  /** Of the connection; what a header says about it counts for nothing. */
  readonly clientAddress?: string | undefined;
  /** Whether the connection is TLS. */
  readonly isEncrypted: boolean;
  readonly nowMs: number;
}

/** Listings of a bucket. One that names no prefix asks for the empty one. */
const LISTINGS: readonly string[] = ["oss:ListMultipartUploads", "oss:ListObjects", "oss:ListObjectVersions"];

/** Gathered when the first of them is asked for: most requests meet no policy with a condition. */
export function factsOf(asked: AskedRequest): Facts {
  let gathered: Facts | undefined;
  return {
    get: (key) => {
      gathered ??= gatherFacts(asked);
      return gathered.get(key);
    },
  };
}

function gatherFacts({ query, headers, permission, ...request }: AskedRequest): Facts {
  const listed = (name: string) =>
    LISTINGS.includes(permission) ? (queryValue(query, name) ?? "") : undefined;
  const facts: readonly (readonly [key: string, value: string | undefined])[] = [
    ["acs:accessid", request.accessKeyId],
    ["acs:currenttime", new Date(request.nowMs).toISOString()],
    ["acs:securetransport", String(request.isEncrypted)],
    ["acs:sourceip", request.clientAddress && plainAddress(request.clientAddress)],
    ["acs:useragent", headers["user-agent"]],
    ["oss:delimiter", listed("delimiter")],
    ["oss:prefix", listed("prefix")],
    ["oss:x-oss-acl", headers["x-oss-acl"]],
    ["oss:x-oss-object-acl", headers["x-oss-object-acl"]],
  ];
  return new Map(facts.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
}
