// The pieces of which parsers of several signature versions make an authentication.
import { invalidArgument, type ServiceError } from "../errors/service-error.ts";
import { type Query, queryValue } from "../http-message.ts";

/**
 * The names of a list of further signed headers, `range;host`: lower-case, sorted, each once.
 *
 * @param where  the field or parameter that held it
 * @throws {ServiceError} InvalidArgument when it is there but names nothing. Source: EC 0002-00000209.
 */
export function parseHeaderList(where: string, list: string | undefined): readonly string[] {
  if (list === undefined) {
    return [];
  }
  const names = list.split(";").map((name) => name.trim().toLowerCase());
  if (names.includes("")) {
    throw invalidArgument({ name: where, value: list }, `${where} names no header.`, "0002-00000209");
  }
  return [...new Set(names)].sort();
}

/** @throws {ServiceError} InvalidArgument when the parameter is missing or empty */
export function requiredParameter(query: Query, name: string): string {
  const value = queryValue(query, name);
  if (!value) {
    throw invalidParameter(name, value ?? "");
  }
  return value;
}

export function invalidParameter(name: string, value: string): ServiceError {
  return invalidArgument({ name, value }, `The query parameter ${name} is missing or invalid.`);
}

/** An empty token is none. */
export function tokenProperty(token: string | undefined): { readonly securityToken?: string } {
  return token ? { securityToken: token } : {};
}
