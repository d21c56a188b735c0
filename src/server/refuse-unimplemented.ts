// Headers that ask for something this server does not do. Ignoring them would be a wrong success: an object stored in
// plain text that its owner believes encrypted, a callback that never comes.
import { ServiceError } from "../protocol/errors/service-error.ts";
import type { RequestMessage } from "../protocol/http-message.ts";

const UNIMPLEMENTED_HEADERS: ReadonlySet<string> = new Set([
  "x-oss-callback",
  "x-oss-callback-var",
  "x-oss-object-acl",
  "x-oss-server-side-data-encryption",
  "x-oss-server-side-encryption",
  "x-oss-server-side-encryption-key-id",
  "x-oss-tagging",
  "x-oss-traffic-limit",
]);

/** Values that ask for what is so anyway. */
const HARMLESS_VALUES: ReadonlySet<string> = new Set(["default", "private"]);

/** @throws {ServiceError} NotImplemented, naming the header */
export function refuseUnimplemented({ method, headers }: RequestMessage): void {
  if (method !== "PUT" && method !== "POST") {
    return;
  }
  const header = Object.keys(headers).find((name) => UNIMPLEMENTED_HEADERS.has(name));
  if (header !== undefined && !HARMLESS_VALUES.has(headers[header] ?? "")) {
    throw new ServiceError("NotImplemented", { fields: { Header: header } });
  }
}
