import { ServiceError } from "../errors/service-error.ts";

/** What the wire calls a document that is none. */
export function malformedXml(detail: string, cause?: unknown): ServiceError {
  return new ServiceError("MalformedXML", {
    message: "The XML you provided was not well-formed or did not validate against our published schema.",
    status: 400,
    fields: { ErrorDetail: detail },
    cause,
  });
}
