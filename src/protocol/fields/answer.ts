// Reading an answer: what the service always sends, and one error for an answer that lacks it. Such an answer comes
// from something that is no OSS (a proxy's page, another service), so the error names what was missing.
import { ServiceError } from "../errors/service-error.ts";
import type { ResponseMessage } from "../http-message.ts";
import { readAnswerXml } from "../xml/read-answer-xml.ts";
import { childText, type XmlElement } from "../xml/xml-element.ts";

/** @throws {ServiceError} BadResponse */
export function requiredHeader(response: ResponseMessage, name: string): string {
  const value = response.headers[name];
  if (value === undefined) {
    throw badResponse(response, `the header ${name} is missing`);
  }
  return value;
}

/** The document's root, which must be called `rootName`. @throws {ServiceError} BadResponse */
export function requiredDocument(response: ResponseMessage, rootName: string): XmlElement {
  let root: XmlElement;
  try {
    root = readAnswerXml(response.text ?? "");
  } catch (cause) {
    throw badResponse(response, `the body is no XML, but ${rootName} was expected`, cause);
  }
  if (root.name !== rootName) {
    throw badResponse(response, `the body is ${root.name}, but ${rootName} was expected`);
  }
  return root;
}

/** @throws {ServiceError} BadResponse */
export function requiredText(parent: XmlElement, name: string): string {
  const text = childText(parent, name);
  if (text === undefined) {
    throw new ServiceError("BadResponse", {
      status: 200,
      message: `unusable answer: ${parent.name} has no ${name}`,
    });
  }
  return text;
}

/** What `read` makes of an answer, by the rules for requests. @throws {ServiceError} BadResponse */
export function usableAnswer<T>(response: ResponseMessage, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const reason =
      cause instanceof ServiceError ? (cause.fields.ErrorDetail ?? cause.message) : String(cause);
    throw badResponse(response, reason, cause);
  }
}

function badResponse(response: ResponseMessage, reason: string, cause?: unknown): ServiceError {
  return new ServiceError("BadResponse", {
    status: response.status,
    message: `unusable answer (status ${response.status}): ${reason}`,
    cause,
  });
}
