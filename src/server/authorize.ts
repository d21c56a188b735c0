// Whether the sender of a request may do what it asks for. Nothing of a body is read, and nothing is said about what is
// there, before this is known.
import { serviceError } from "../protocol/errors/known-error.ts";
import type { Query } from "../protocol/http-message.ts";
import type { BucketRecord, VersionRecord } from "../storage/records.ts";
import type { Access } from "./access.ts";
import { type AnonymousVerdict, decideAnonymous, needOf } from "./anonymous-access.ts";
import { configurationOf } from "./bucket-configurations.ts";
import type { ReadGuard, ServiceContext } from "./service-context.ts";
import { symlinkTargetOf } from "./symlink.ts";

/** Who sent a request: the account, by a valid signature, or anybody, without one. */
export type Principal = "anonymous" | "owner";

/**
 * @param accesses  all that the request wants; one that is refused refuses it
 * @throws {ServiceError} AccessDenied; InvalidRequest for overrides of headers without a signature
 */
export async function authorize(
  principal: Principal,
  accesses: readonly Access[],
  query: Query,
  context: Pick<ServiceContext, "store">,
): Promise<ReadGuard> {
  if (principal === "owner") {
    return () => {};
  }
  for (const access of accesses) {
    assertAllowed(access, await decide(access, context));
  }
  const buckets = await bucketsOf(accesses, context);
  // A stranger could make the owner's domain answer with any type and name of a file.
  if (query.some(([name]) => name.startsWith("response-"))) {
    throw serviceError("InvalidRequest", {
      message: "Request specific response headers cannot be used for anonymous GET requests.",
    });
  }
  return (opened) => {
    const access = { permission: "oss:GetObject", bucket: opened.bucket, key: opened.key };
    const bucket = buckets.get(opened.bucket);
    assertAllowed(
      access,
      bucket === undefined ? "denied-by-bucket-acl" : decideAnonymous(access, aclsOf(bucket, opened)),
    );
  };
}

async function bucketsOf(
  accesses: readonly Access[],
  { store }: Pick<ServiceContext, "store">,
): Promise<ReadonlyMap<string, BucketRecord>> {
  const names = new Set(accesses.flatMap(({ bucket }) => bucket ?? []));
  const records = await Promise.all([...names].map((name) => store.metadata.getBucket(name)));
  return new Map(records.flatMap((record) => (record === undefined ? [] : [[record.name, record]])));
}

/** The ACLs are looked up only where they can count, and a bucket that is not there is as one that is private. */
async function decide(access: Access, { store }: Pick<ServiceContext, "store">): Promise<AnonymousVerdict> {
  const { bucket, key, versionId } = access;
  if (bucket === undefined || needOf(access) === undefined) {
    return "denied";
  }
  const record = await store.metadata.getBucket(bucket);
  // Nobody can be billed for a request without a signature.
  if (record === undefined || configurationOf(record, "requestPayment")?.payer === "Requester") {
    return "denied-by-bucket-acl";
  }
  if (key === undefined) {
    return decideAnonymous(access, { bucket: record.acl });
  }
  const id = { bucket, key, ...(versionId === undefined ? {} : { versionId }) };
  // A form may name no object. What it lacks, it is told only where it may write at all.
  const object = key === "" ? undefined : await store.metadata.getObject(id);
  const verdict = decideAnonymous(access, aclsOf(record, object));
  const target = verdict === "allowed" && needOf(access) === "read" ? linkTargetOf(object) : undefined;
  if (target === undefined) {
    return verdict;
  }
  // Who reads through a link must be allowed to read what it points to.
  const linked = await store.metadata.getObject({ bucket, key: target });
  return decideAnonymous({ ...access, key: target }, aclsOf(record, linked));
}

function aclsOf(bucket: BucketRecord, object: VersionRecord | undefined) {
  const objectAcl =
    object === undefined || object.type === "DeleteMarker" ? undefined : object.attributes.acl;
  const hasOwn = objectAcl !== undefined && objectAcl !== "default";
  return { bucket: bucket.acl, ...(hasOwn ? { object: objectAcl } : {}) };
}

function linkTargetOf(object: VersionRecord | undefined): string | undefined {
  return object?.type === "Symlink" ? symlinkTargetOf(object) : undefined;
}

function assertAllowed({ bucket }: Access, verdict: AnonymousVerdict): void {
  switch (verdict) {
    case "allowed":
      return;
    case "denied-by-object-acl":
      throw serviceError("AccessDenied", {
        message: "You have no right to access this object.",
        ec: "0003-00000001",
      });
    case "denied-by-bucket-acl":
      throw serviceError("AccessDenied", {
        message: "You have no right to access this object because of bucket acl.",
        ec: "0003-00000001",
      });
    case "denied":
      throw serviceError("AccessDenied", {
        message: "Anonymous access is forbidden for this operation.",
        ...(bucket === undefined ? { ec: "0003-00001201" } : {}),
      });
  }
}
