// What a failed attempt says about the network and the service's load.

import { ServiceError } from "../../protocol/errors/service-error.ts";
import { present } from "../../protocol/fields/present.ts";
import { retryAfterMsOf } from "../retry-policy.ts";
import { TransportError } from "../transport-error.ts";
import type { TransferFailure } from "./transfer-window.ts";

/** 503 and 429, whatever their code. Source: OSS, ServiceUnavailable and QpsLimitExceeded; RFC 6585. */
const THROTTLING_STATUSES: readonly number[] = [429, 503];

export function transferFailureOf(error: unknown): TransferFailure {
  return present({ kind: kindOf(error), retryAfterMs: retryAfterMsOf(error) });
}

function kindOf(error: unknown): TransferFailure["kind"] {
  if (error instanceof ServiceError) {
    if (THROTTLING_STATUSES.includes(error.status)) {
      return "throttled";
    }
    return error.code === "RequestTimeout" ? "timeout" : "other";
  }
  if (error instanceof TransportError && (error.code === "timeout" || error.code === "connection-lost")) {
    return error.code;
  }
  return "other";
}
