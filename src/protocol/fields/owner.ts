// The account that owns a bucket or an object.
import { childNamed, childText, element, type XmlElement } from "../xml/xml-element.ts";

export interface Owner {
  readonly id: string;
  readonly displayName: string;
}

export function ownerElement({ id, displayName }: Owner): XmlElement {
  return element("Owner", [element("ID", id), element("DisplayName", displayName)]);
}

/** The owner that `parent` names, or undefined when it names none. */
export function ownerOf(parent: XmlElement): Owner | undefined {
  const owner = childNamed(parent, "Owner");
  if (owner === undefined) {
    return undefined;
  }
  return { id: childText(owner, "ID") ?? "", displayName: childText(owner, "DisplayName") ?? "" };
}
