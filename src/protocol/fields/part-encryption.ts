// How an object is encrypted is said when its upload is initiated; a part that asks for it is refused, because a client
// that says it only there would believe it was done. Source: OSS API, InitiateMultipartUpload.
import type { Dialect } from "../dialects/dialect.ts";
import { invalidArgument } from "../errors/service-error.ts";
import type { Headers } from "../http-message.ts";

/** @throws {ServiceError} InvalidArgument */
export function assertNoPartEncryption(headers: Headers, dialect: Dialect): void {
  const name = `${dialect.headerPrefix}server-side-encryption`;
  const value = headers[name];
  if (value !== undefined) {
    throw invalidArgument({ name, value }, `${name} belongs to InitiateMultipartUpload, not to a part.`);
  }
}
