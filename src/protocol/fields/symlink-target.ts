// x-oss-symlink-target: the key that a symbolic link points to, in the link's own bucket.
// Source: OSS API, PutSymlink and GetSymlink.
import { percentDecode, percentEncodePath } from "../addressing/percent-encoding.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { serviceError } from "../errors/known-error.ts";
import { invalidArgument } from "../errors/service-error.ts";
import type { Headers } from "../http-message.ts";
import { isObjectKey } from "../names.ts";

/** The percent-encoded key; its slashes stay slashes. */
export function encodeSymlinkTarget(target: string, dialect: Dialect): Headers {
  return { [headerName(dialect)]: percentEncodePath(target) };
}

/**
 * The key that a request's header names. Slashes may be escaped, as oss2 does. A "+" is a blank: the Go SDK v1 and Java
 * write it so, and every client writes a plus as %2B.
 *
 * @throws {ServiceError} MissingArgument without the header; InvalidArgument when it names no key
 */
export function requiredSymlinkTarget(headers: Headers, dialect: Dialect): string {
  const text = headers[headerName(dialect)];
  if (text === undefined) {
    throw serviceError("MissingArgument", {
      message: `The header ${headerName(dialect)} is missing.`,
      ec: "0043-00000001",
    });
  }
  const target = decodeSymlinkTarget(text);
  if (target === undefined || !isObjectKey(target)) {
    throw invalidArgument({ name: headerName(dialect), value: text });
  }
  return target;
}

/** The key in an answer's header, or undefined when there is none. */
export function symlinkTargetOf(headers: Headers, dialect: Dialect): string | undefined {
  return decodeSymlinkTarget(headers[headerName(dialect)] ?? "");
}

function decodeSymlinkTarget(text: string): string | undefined {
  return percentDecode(text.replaceAll("+", "%20"));
}

function headerName(dialect: Dialect): string {
  return `${dialect.headerPrefix}symlink-target`;
}
