// Reading who says to have sent a request, and how it was signed. Nothing is believed here: see verifyAuthentication().
import { serviceError } from "../errors/known-error.ts";
import { type Query, queryValue, type RequestMessage } from "../http-message.ts";
import type {
  Authentication,
  V1UrlAuthentication,
  V4HeaderAuthentication,
  V4UrlAuthentication,
} from "./authentication.ts";
import {
  authenticatedTwice,
  invalidAuthorizationHeader,
  securityTokenNotInUrl,
} from "./authentication-errors.ts";
import {
  invalidParameter,
  parseHeaderList,
  requiredParameter,
  tokenProperty,
} from "./authentication-fields.ts";
import { oss4Words } from "./oss4-words.ts";
import { parseV2Header, parseV2Url } from "./parse-v2-authentication.ts";
import { V1_SECURITY_TOKEN_HEADER, v1QueryNames } from "./v1-signature.ts";
import { V2_ALGORITHM } from "./v2-signature.ts";
import { parseV4Credential } from "./v4-scope.ts";

const V1_AUTHORIZATION = /^OSS +([^:\s]+):(\S+)$/;
/** Any of these says that the sender meant to presign. `x-oss-date` and others occur for other reasons too. */
const V1_QUERY_MARKS = [v1QueryNames.accessKeyId, v1QueryNames.expires, v1QueryNames.signature];
/** Of version 2 too, which differs in the version's value. */
const V4_QUERY_MARKS = [oss4Words.query.version, oss4Words.query.credential, oss4Words.query.signature];

/**
 * The authentication that a request carries, or undefined when it is anonymous.
 *
 * @throws {ServiceError} InvalidArgument when it is malformed or there are two, AccessDenied when a V1 URL lacks
 *   a parameter, InvalidRequest when it has its token in a header
 */
export function parseAuthentication(request: RequestMessage): Authentication | undefined {
  const header = request.headers.authorization?.trim();
  const isV4Url = hasAny(request.query, V4_QUERY_MARKS);
  const isV1Url = !isV4Url && hasAny(request.query, V1_QUERY_MARKS);
  if (header !== undefined && (isV1Url || isV4Url)) {
    throw authenticatedTwice();
  }
  if (header !== undefined) {
    return parseHeader(header, request);
  }
  if (isV4Url) {
    return queryValue(request.query, oss4Words.query.version) === V2_ALGORITHM
      ? parseV2Url(request.query)
      : parseV4Url(request.query);
  }
  return isV1Url ? parseV1Url(request) : undefined;
}

function parseHeader(header: string, request: RequestMessage): Authentication {
  if (header.startsWith(`${V2_ALGORITHM} `)) {
    return parseV2Header(header, request);
  }
  if (header.startsWith(`${oss4Words.algorithm} `)) {
    return parseV4Header(header, request);
  }
  const [, accessKeyId, signature] = V1_AUTHORIZATION.exec(header) ?? [];
  if (accessKeyId === undefined || signature === undefined) {
    throw invalidAuthorizationHeader(header);
  }
  const token = request.headers[V1_SECURITY_TOKEN_HEADER];
  return { scheme: "v1-header", accessKeyId, signature, ...tokenProperty(token) };
}

/** oss2 writes a blank after each comma and the signature before the list; ali-oss and Go v2 do neither. */
function parseV4Header(header: string, request: RequestMessage): V4HeaderAuthentication {
  const fields = new Map<string, string>();
  for (const field of header.slice(oss4Words.algorithm.length).split(",")) {
    const [name = "", ...value] = field.trim().split("=");
    if (value.length === 0 || fields.has(name)) {
      throw invalidAuthorizationHeader(header);
    }
    fields.set(name, value.join("="));
  }
  const identity = parseV4Credential(fields.get("Credential") ?? "", oss4Words);
  const signature = fields.get("Signature") ?? "";
  if (identity === undefined || signature === "") {
    throw invalidAuthorizationHeader(header);
  }
  return {
    scheme: "v4-header",
    ...identity,
    signature,
    additionalHeaders: parseHeaderList(oss4Words.headerListField, fields.get(oss4Words.headerListField)),
    ...tokenProperty(request.headers[oss4Words.securityTokenHeader]),
  };
}

function parseV1Url({ query, headers }: RequestMessage): V1UrlAuthentication {
  const accessKeyId = queryValue(query, v1QueryNames.accessKeyId);
  const expires = queryValue(query, v1QueryNames.expires);
  const signature = queryValue(query, v1QueryNames.signature);
  if (!accessKeyId || !expires || !signature) {
    throw serviceError("AccessDenied", {
      message: "Query-string authentication requires the Signature, Expires and OSSAccessKeyId parameters",
    });
  }
  const token = queryValue(query, v1QueryNames.securityToken);
  if (!token && headers[V1_SECURITY_TOKEN_HEADER]) {
    throw securityTokenNotInUrl();
  }
  return { scheme: "v1-url", accessKeyId, signature, expires, ...tokenProperty(token) };
}

function parseV4Url(query: Query): V4UrlAuthentication {
  const names = oss4Words.query;
  const version = requiredParameter(query, names.version);
  if (version !== oss4Words.algorithm) {
    throw invalidParameter(names.version, version);
  }
  const credential = requiredParameter(query, names.credential);
  const identity = parseV4Credential(credential, oss4Words);
  if (identity === undefined) {
    throw invalidParameter(names.credential, credential);
  }
  return {
    scheme: "v4-url",
    ...identity,
    signature: requiredParameter(query, names.signature),
    date: requiredParameter(query, names.date),
    expires: requiredParameter(query, names.expires),
    additionalHeaders: parseHeaderList(names.headerList, queryValue(query, names.headerList)),
    ...tokenProperty(queryValue(query, names.securityToken)),
  };
}

function hasAny(query: Query, names: readonly string[]): boolean {
  return query.some(([name]) => names.includes(name));
}
