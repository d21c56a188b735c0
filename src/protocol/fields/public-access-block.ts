// Whether what would let everybody in counts for nothing.
// Source: OSS API, PutBucketPublicAccessBlock.
import { element, type XmlElement } from "../xml/xml-element.ts";
import { assertKnownChildren, onlyFlag } from "./xml-elements.ts";

export interface PublicAccessBlock {
  readonly blockPublicAccess: boolean;
}

export const PUBLIC_ACCESS_BLOCK_ROOT = "PublicAccessBlockConfiguration";

export function encodePublicAccessBlock({ blockPublicAccess }: PublicAccessBlock): XmlElement {
  return element(PUBLIC_ACCESS_BLOCK_ROOT, [element("BlockPublicAccess", blockPublicAccess)]);
}

/** @throws {ServiceError} MalformedXML; InvalidArgument for what is neither true nor false */
export function decodePublicAccessBlock(root: XmlElement): PublicAccessBlock {
  assertKnownChildren(root, ["BlockPublicAccess"]);
  return { blockPublicAccess: onlyFlag(root, "BlockPublicAccess") ?? false };
}
