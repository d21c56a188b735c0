// The names in a listing beside its entries: whether they are percent-encoded, and the common prefixes.

import { childrenNamed, childText, element, type XmlElement } from "../xml/xml-element.ts";
import { requiredText } from "./answer.ts";
import { decodeName, type EncodingType, encodeName } from "./listing-encoding.ts";

/** How the answer says that it is encoded; undefined when it says nothing. */
export function encodingTypeOf(root: XmlElement): EncodingType | undefined {
  return childText(root, "EncodingType") === "url" ? "url" : undefined;
}

/** The decoded text of a child, or undefined when there is no such child. */
export function nameOf(
  parent: XmlElement,
  childName: string,
  encodingType: EncodingType | undefined,
): string | undefined {
  const text = childText(parent, childName);
  return text === undefined ? undefined : decodeName(text, encodingType);
}

/** `encodeName`, where there may be no name. */
export function encodeOptionalName(
  name: string | undefined,
  encodingType: EncodingType | undefined,
): string | undefined {
  return name === undefined ? undefined : encodeName(name, encodingType);
}

export function commonPrefixElements(
  commonPrefixes: readonly string[],
  encodingType: EncodingType | undefined,
): readonly XmlElement[] {
  return commonPrefixes.map((prefix) =>
    element("CommonPrefixes", [element("Prefix", encodeName(prefix, encodingType))]),
  );
}

/** The common prefixes of a listing. */
export function commonPrefixesOf(
  root: XmlElement,
  encodingType: EncodingType | undefined,
): readonly string[] {
  return childrenNamed(root, "CommonPrefixes").map((group) =>
    decodeName(requiredText(group, "Prefix"), encodingType),
  );
}
