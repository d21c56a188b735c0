// The answer that says which version it is about, and nothing else. Without versioning it says nothing.
import type { Dialect } from "../dialects/dialect.ts";
import type { Headers, ResponseMessage } from "../http-message.ts";
import { present, presentHeaders } from "./present.ts";

export interface VersionOnly {
  /** Undefined where the bucket has no versioning. */
  readonly versionId?: string;
}

export function encodeVersionOnly({ versionId }: VersionOnly, dialect: Dialect): Headers {
  return presentHeaders({ [`${dialect.headerPrefix}version-id`]: versionId });
}

export function decodeVersionOnly({ headers }: ResponseMessage, dialect: Dialect): VersionOnly {
  return present({ versionId: headers[`${dialect.headerPrefix}version-id`] });
}
