// Reading a request's document whose every element counts. Where a configuration decides what is deleted or who may
// read, an element that is left out of account is a condition that does not hold: so what is unknown is refused.
import { invalidArgument, type ServiceError } from "../errors/service-error.ts";
import { childrenNamed, type XmlElement } from "../xml/xml-element.ts";
import { parseCount } from "./count-text.ts";
import { malformedRequest } from "./xml-message.ts";

/** @throws {ServiceError} MalformedXML for a child of another name */
export function assertKnownChildren(parent: XmlElement, names: readonly string[]): void {
  const unknown = parent.children.find(({ name }) => !names.includes(name));
  if (unknown !== undefined) {
    throw malformedRequest(`${parent.name} has the unknown element ${unknown.name}.`);
  }
}

/** The one child called `name`, or undefined. @throws {ServiceError} MalformedXML when there are more */
export function onlyChild(parent: XmlElement, name: string): XmlElement | undefined {
  const [first, second] = childrenNamed(parent, name);
  if (second !== undefined) {
    throw malformedRequest(`${parent.name} has more than one ${name}.`);
  }
  return first;
}

/** The text of the one child called `name`, or undefined. @throws {ServiceError} MalformedXML when there are more */
export function onlyText(parent: XmlElement, name: string): string | undefined {
  return onlyChild(parent, name)?.text;
}

/** @throws {ServiceError} MalformedXML when it is not there, or more than once */
export function requiredChildText(parent: XmlElement, name: string): string {
  const text = onlyText(parent, name);
  if (text === undefined) {
    throw malformedRequest(`${parent.name} has no ${name}.`);
  }
  return text;
}

/** @throws {ServiceError} MalformedXML when there are more, InvalidArgument when it is none from `min` to `max` */
export function onlyCount(
  parent: XmlElement,
  name: string,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  const text = onlyText(parent, name);
  if (text === undefined) {
    return undefined;
  }
  const count = parseCount(text.trim());
  if (count === undefined || count < min || count > max) {
    throw badValue(name, text);
  }
  return count;
}

/** `true` or `false`. @throws {ServiceError} MalformedXML when there are more, InvalidArgument for another word */
export function onlyFlag(parent: XmlElement, name: string): boolean | undefined {
  const text = onlyText(parent, name)?.trim();
  if (text !== undefined && text !== "true" && text !== "false") {
    throw badValue(name, text);
  }
  return text === undefined ? undefined : text === "true";
}

/** oss2's tests expect the element's name and text in the error. */
export function badValue(name: string, value: string): ServiceError {
  return invalidArgument({ name, value });
}
