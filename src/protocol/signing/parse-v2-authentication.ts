// Reading signatures of version 2, in the Authorization header and in a URL.
import { type Query, queryValue, type RequestMessage } from "../http-message.ts";
import type { V2HeaderAuthentication, V2UrlAuthentication } from "./authentication.ts";
import { invalidAuthorizationHeader } from "./authentication-errors.ts";
import { parseHeaderList, requiredParameter, tokenProperty } from "./authentication-fields.ts";
import { V1_SECURITY_TOKEN_HEADER } from "./v1-signature.ts";
import { V2_ALGORITHM, v2QueryNames } from "./v2-signature.ts";

const HEADER_LIST_FIELD = "AdditionalHeaders";

/**
 * `OSS2 AccessKeyId:…,AdditionalHeaders:…,Signature:…`, with its fields in any order.
 *
 * @param header  begins with `OSS2 `
 * @throws {ServiceError} InvalidArgument
 */
export function parseV2Header(header: string, request: RequestMessage): V2HeaderAuthentication {
  const fields = new Map<string, string>();
  for (const field of header.slice(V2_ALGORITHM.length).split(",")) {
    const [name = "", ...value] = field.trim().split(":");
    if (value.length === 0 || fields.has(name)) {
      throw invalidAuthorizationHeader(header);
    }
    fields.set(name, value.join(":").trim());
  }
  const accessKeyId = fields.get("AccessKeyId");
  const signature = fields.get("Signature");
  if (!accessKeyId || !signature) {
    throw invalidAuthorizationHeader(header);
  }
  return {
    scheme: "v2-header",
    accessKeyId,
    signature,
    additionalHeaders: parseHeaderList(HEADER_LIST_FIELD, fields.get(HEADER_LIST_FIELD)),
    ...tokenProperty(request.headers[V1_SECURITY_TOKEN_HEADER]),
  };
}

/** @throws {ServiceError} InvalidArgument when a parameter is missing */
export function parseV2Url(query: Query): V2UrlAuthentication {
  return {
    scheme: "v2-url",
    accessKeyId: requiredParameter(query, v2QueryNames.accessKeyId),
    signature: requiredParameter(query, v2QueryNames.signature),
    expires: requiredParameter(query, v2QueryNames.expires),
    additionalHeaders: parseHeaderList(v2QueryNames.headerList, queryValue(query, v2QueryNames.headerList)),
    ...tokenProperty(queryValue(query, v2QueryNames.securityToken)),
  };
}
