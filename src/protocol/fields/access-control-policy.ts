// The document that tells who may do what with a bucket or an object: one word, the canned grant.
// Source: OSS API, GetBucketAcl and GetObjectACL.

import type { ResponseMessage } from "../http-message.ts";
import { childNamed, element } from "../xml/xml-element.ts";
import { requiredDocument, requiredText } from "./answer.ts";
import { type Owner, ownerElement, ownerOf } from "./owner.ts";
import { xmlAnswer } from "./xml-message.ts";

export interface AccessControlPolicy {
  readonly owner: Owner;
  /** `private`, `public-read`, `public-read-write`; of an object also `default`: as its bucket's. */
  readonly grant: string;
}

export function encodeAccessControlPolicy({ owner, grant }: AccessControlPolicy): ResponseMessage {
  const list = element("AccessControlList", [element("Grant", grant)]);
  return xmlAnswer(element("AccessControlPolicy", [ownerElement(owner), list]));
}

/** @throws {ServiceError} BadResponse */
export function decodeAccessControlPolicy(response: ResponseMessage): AccessControlPolicy {
  const root = requiredDocument(response, "AccessControlPolicy");
  const list = childNamed(root, "AccessControlList") ?? root;
  return { owner: ownerOf(root) ?? { id: "", displayName: "" }, grant: requiredText(list, "Grant") };
}
