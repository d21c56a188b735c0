// CORS as an act: which bucket a request from a page of another origin is about, and what its rules say. A request
// without Origin costs nothing here: no bucket is read.

import { serviceError } from "../../protocol/errors/known-error.ts";
import {
  type CrossOriginRequest,
  decodePreflight,
  encodeGrant,
  encodePreflight,
  VARIES_BY_ORIGIN,
} from "../../protocol/fields/cors-headers.ts";
import type { CorsConfiguration } from "../../protocol/fields/cors-rule.ts";
import type { Headers, Resource, ResponseMessage } from "../../protocol/http-message.ts";
import type { BucketRecord } from "../../storage/records.ts";
import { StorageError } from "../../storage/storage-error.ts";
import type { ServiceContext } from "../service-context.ts";
import { grantOf, variesByOrigin } from "./cors-rules.ts";

/** Source: the pages of these ECs. */
const NOT_ENABLED_EC = "0003-00000601";
const NOT_ALLOWED_EC = "0003-00000602";

/** The name of a bucket's configuration in the store. Its text is a `CorsConfiguration` in JSON. */
export const CORS_CONFIGURATION = "cors";

export function corsConfigurationOf({ configurations }: BucketRecord): CorsConfiguration | undefined {
  const text = configurations[CORS_CONFIGURATION];
  return text === undefined ? undefined : JSON.parse(text);
}

/**
 * The answer to a browser's question whether a page may send a request. Nobody signs it, so of several readings the
 * first one whose bucket exists counts.
 *
 * @throws {ServiceError} BadRequest, MethodNotAllowed, AccessForbidden @throws {StorageError} bucket-missing
 */
export async function answerPreflight(
  headers: Headers,
  candidates: readonly Resource[],
  context: ServiceContext,
): Promise<ResponseMessage> {
  const request = decodePreflight(headers);
  if (candidates.every(({ bucket }) => bucket === undefined)) {
    throw serviceError("MethodNotAllowed", { fields: { ResourceType: "Service", Method: "OPTIONS" } });
  }
  const [bucket] = await existingBuckets(candidates, context);
  if (bucket === undefined) {
    throw new StorageError("bucket-missing", "no bucket of a preflight's readings exists");
  }
  const configuration = corsConfigurationOf(bucket);
  if (configuration === undefined) {
    throw serviceError("AccessForbidden", {
      message: "CORSResponse: CORS is not enabled for this bucket.",
      ec: NOT_ENABLED_EC,
    });
  }
  const grant = grantOf(configuration, request);
  if (grant === undefined) {
    throw serviceError("AccessForbidden", { ec: NOT_ALLOWED_EC });
  }
  return encodePreflight(grant);
}

/** What the answer to one request says to the browser, once it is known which bucket the request is about. */
export interface CrossOriginAnswer {
  /** @param resource  the reading that was signed; undefined when that is not known */
  headersFor(resource: Resource | undefined): Headers;
}

/** Reads the rules before the request is served, for afterwards they, or their bucket, may be gone. */
export async function prepareCrossOriginAnswer(
  { method, headers }: { readonly method: string; readonly headers: Headers },
  candidates: readonly Resource[],
  context: ServiceContext,
): Promise<CrossOriginAnswer | undefined> {
  const { origin = "" } = headers;
  if (origin === "") {
    return undefined;
  }
  const buckets = await existingBuckets(candidates, context);
  const configurations = new Map(buckets.map((bucket) => [bucket.name, corsConfigurationOf(bucket)]));
  return {
    headersFor(resource) {
      const name = resource === undefined ? buckets[0]?.name : resource.bucket;
      const configuration = configurations.get(name ?? "");
      return configuration === undefined ? {} : headersOf(configuration, { origin, method, headerNames: [] });
    },
  };
}

function headersOf(configuration: CorsConfiguration, request: CrossOriginRequest): Headers {
  const grant = grantOf(configuration, request);
  if (grant !== undefined) {
    return encodeGrant(grant);
  }
  return variesByOrigin(configuration) ? VARIES_BY_ORIGIN : {};
}

async function existingBuckets(
  candidates: readonly Resource[],
  { store }: ServiceContext,
): Promise<readonly BucketRecord[]> {
  const names = new Set(candidates.flatMap(({ bucket }) => (bucket === undefined ? [] : [bucket])));
  const buckets = await Promise.all([...names].map((name) => store.metadata.getBucket(name)));
  return buckets.filter((bucket) => bucket !== undefined);
}
