// Who pays for the requests to a bucket.
// Source: OSS API, PutBucketRequestPayment.
import { childText, element, type XmlElement } from "../xml/xml-element.ts";
import { malformedRequest } from "./xml-message.ts";

export interface RequestPayment {
  /** Requester: nobody comes in anonymously. */
  readonly payer: "BucketOwner" | "Requester";
}

export function encodeRequestPayment({ payer }: RequestPayment): XmlElement {
  return element("RequestPaymentConfiguration", [element("Payer", payer)]);
}

/** @throws {ServiceError} MalformedXML for a payer that is none */
export function decodeRequestPayment(root: XmlElement): RequestPayment {
  const payer = childText(root, "Payer");
  if (payer !== "BucketOwner" && payer !== "Requester") {
    throw malformedRequest(`Payer is "${payer ?? ""}", not BucketOwner or Requester.`);
  }
  return { payer };
}
