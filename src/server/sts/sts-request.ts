// Requests to the token service, which stands beside the buckets: at the root of the service, with an action where OSS has
// none. There are two ways to write one. RPC style has everything, the signature too, in the parameters; ACS3 has the
// action and the signature in headers.
// Source: Alibaba Cloud OpenAPI, RPC request structure, V3 request structure and signature.
import type { Headers, Query, RequestMessage, Resource } from "../../protocol/http-message.ts";
import { queryValue } from "../../protocol/http-message.ts";
import { gatherBody } from "../gather-body.ts";
import type { RequestBody } from "../service-context.ts";
import { StsError } from "./sts-error.ts";

export interface StsRequest {
  readonly style: "acs3" | "rpc";
  readonly method: string;
  readonly headers: Headers;
  /** Of the URL. */
  readonly query: Query;
  /** Of URL and body; of a repeated name the first counts. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  /** Such as AssumeRole. */
  readonly action: string;
  /** Such as 2015-04-01. */
  readonly version: string;
}

const BODY_SIZE_MAX_BYTES = 64 * 1024;
const FORM = /^\s*application\/x-www-form-urlencoded\s*(?:;|$)/i;

/** Whether a request is about no bucket and names an action, or may name one in a form. */
export function isForSts(
  { method, headers, query }: RequestMessage,
  candidates: readonly Resource[],
): boolean {
  const isAtRoot = candidates.some(({ bucket }) => bucket === undefined);
  const hasAction = headers["x-acs-action"] !== undefined || queryValue(query, "Action") !== undefined;
  const isForm = method === "POST" && FORM.test(headers["content-type"] ?? "");
  return isAtRoot && (method === "GET" || method === "POST") && (hasAction || isForm);
}

/** @throws {StsError} MissingAction, RequestTooLarge @throws {ServiceError} RequestTimeout */
export async function readStsRequest(
  { method, headers, query }: RequestMessage,
  { chunks }: RequestBody,
): Promise<StsRequest> {
  // What is made of it is answered at once, without a wait.
  using gathered = await gatherBody(chunks, { sizeMaxBytes: BODY_SIZE_MAX_BYTES, tooLarge });
  const body = gathered.bytes;
  const form = FORM.test(headers["content-type"] ?? "")
    ? [...new URLSearchParams(body.toString("utf8"))]
    : [];
  const parameters = new Map([...query, ...form].toReversed());
  const action = headers["x-acs-action"] ?? parameters.get("Action");
  if (action === undefined) {
    throw new StsError("MissingAction", 400, "Action is mandatory for this action.");
  }
  return {
    style: headers["x-acs-action"] === undefined ? "rpc" : "acs3",
    ...{ method, headers, query, parameters, body, action },
    version: headers["x-acs-version"] ?? parameters.get("Version") ?? "",
  };
}

const tooLarge = () =>
  new StsError("RequestTooLarge", 400, `The request is larger than ${BODY_SIZE_MAX_BYTES} bytes.`);
