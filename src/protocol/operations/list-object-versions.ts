// ListObjectVersions: all versions and delete markers of a bucket's objects, ascending by key, the newest first.
// Source: OSS API, ListObjectVersions (GetBucketVersions).
import { invalidArgument } from "../errors/service-error.ts";
import { requiredDocument } from "../fields/answer.ts";
import {
  type BucketListingInput,
  type BucketListingOutput,
  decodeBucketListing,
  decodeBucketListingRequest,
  encodeBucketListingRequest,
  pageSizeOf,
  parseListedName,
} from "../fields/bucket-listing.ts";
import { encodeName } from "../fields/listing-encoding.ts";
import { commonPrefixElements, encodeOptionalName, nameOf } from "../fields/listing-names.ts";
import { parsePageSize } from "../fields/page-size.ts";
import { present } from "../fields/present.ts";
import { assertVersionId } from "../fields/version-id.ts";
import {
  isVersionElement,
  type VersionSummary,
  versionElement,
  versionOf,
} from "../fields/version-summary.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import { type Query, queryValue } from "../http-message.ts";
import { LIST_OBJECTS_PAGE_SIZE_DEFAULT } from "../limits.ts";
import type { Operation } from "../operation.ts";
import { childText, element, optionalElement } from "../xml/xml-element.ts";

export interface ListObjectVersionsInput extends BucketListingInput {
  /** The page begins behind this key; with `versionIdMarker`, behind that version of this key. */
  readonly keyMarker?: string;
  /** Only with `keyMarker`. */
  readonly versionIdMarker?: string;
  /** 1 … 1,000; default 100. Counts versions, delete markers and common prefixes. */
  readonly maxKeys?: number;
}

export interface ListObjectVersionsOutput extends BucketListingOutput {
  readonly keyMarker: string;
  readonly versionIdMarker: string;
  readonly maxKeys: number;
  /** Present when the page is truncated. */
  readonly nextKeyMarker?: string;
  /** Present when the page is truncated; "" where the page ends with a common prefix. */
  readonly nextVersionIdMarker?: string;
  /** Ascending by key, then the newest first: objects and delete markers as they come. */
  readonly versions: readonly VersionSummary[];
}

export const listObjectVersions: Operation<ListObjectVersionsInput, ListObjectVersionsOutput> = {
  name: "ListObjectVersions",
  method: "GET",
  level: "bucket",
  marks: { query: ["versions"] },
  permission: "oss:ListObjectVersions",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest({ keyMarker, versionIdMarker, maxKeys, ...input }) {
    return encodeBucketListingRequest(input, {
      versions: true,
      "key-marker": keyMarker,
      "version-id-marker": versionIdMarker,
      "max-keys": maxKeys,
    });
  },

  decodeRequest(request) {
    // The Go SDKs send both markers empty for the first page.
    const keyMarker = parseListedName(request.query, "key-marker") || undefined;
    return present({
      ...decodeBucketListingRequest(request),
      keyMarker,
      versionIdMarker: parseVersionIdMarker(request.query, keyMarker),
      maxKeys: parsePageSize(request.query, "max-keys"),
    });
  },

  encodeResponse(output) {
    const { encodingType } = output;
    return xmlAnswer(
      element("ListVersionsResult", [
        element("Name", output.bucket),
        element("Prefix", encodeName(output.prefix, encodingType)),
        element("KeyMarker", encodeName(output.keyMarker, encodingType)),
        element("VersionIdMarker", output.versionIdMarker),
        element("MaxKeys", output.maxKeys),
        element("Delimiter", encodeName(output.delimiter, encodingType)),
        optionalElement("EncodingType", encodingType),
        element("IsTruncated", output.isTruncated),
        optionalElement("NextKeyMarker", encodeOptionalName(output.nextKeyMarker, encodingType)),
        optionalElement("NextVersionIdMarker", output.nextVersionIdMarker),
        ...output.versions.map((version) => versionElement(version, encodingType)),
        ...commonPrefixElements(output.commonPrefixes, encodingType),
      ]),
    );
  },

  decodeResponse(response) {
    const root = requiredDocument(response, "ListVersionsResult");
    const listing = decodeBucketListing(root, "Name");
    const { encodingType } = listing;
    return present({
      ...listing,
      keyMarker: nameOf(root, "KeyMarker", encodingType) ?? "",
      versionIdMarker: childText(root, "VersionIdMarker") ?? "",
      maxKeys: pageSizeOf(root, "MaxKeys", LIST_OBJECTS_PAGE_SIZE_DEFAULT),
      nextKeyMarker: nameOf(root, "NextKeyMarker", encodingType),
      nextVersionIdMarker: childText(root, "NextVersionIdMarker"),
      versions: root.children.filter(isVersionElement).map((version) => versionOf(version, encodingType)),
    });
  },
};

/** @throws {ServiceError} InvalidArgument for a marker without its key, or one that is no version id */
function parseVersionIdMarker(query: Query, keyMarker: string | undefined): string | undefined {
  const argument = { name: "version-id-marker", value: queryValue(query, "version-id-marker") ?? "" };
  if (argument.value === "") {
    return undefined;
  }
  if (keyMarker === undefined) {
    throw invalidArgument(argument, "A version-id marker cannot be specified without a key marker.");
  }
  assertVersionId(argument);
  return argument.value;
}
