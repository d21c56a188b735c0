// x-oss-forbid-overwrite: whether a write must fail when the object is there already.
import type { Dialect } from "../dialects/dialect.ts";
import { invalidArgument } from "../errors/service-error.ts";
import type { Headers } from "../http-message.ts";
import { presentHeaders } from "./present.ts";

export function encodeForbidOverwrite(forbidOverwrite: boolean | undefined, dialect: Dialect): Headers {
  return presentHeaders({ [headerName(dialect)]: forbidOverwrite?.toString() });
}

/** @throws {ServiceError} InvalidArgument when it is neither `true` nor `false` */
export function decodeForbidOverwrite(headers: Headers, dialect: Dialect): boolean | undefined {
  const text = headers[headerName(dialect)];
  if (text === undefined) {
    return undefined;
  }
  const value = text.toLowerCase();
  if (value !== "true" && value !== "false") {
    throw invalidArgument({ name: headerName(dialect), value: text });
  }
  return value === "true";
}

function headerName(dialect: Dialect): string {
  return `${dialect.headerPrefix}forbid-overwrite`;
}
