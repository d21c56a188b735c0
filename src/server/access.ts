// What a request wants to do with what: the question that authorize.ts answers. It is read from the operation's data
// and the message's head, so that nothing of a body is needed for it.
import type { Dialect } from "../protocol/dialects/dialect.ts";
import { decodeCopySource } from "../protocol/fields/copy-source.ts";
import { postedHeaders, postedKey } from "../protocol/fields/posted-object.ts";
import { type Form, queryValue, type RequestMessage } from "../protocol/http-message.ts";
import type { AnyOperation } from "../protocol/operation.ts";
import type { ResourceName } from "./policy/resource-name.ts";

export interface Access {
  /** The RAM action, such as `oss:PutObject`. */
  readonly permission: string;
  /** Absent for the service itself. */
  readonly bucket?: string;
  /** Absent where it is about the bucket. */
  readonly key?: string;
  /** Absent: the current version. */
  readonly versionId?: string;
  /** The body names the objects, and each needs the permission: whoever has read it asks about them. */
  readonly keysFollow?: true;
}

/** Headers of requests that write an object, and the permission that each needs besides. */
const PERMISSIONS_OF_HEADERS: readonly (readonly [header: string, permission: string])[] = [
  ["object-acl", "oss:PutObjectAcl"],
  ["tagging", "oss:PutObjectTagging"],
];

/** Who may use the current version may not do the same with every other: permissions where a version is named. */
const PERMISSIONS_OF_VERSIONS: ReadonlyMap<string, string> = new Map([
  ["oss:GetObject", "oss:GetObjectVersion"],
  ["oss:DeleteObject", "oss:DeleteObjectVersion"],
]);

const DELETES_MANY = "DeleteMultipleObjects";

/**
 * All that must be allowed for the request to be served: what it names, the source of a copy, and what else its headers
 * set.
 *
 * Source: the documented RAM actions of each call.
 *
 * @throws {ServiceError} InvalidArgument for a source that is none
 */
export function accessesOf(
  { name, permission, marks }: Pick<AnyOperation, "marks" | "name" | "permission">,
  request: RequestMessage,
  dialect: Dialect,
): readonly Access[] {
  const { resource, query, headers } =
    request.form === undefined ? request : asWritten(request, request.form);
  const versionId = queryValue(query, "versionId");
  const besides = PERMISSIONS_OF_HEADERS.filter(
    ([name]) => headers[dialect.headerPrefix + name] !== undefined,
  );
  const isCopy = marks.headers?.includes("copy-source") ?? false;
  const keysFollow = name === DELETES_MANY ? ({ keysFollow: true } as const) : {};
  return [
    accessTo(permission, { ...resource, ...(versionId ? { versionId } : {}), ...keysFollow }),
    ...besides.map(([, needed]) => ({ permission: needed, ...resource })),
    ...(isCopy ? [accessTo("oss:GetObject", decodeCopySource(headers, dialect))] : []),
  ];
}

/** A form is sent to a bucket, but is about the object that its fields name. */
function asWritten({ resource, query }: RequestMessage, form: Form): Omit<RequestMessage, "method"> {
  return { resource: { ...resource, key: postedKey(form) ?? "" }, query, headers: postedHeaders(form) };
}

/** Under which name policies speak of what is accessed. Source: OSS, RAM policy: resources. */
export function resourceOf(
  { bucket, key }: Access,
  { region, accountId }: { readonly region: string; readonly accountId: string },
): ResourceName {
  const path = bucket === undefined ? "*" : key === undefined ? bucket : `${bucket}/${key}`;
  return { service: "oss", region, account: accountId, path };
}

/** What deleting one of many objects needs. */
export function deletionAccess(
  object: Required<Pick<Access, "bucket" | "key">> & Pick<Access, "versionId">,
): Access {
  return accessTo("oss:DeleteObject", object);
}

function accessTo(permission: string, what: Omit<Access, "permission">): Access {
  const ofVersion = what.versionId === undefined ? undefined : PERMISSIONS_OF_VERSIONS.get(permission);
  return { permission: ofVersion ?? permission, ...what };
}
