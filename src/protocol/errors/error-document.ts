// Errors on the wire: a document of XML; for HEAD, which has no body, the same document in a header.
// Source: OSS, error responses; oss2 exceptions.make_exception and the Go SDK v2 for HEAD.
import { decodeBase64, encodeBase64 } from "../base64.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { present, presentHeaders } from "../fields/present.ts";
import { decodeRetryAfterMs } from "../fields/retry-after.ts";
import { XML_CONTENT_TYPE } from "../fields/xml-message.ts";
import type { Headers, Method, ResponseMessage } from "../http-message.ts";
import { readAnswerXml } from "../xml/read-answer-xml.ts";
import { childText, type XmlElement } from "../xml/xml-element.ts";
import { type ErrorPlace, writeError, writeErrorForHeader } from "./error-element.ts";
import { ServiceError, type ServiceErrorOptions } from "./service-error.ts";

export interface ErrorContext extends ErrorPlace {
  readonly method: Method;
}

/** How much of a body that is no error document a message quotes. */
const QUOTED_BODY_LENGTH_MAX = 200;

/** Elements with a place of their own; all others are the error's fields. */
const NAMED_ELEMENTS: readonly string[] = ["Code", "Message", "RequestId", "HostId", "EC", "RecommendDoc"];

/** What an error without any document must have been: its code, and what that means. */
const ERRORS_BY_STATUS: ReadonlyMap<number, readonly [code: string, message: string]> = new Map([
  [304, ["NotModified", "The object was not modified."]],
  [403, ["AccessDenied", "AccessDenied"]],
  [404, ["NoSuchKey", "The specified key does not exist."]],
  [412, ["PreconditionFailed", "At least one of the pre-conditions you specified did not hold."]],
]);

export function encodeError(error: ServiceError, context: ErrorContext, dialect: Dialect): ResponseMessage {
  const headers = presentHeaders({
    ...error.headers,
    [`${dialect.headerPrefix}request-id`]: context.requestId,
    [`${dialect.headerPrefix}ec`]: error.ec,
  });
  if (error.status === 304) {
    const { ETag: etag, "Last-Modified": lastModified } = error.fields;
    // It has no document; these two go as headers, as caches need them (RFC 9110, 15.4.5).
    return {
      status: 304,
      headers: { ...headers, ...presentHeaders({ etag, "last-modified": lastModified }) },
    };
  }
  if (context.method === "HEAD") {
    const document = encodeBase64(writeErrorForHeader(error, context));
    return { status: error.status, headers: { ...headers, [`${dialect.headerPrefix}err`]: document } };
  }
  const text = writeError(error, context);
  return { status: error.status, headers: { ...headers, "content-type": XML_CONTENT_TYPE }, text };
}

/**
 * The error that the answer carries. Never throws: an answer that is no error document, such as a proxy's page,
 * becomes `BadErrorResponse` with the beginning of its body.
 */
export function decodeError(response: ResponseMessage, dialect: Dialect): ServiceError {
  const { status, headers } = response;
  const requestId = headers[`${dialect.headerPrefix}request-id`];
  const known = present({ status, requestId, retryAfterMs: decodeRetryAfterMs(headers) });
  const text = response.text || documentInHeader(headers, dialect);
  if (text !== "") {
    return readError(text, known) ?? badErrorResponse(text, known);
  }
  const [code, message] = ERRORS_BY_STATUS.get(status) ?? [];
  return code === undefined || message === undefined
    ? badErrorResponse("", known)
    : new ServiceError(code, { ...known, message });
}

/** What the answer's head tells. */
type HeadFacts = Pick<ServiceErrorOptions, "requestId" | "retryAfterMs"> & { readonly status: number };

function documentInHeader(headers: Headers, dialect: Dialect): string {
  const bytes = decodeBase64(headers[`${dialect.headerPrefix}err`] ?? "");
  return bytes === undefined ? "" : new TextDecoder().decode(bytes);
}

function readError(text: string, known: HeadFacts): ServiceError | undefined {
  const root = parseDocument(text);
  const code = root && childText(root, "Code");
  if (root?.name !== "Error" || code === undefined) {
    return undefined;
  }
  const fields = root.children.filter(({ name }) => !NAMED_ELEMENTS.includes(name));
  return new ServiceError(
    code,
    present({
      ...known,
      message: childText(root, "Message") ?? code,
      fields: Object.fromEntries(fields.map((field) => [field.name, field.text])),
      ec: childText(root, "EC"),
      requestId: known.requestId ?? childText(root, "RequestId"),
      hostId: childText(root, "HostId"),
    }),
  );
}

function parseDocument(text: string): XmlElement | undefined {
  try {
    return readAnswerXml(text);
  } catch {
    // Whatever is wrong with the document, the caller reports the answer that held it.
    return undefined;
  }
}

function badErrorResponse(body: string, known: HeadFacts): ServiceError {
  const quoted =
    body === "" ? "without a body" : `with ${JSON.stringify(body.slice(0, QUOTED_BODY_LENGTH_MAX))}`;
  const message = `the service answered status ${known.status} ${quoted}`;
  return new ServiceError("BadErrorResponse", { ...known, message });
}
