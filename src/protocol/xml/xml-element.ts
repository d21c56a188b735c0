// An XML document as the wire uses it: elements that hold either text or elements, no attributes, no namespaces.

export interface XmlElement {
  readonly name: string;
  /** The text between the tags; "" where there are child elements. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** What `element` makes and `writeXml` writes. */
export type XmlContent = string | number | boolean | readonly (XmlElement | undefined)[];

/** An element with text, or with children; children that are undefined are left out. */
export function element(name: string, content: XmlContent = ""): XmlElement {
  if (typeof content === "object") {
    return { name, text: "", children: content.filter((child) => child !== undefined) };
  }
  return { name, text: String(content), children: [] };
}

/** `element(name, content)`, or undefined when there is no content: for elements that the wire leaves out. */
export function optionalElement(name: string, content: XmlContent | undefined): XmlElement | undefined {
  return content === undefined ? undefined : element(name, content);
}

export function childrenNamed(parent: XmlElement, name: string): readonly XmlElement[] {
  return parent.children.filter((child) => child.name === name);
}

export function childNamed(parent: XmlElement, name: string): XmlElement | undefined {
  return parent.children.find((child) => child.name === name);
}

/** The text of the first child called `name`, or undefined when there is none. */
export function childText(parent: XmlElement, name: string): string | undefined {
  return childNamed(parent, name)?.text;
}
