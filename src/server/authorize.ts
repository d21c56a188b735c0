// Whether the sender of a request may do what it asks for. Nothing of a body is read, and nothing is said about what is
// there, before this is known.
import { setImmediate } from "node:timers/promises";
import { serviceError } from "../protocol/errors/known-error.ts";
import type { Query } from "../protocol/http-message.ts";
import type { BucketRecord, VersionRecord } from "../storage/records.ts";
import { type Access, resourceOf } from "./access.ts";
import { type Acls, needOf } from "./acl-access.ts";
import type { AskAgain } from "./authenticate.ts";
import { configurationOf } from "./bucket-configurations.ts";
import { bucketPoliciesOf } from "./policy/bucket-policy-of.ts";
import { type Decision, decideByAcls, decideByPolicies } from "./policy/decide-access.ts";
import type { Facts } from "./policy/policy.ts";
import { formatResourceName } from "./policy/resource-name.ts";
import type { Principal } from "./principal.ts";
import type { RequestContext, ServiceContext } from "./service-context.ts";
import { symlinkTargetOf } from "./symlink.ts";

export interface AuthorizedRequest {
  readonly principal: Principal;
  readonly askAgain: AskAgain;
  /** All that the request wants; one that is refused refuses it. */
  readonly accesses: readonly Access[];
  readonly facts: Facts;
  readonly query: Query;
}

/** What may be asked later about a request that was let in. */
export type Permission = Pick<RequestContext, "assertPoliciesAllow" | "assertReadAllowed" | "authorizeAgain">;

/** Each takes at most some ten milliseconds, with the longest policies. */
const DECISIONS_AT_ONCE = 5;

type Context = Pick<ServiceContext, "owner" | "region" | "store">;
type Buckets = ReadonlyMap<string, BucketRecord>;

/** @throws {ServiceError} AccessDenied; InvalidRequest for overrides of headers without a signature */
export async function authorize(request: AuthorizedRequest, context: Context): Promise<Permission> {
  const { principal, query } = request;
  const buckets = await assertAllAllowed(request, context);
  // A stranger could make the owner's domain answer with any type and name of a file.
  if (principal.kind === "anonymous" && query.some(([name]) => name.startsWith("response-"))) {
    throw serviceError("InvalidRequest", {
      message: "Request specific response headers cannot be used for anonymous GET requests.",
    });
  }
  const decideAlone = (access: Access, acls: Acls) => {
    const bucketPolicies = bucketPoliciesOf(buckets.get(access.bucket ?? ""));
    const question = questionOf(access, request, context);
    return decideByPolicies(principal, question, bucketPolicies) ?? decideByAcls(access, acls);
  };
  return {
    assertReadAllowed(opened) {
      const access = readAccessTo(opened, request.accesses);
      const bucket = buckets.get(opened.bucket);
      assertAllowed(
        decideAlone(access, bucket === undefined ? {} : aclsOf(bucket, opened)),
        access,
        request,
        context,
      );
    },
    async assertPoliciesAllow(accesses) {
      for (const [index, access] of accesses.entries()) {
        if (index % DECISIONS_AT_ONCE === DECISIONS_AT_ONCE - 1) {
          // A thousand names against a policy that was written to be slow must not keep others waiting.
          await setImmediate();
        }
        assertAllowed(decideAlone(access, {}), access, request, context);
      }
    },
    async authorizeAgain() {
      const nowPrincipal = request.askAgain();
      if (nowPrincipal.kind !== "account") {
        await assertAllAllowed({ ...request, principal: nowPrincipal }, context);
      }
    },
  };
}

/** @returns the buckets that the request is about, as far as they are there */
async function assertAllAllowed(request: AuthorizedRequest, context: Context): Promise<Buckets> {
  const { principal, accesses } = request;
  const buckets = await bucketsOf(accesses, context);
  for (const access of accesses) {
    // To strangers no ACL grants what names many objects, so without a policy they need not send the names.
    const isAskedLater = principal.kind !== "anonymous" || hasPolicy(buckets.get(access.bucket ?? ""));
    if (access.keysFollow !== true || !isAskedLater) {
      assertAllowed(await decide(access, { request, buckets, context }), access, request, context);
    }
  }
  return buckets;
}

async function bucketsOf(accesses: readonly Access[], { store }: Context): Promise<Buckets> {
  const names = new Set(accesses.flatMap(({ bucket }) => bucket ?? []));
  const records = await Promise.all([...names].map((name) => store.metadata.getBucket(name)));
  return new Map(records.flatMap((record) => (record === undefined ? [] : [[record.name, record]])));
}

