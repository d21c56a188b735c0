// The document that completes an upload: its parts by number and ETag.
// Source: OSS API, CompleteMultipartUpload.

import { serviceError } from "../errors/known-error.ts";
import type { ServiceError } from "../errors/service-error.ts";
import { quoteEtag, unquoteEtag } from "../etag.ts";
import type { RequestMessage } from "../http-message.ts";
import { PART_COUNT_MAX } from "../limits.ts";
import { writeXml } from "../xml/write-xml.ts";
import { childrenNamed, childText, element, type XmlElement } from "../xml/xml-element.ts";
import { parsePartNumber } from "./part-number.ts";
import { malformedRequest, requestDocument } from "./xml-message.ts";

export interface CompletedPart {
  /** 1 … 10,000. */
  readonly partNumber: number;
  /** What UploadPart answered; unquoted. */
  readonly etag: string;
}

const MALFORMED_PART_LIST_EC = "0042-00000205";

export function completedPartsDocument(parts: readonly CompletedPart[]): string {
  return writeXml(
    element(
      "CompleteMultipartUpload",
      parts.map(({ partNumber, etag }) =>
        element("Part", [element("PartNumber", partNumber), element("ETag", quoteEtag(etag))]),
      ),
    ),
  );
}

/**
 * The parts that the request lists, ascending by number; none for an upload that has none.
 *
 * Whether they exist with these ETags and are large enough is for the server to find out.
 *
 * @throws {ServiceError} MalformedXML for no document or more than 10,000 parts; InvalidArgument for a number
 *   outside 1 … 10,000; InvalidPartOrder for numbers that repeat or go back
 */
export function readCompletedParts(request: RequestMessage): readonly CompletedPart[] {
  const root = requestDocument(request, "CompleteMultipartUpload", MALFORMED_PART_LIST_EC);
  assertPartCount(childrenNamed(root, "Part").length);
  const parts = completedPartsOf(root);
  assertPartList(parts);
  return parts;
}

/** In the order of the document. @throws {ServiceError} MalformedXML, InvalidArgument */
export function completedPartsOf(root: XmlElement): readonly CompletedPart[] {
  return childrenNamed(root, "Part").map(completedPartOf);
}

/** @throws {ServiceError} MalformedXML for more than 10,000 parts; InvalidPartOrder */
export function assertPartList(parts: readonly CompletedPart[]): void {
  assertPartCount(parts.length);
  if (!isAscending(parts)) {
    throw serviceError("InvalidPartOrder");
  }
}

function assertPartCount(partCount: number): void {
  if (partCount > PART_COUNT_MAX) {
    throw malformedPartList(`The document lists ${partCount} parts; ${PART_COUNT_MAX} are allowed.`);
  }
}

function completedPartOf(part: XmlElement): CompletedPart {
  const number = childText(part, "PartNumber");
  const etag = childText(part, "ETag");
  if (number === undefined || etag === undefined) {
    throw malformedPartList("A Part needs a PartNumber and an ETag.");
  }
  return { partNumber: parsePartNumber(number.trim()), etag: unquoteEtag(etag) };
}

function isAscending(parts: readonly CompletedPart[]): boolean {
  return parts.every(({ partNumber }, index) => partNumber > (parts[index - 1]?.partNumber ?? 0));
}

/** Where the document does not list the parts as it must. */
export function malformedPartList(detail: string): ServiceError {
  return malformedRequest(detail, MALFORMED_PART_LIST_EC);
}
