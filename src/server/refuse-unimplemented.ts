// What asks for something that this server does not do. Ignoring it would be a wrong success: an object stored in plain
// text that its owner believes encrypted, a callback that never comes, the current object deleted in place of an old
// version.
import { serviceError } from "../protocol/errors/known-error.ts";
import { NULL_VERSION_ID } from "../protocol/fields/version-id.ts";
import { queryValue, type RequestMessage } from "../protocol/http-message.ts";
import type { AnyOperation } from "../protocol/operation.ts";

/** Headers of requests that write. Source: OSS API, PutObject and PutBucket; the Python SDK v2. */
const ENCRYPTION_HEADERS: readonly string[] = [
  "x-oss-server-side-data-encryption",
  "x-oss-server-side-encryption-key-id",
];
const UNIMPLEMENTED_HEADERS: readonly string[] = [
  "x-oss-agentic-bucket",
  "x-oss-bucket-tagging",
  "x-oss-object-worm-legal-hold",
  "x-oss-object-worm-mode",
  "x-oss-object-worm-retain-until-date",
  "x-oss-persistent-headers",
  ...ENCRYPTION_HEADERS,
];

/** Of requests that write, other than those that have a callback. Source: OSS API, Callback. */
const CALLBACK_HEADERS: readonly string[] = ["x-oss-callback", "x-oss-callback-var"];
const CALLBACK_PARAMETERS: readonly string[] = ["callback", "callback-var"];
/** The Go SDK gives one option to all calls of an upload: the callback is the completion's, and ignored at the beginning. */
const CALLBACK_OPERATIONS: readonly string[] = [
  "CompleteMultipartUpload",
  "InitiateMultipartUpload",
  "PutObject",
];

/**
 * Whether a call only opens, ends or forgets an upload: a `versionId` means nothing to it. The Go SDK gives the version of
 * a copy's source to every call of the copy.
 */
export function isAboutUpload({ name }: Pick<AnyOperation, "name">): boolean {
  return ["AbortMultipartUpload", "CompleteMultipartUpload", "InitiateMultipartUpload"].includes(name);
}

/** Of requests with any method: a listing of the buckets of one group must not be that of all. */
const RESOURCE_GROUP_HEADER = "x-oss-resource-group-id";

/** @throws {ServiceError} NotImplemented, naming the header or the parameter */
export function refuseUnimplemented(
  { method, headers, query, form }: RequestMessage,
  operation: Pick<AnyOperation, "name">,
): void {
  if (headers[RESOURCE_GROUP_HEADER] !== undefined) {
    throw serviceError("NotImplemented", { fields: { Header: RESOURCE_GROUP_HEADER } });
  }
  // The chunks are undone before anybody sees the body, a compression would stay in it (RFC 9112, 6.1).
  if ((headers["transfer-encoding"] ?? "chunked").toLowerCase() !== "chunked") {
    throw serviceError("NotImplemented", { fields: { Header: "Transfer-Encoding" } });
  }
  if (method !== "PUT" && method !== "POST") {
    return;
  }
  // How an object is encrypted is settled when it is begun: OSS ignores what a later append says of it. Source: the Go
  // SDK's tests.
  const isLaterAppend = operation.name === "AppendObject" && queryValue(query, "position") !== "0";
  const header = UNIMPLEMENTED_HEADERS.filter(
    (name) => !isLaterAppend || !ENCRYPTION_HEADERS.includes(name),
  ).find((name) => headers[name] !== undefined);
  // The fields of a form are what headers are elsewhere.
  const field = form?.fields.find(([name]) => UNIMPLEMENTED_HEADERS.includes(name.toLowerCase()))?.[0];
  const callback = CALLBACK_OPERATIONS.includes(operation.name)
    ? undefined
    : (CALLBACK_HEADERS.find((name) => headers[name] !== undefined) ??
      CALLBACK_PARAMETERS.find((name) => queryValue(query, name) !== undefined));
  const unimplemented = header ?? field ?? callback;
  if (unimplemented !== undefined) {
    throw serviceError("NotImplemented", { fields: { Header: unimplemented } });
  }
}

/** What an operation may have read of a request's version. */
interface ReadVersions {
  readonly versionId?: string;
  /** Of a copy. */
  readonly source?: object;
}

/**
 * A version that is named where the operation takes none must not become a request about the current one. To copies
 * it means nothing: the version of a source is named in the source, and oss2 repeats it in the query of UploadPartCopy.
 *
 * @throws {ServiceError} NotImplemented
 */
export function refuseIgnoredVersion({ query }: RequestMessage, { versionId, source }: ReadVersions): void {
  const named = queryValue(query, "versionId") ?? NULL_VERSION_ID;
  if (source === undefined && named !== NULL_VERSION_ID && named !== versionId) {
    throw serviceError("NotImplemented", { fields: { Header: "versionId" } });
  }
}
