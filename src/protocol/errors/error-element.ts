// The element of an error, whole for a body, and cut to what a header can hold.
// Source: OSS, error responses.
import { writeXml } from "../xml/write-xml.ts";
import { element, optionalElement, type XmlElement } from "../xml/xml-element.ts";
import { errorDefinitions } from "./error-table.ts";
import type { ServiceError } from "./service-error.ts";

export interface ErrorPlace {
  readonly requestId: string;
  /** The host that the request named. */
  readonly hostId: string;
}

/** Of UTF-8. In base64 it is 8 KiB, half of what a client of Node takes for all headers together. */
const IN_HEADER_MAX_BYTES = 6 * 1024;
/** Where cutting begins and ends, in UTF-16 units of each text; at the end everything fits. */
const CUT_LENGTHS = [2048, 1024, 512, 256, 128, 64];
const CUT = "…";

/** The document of an error. */
export function writeError(error: ServiceError, place: ErrorPlace): string {
  return writeXml(errorElement(error, place));
}

/** Its bytes for a header: what a long request is quoted with is cut, for a client takes only so much of a header. */
export function writeErrorForHeader(error: ServiceError, place: ErrorPlace): Uint8Array {
  const encoder = new TextEncoder();
  let bytes = encoder.encode(writeError(error, place));
  for (const length of CUT_LENGTHS) {
    if (bytes.length <= IN_HEADER_MAX_BYTES) {
      break;
    }
    bytes = encoder.encode(writeXml(cutTexts(errorElement(error, place), length)));
  }
  return bytes;
}

function cutTexts(document: XmlElement, length: number): XmlElement {
  const children = document.children.map(({ name, text }) =>
    element(name, text.length > length ? `${text.slice(0, length)}${CUT}` : text),
  );
  return element(document.name, children);
}

function errorElement(error: ServiceError, { requestId, hostId }: ErrorPlace): XmlElement {
  const fields = Object.entries(error.fields).map(([name, value]) => element(name, value));
  const areFieldsFirst = errorDefinitions.get(error.code)?.areFieldsFirst === true;
  return element("Error", [
    ...(areFieldsFirst ? fields : []),
    element("Code", error.code),
    element("Message", error.message),
    element("RequestId", requestId),
    element("HostId", hostId),
    ...(areFieldsFirst ? [] : fields),
    optionalElement("EC", error.ec),
    optionalElement(
      "RecommendDoc",
      error.ec === undefined ? undefined : `https://api.aliyun.com/troubleshoot?q=${error.ec}`,
    ),
  ]);
}
