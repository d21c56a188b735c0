// Documents of XML in messages: what answers and requests carry, and how a server reads a request's.

import { serviceError } from "../errors/known-error.ts";
import { ServiceError } from "../errors/service-error.ts";
import type { Headers, RequestMessage, ResponseMessage } from "../http-message.ts";
import { malformedXml } from "../xml/malformed-xml.ts";
import { readXml } from "../xml/read-xml.ts";
import { writeXml } from "../xml/write-xml.ts";
import type { XmlElement } from "../xml/xml-element.ts";

export const XML_CONTENT_TYPE = "application/xml";

/** A 200 whose body is `root`. */
export function xmlAnswer(root: XmlElement, headers: Headers = {}): ResponseMessage {
  return { status: 200, headers: { "content-type": XML_CONTENT_TYPE, ...headers }, text: writeXml(root) };
}

/**
 * The root of a request's document, which must be called `rootName`.
 *
 * @param ec  what OSS answers for this call with MalformedXML; undefined where nobody has published it
 * @throws {ServiceError} MalformedXML
 */
export function requestDocument(request: RequestMessage, rootName: string, ec?: string): XmlElement {
  try {
    const root = readXml(request.text ?? "");
    if (root.name !== rootName) {
      throw malformedXml(`The root element is ${root.name}, not ${rootName}.`);
    }
    return root;
  } catch (cause) {
    throw malformedRequest(cause instanceof ServiceError ? (cause.fields.ErrorDetail ?? "") : "", ec, cause);
  }
}

/** MalformedXML with its reason, and with the EC of the call where that is known. */
export function malformedRequest(detail: string, ec?: string, cause?: unknown): ServiceError {
  return serviceError("MalformedXML", {
    fields: { ErrorDetail: detail },
    cause,
    ...(ec === undefined ? {} : { ec }),
  });
}
