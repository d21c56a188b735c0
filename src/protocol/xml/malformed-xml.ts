import { ServiceError } from "../errors/service-error.ts";

/** What the wire calls a document that is none. */
export function malformedXml(detail: string, cause?: unknown): ServiceError {
  return new ServiceError("MalformedXML", { fields: { ErrorDetail: detail }, cause });
}