function hasPolicy(bucket: BucketRecord | undefined): boolean {
  return bucketPoliciesOf(bucket).length > 0;
}

interface Deciding {
  readonly request: AuthorizedRequest;
  readonly buckets: Buckets;
  readonly context: Context;
}

/** The ACLs are looked up only where they can count, and a bucket that is not there is as one that is private. */
async function decide(access: Access, { request, buckets, context }: Deciding): Promise<Decision> {
  const { principal } = request;
  const bucket = access.bucket === undefined ? undefined : buckets.get(access.bucket);
  const isAnonymous = principal.kind === "anonymous";
  // Nobody can be billed for a request without a signature.
  if (
    isAnonymous &&
    bucket !== undefined &&
    configurationOf(bucket, "requestPayment")?.payer === "Requester"
  ) {
    return decideByAcls(access, {});
  }
  const byPolicies = decideByPolicies(
    principal,
    questionOf(access, request, context),
    bucketPoliciesOf(bucket),
  );
  if (byPolicies !== undefined || bucket === undefined || needOf(access) === undefined) {
    return byPolicies ?? decideByAcls(access, {});
  }
  return decideByStoredAcls(access, bucket, context);
}

async function decideByStoredAcls(
  access: Access,
  bucket: BucketRecord,
  { store }: Context,
): Promise<Decision> {
  const { key, versionId } = access;
  if (key === undefined) {
    return decideByAcls(access, { bucket: bucket.acl });
  }
  const id = { bucket: bucket.name, key, ...(versionId === undefined ? {} : { versionId }) };
  // A form may name no object. What it lacks, it is told only where it may write at all.
  const object = key === "" ? undefined : await store.metadata.getObject(id);
  const decision = decideByAcls(access, aclsOf(bucket, object));
  const target = decision.isAllowed && needOf(access) === "read" ? linkTargetOf(object) : undefined;
  if (target === undefined) {
    return decision;
  }
  // Who reads through a link must be allowed to read what it points to.
  const linked = await store.metadata.getObject({ bucket: bucket.name, key: target });
  return decideByAcls({ ...access, key: target }, aclsOf(bucket, linked));
}

function questionOf(access: Access, { facts }: AuthorizedRequest, { owner, region }: Context) {
  return { access, facts, region, accountId: owner.id };
}

/**
 * What opening an object means: what the request asked for, where that is the object; it reads the source of a copy. What
 * else is opened is the target of a link.
 */
function readAccessTo({ bucket, key }: VersionRecord, accesses: readonly Access[]): Access {
  const ofObject = accesses.filter((access) => access.bucket === bucket && access.key === key);
  const reading = ofObject.find(({ permission }) => needOf({ permission, key }) === "read");
  return reading ?? ofObject[0] ?? { permission: "oss:GetObject", bucket, key };
}

function aclsOf(bucket: BucketRecord, object: VersionRecord | undefined): Acls {
  const objectAcl =
    object === undefined || object.type === "DeleteMarker" ? undefined : object.attributes.acl;
  const hasOwn = objectAcl !== undefined && objectAcl !== "default";
  return { bucket: bucket.acl, ...(hasOwn ? { object: objectAcl } : {}) };
}

function linkTargetOf(object: VersionRecord | undefined): string | undefined {
  return object?.type === "Symlink" ? symlinkTargetOf(object) : undefined;
}

const DENIED_EC = "0003-00000001";

function assertAllowed(
  decision: Decision,
  access: Access,
  { principal }: AuthorizedRequest,
  { owner, region }: Context,
): void {
  if (decision.isAllowed) {
    return;
  }
  if (decision.by === "policy") {
    const message =
      decision.place === "bucket"
        ? "Access denied by bucket policy."
        : "Access denied by authorizer's policy.";
    throw serviceError("AccessDenied", { message, ec: DENIED_EC });
  }
  if (decision.verdict === "denied-by-object-acl") {
    throw serviceError("AccessDenied", {
      message: "You have no right to access this object.",
      ec: DENIED_EC,
    });
  }
  if (decision.verdict === "denied-by-bucket-acl") {
    const message = "You have no right to access this object because of bucket acl.";
    throw serviceError("AccessDenied", { message, ec: DENIED_EC });
  }
  if (principal.kind === "anonymous") {
    throw serviceError("AccessDenied", {
      message: "Anonymous access is forbidden for this operation.",
      ...(access.bucket === undefined ? { ec: "0003-00001201" } : {}),
    });
  }
  const resource = formatResourceName(resourceOf(access, { region, accountId: owner.id }));
  throw serviceError("AccessDenied", {
    message: `No policy allows ${access.permission} on ${resource}.`,
    ec: DENIED_EC,
  });
}
