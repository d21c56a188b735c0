// Numbers, times and flags in an answer, with one error for those that are none.

import { ServiceError } from "../errors/service-error.ts";
import type { ResponseMessage } from "../http-message.ts";
import { parseTime } from "../times.ts";
import type { XmlElement } from "../xml/xml-element.ts";
import { requiredHeader, requiredText } from "./answer.ts";
import { parseCount } from "./count-text.ts";

/** @throws {ServiceError} BadResponse */
export function requiredCount(parent: XmlElement, name: string): number {
  const text = requiredText(parent, name);
  return parseCount(text) ?? fail(name, text);
}

/** @throws {ServiceError} BadResponse */
export function requiredTime(parent: XmlElement, name: string): Date {
  const text = requiredText(parent, name);
  return parseTime(text) ?? fail(name, text);
}

/** `true` or `false`. @throws {ServiceError} BadResponse */
export function requiredFlag(parent: XmlElement, name: string): boolean {
  const text = requiredText(parent, name);
  return text === "true" || (text === "false" ? false : fail(name, text));
}

/** @throws {ServiceError} BadResponse */
export function requiredCountHeader(response: ResponseMessage, name: string): number {
  const text = requiredHeader(response, name);
  return parseCount(text) ?? fail(name, text);
}

/** @throws {ServiceError} BadResponse */
export function requiredTimeHeader(response: ResponseMessage, name: string): Date {
  const text = requiredHeader(response, name);
  return parseTime(text) ?? fail(name, text);
}

function fail(name: string, text: string): never {
  throw new ServiceError("BadResponse", {
    status: 200,
    message: `unusable answer: ${name} is "${text}"`,
  });
}
