// CORS on the wire: what a browser asks of a service before it lets a page of another origin use it, and what it wants to
// read in every answer. A preflight is no operation of the table: nobody signs it, and it changes and reads nothing.
// Source: OSS API, OptionObject; the Fetch standard, 3.2 (CORS protocol).

import { serviceError } from "../errors/known-error.ts";
import type { ServiceError } from "../errors/service-error.ts";
import type { Headers, ResponseMessage } from "../http-message.ts";
import { presentHeaders } from "./present.ts";

/** What a page of `origin` wants to send. */
export interface CrossOriginRequest {
  readonly origin: string;
  readonly method: string;
  /** Lower-case names. Empty for a request that is no preflight: the browser has asked before. */
  readonly headerNames: readonly string[];
}

/** What a bucket allows a page. */
export interface CrossOriginGrant {
  /** The origin, or `*` for any. */
  readonly origin: string;
  readonly methods: readonly string[];
  readonly headerNames: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds?: number;
  /** Whether another origin may get another answer, so that a cache must not give this one to it. */
  readonly variesByOrigin: boolean;
}

/** Keeps a cache from giving the answer for one origin to another. */
export const VARIES_BY_ORIGIN: Headers = { vary: "Origin" };

/** @throws {ServiceError} BadRequest when `Origin` or `Access-Control-Request-Method` is missing */
export function decodePreflight(headers: Headers): CrossOriginRequest {
  const { origin = "", "access-control-request-method": method = "" } = headers;
  if (origin === "") {
    throw insufficient("Origin request header needed", "0034-00000101");
  }
  if (method === "") {
    throw insufficient("Request Access-Control-Request-Method header needed", "0034-00000102");
  }
  const headerNames = (headers["access-control-request-headers"] ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  return { origin, method, headerNames };
}

export function encodePreflight(grant: CrossOriginGrant): ResponseMessage {
  return {
    status: 200,
    headers: presentHeaders({
      ...encodeGrant(grant),
      "access-control-allow-headers": listed(grant.headerNames),
      "access-control-max-age": grant.maxAgeSeconds?.toString(),
    }),
  };
}

/** The headers that let a page read an answer. */
export function encodeGrant(grant: CrossOriginGrant): Headers {
  return presentHeaders({
    "access-control-allow-origin": grant.origin,
    "access-control-allow-methods": listed(grant.methods),
    "access-control-expose-headers": listed(grant.exposeHeaders),
    ...(grant.variesByOrigin ? VARIES_BY_ORIGIN : {}),
  });
}

function listed(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : names.join(", ");
}

function insufficient(what: string, ec: string): ServiceError {
  return serviceError("BadRequest", { message: `Insufficient information. ${what}.`, ec });
}
