// Whether the sender of a request may do what it asks for. Nothing of a body is read, and nothing is said about what is
// there, before this is known.
import { setImmediate } from "node:timers/promises";
import { serviceError } from "../protocol/errors/known-error.ts";
import { present } from "../protocol/fields/present.ts";
import type { Query } from "../protocol/http-message.ts";
import type { BucketRecord, VersionRecord } from "../storage/records.ts";
import type { SeenRights } from "../storage/seen-rights.ts";
import type { Access } from "./access.ts";
import { type Acls, needOf } from "./acl-access.ts";
import { assertAllowed } from "./assert-allowed.ts";
import type { AskAgain } from "./authenticate.ts";
import { configurationOf } from "./bucket-configurations.ts";
import { assertLinked, type Link } from "./hotlink/assert-linked.ts";
import { bucketPoliciesOf } from "./policy/bucket-policy-of.ts";
import { type Decision, decideByAcls, decideByPolicies } from "./policy/decide-access.ts";
import type { Facts } from "./policy/policy.ts";
import type { Principal } from "./principal.ts";
import { assertNotMadePublic, countingAcls } from "./public-access/public-access-block.ts";
import type { RequestContext, ServiceContext } from "./service-context.ts";
import { symlinkTargetOf } from "./symlink.ts";

export interface AuthorizedRequest {
  readonly principal: Principal;
  readonly askAgain: AskAgain;
  /** All that the request wants; one that is refused refuses it. */
  readonly accesses: readonly Access[];
  readonly facts: Facts;
  readonly query: Query;
  /** Absent for what no link on a page can ask for. */
  readonly link?: Link;
}

/** What may be asked later about a request that was let in. */
export type Permission = Pick<RequestContext, "assertPoliciesAllow" | "assertReadAllowed" | "authorizeAgain">;

/** Each takes at most some ten milliseconds, with the longest policies. */
const DECISIONS_AT_ONCE = 5;

/**
 * For so long a request of the account is not asked about again. Nothing but a bucket's policy can deny it anything, and to
 * a signed URL of its own a bucket's list of pages; who puts those there is the account itself or whom it lets do so. It spares most of its requests the reading of the bucket.
 */
const ACCOUNT_TRUST_MS = 1_000;

/** What of a bucket decides besides its ACL. Named here, so that no other change of the bucket counts as one of rights. */
const DECIDING_CONFIGURATIONS = ["policy", "publicAccessBlock", "referer", "requestPayment"] as const;

type Context = Pick<ServiceContext, "now" | "owner" | "region" | "store">;
type Buckets = ReadonlyMap<string, BucketRecord>;

interface Findings {
  /** That the request is about, as far as they are there. */
  readonly buckets: Buckets;
  /** By which it may write its object; undefined: by the account's or its user's own rights. */
  readonly rights: SeenRights | undefined;
}

/** What was found last, and who the sender was then. */
interface Known extends Findings {
  readonly request: AuthorizedRequest;
}

interface Found {
  readonly decision: Decision;
  /** Those that it was decided by, as they are stored. */
  readonly acls?: SeenRights["acls"];
}

/** @throws {ServiceError} AccessDenied; InvalidRequest for overrides of headers without a signature */
export async function authorize(request: AuthorizedRequest, context: Context): Promise<Permission> {
  const { principal, query } = request;
  const begunAtMs = context.now();
  let known: Known = { request, ...(await assertAllAllowed(request, context)) };
  // A stranger could make the owner's domain answer with any type and name of a file.
  if (principal.kind === "anonymous" && query.some(([name]) => name.startsWith("response-"))) {
    throw serviceError("InvalidRequest", {
      message: "Request specific response headers cannot be used for anonymous GET requests.",
    });
  }
  const assertAloneAllowed = (access: Access, acls: Acls) => {
    const bucketPolicies = bucketPoliciesOf(known.buckets.get(access.bucket ?? ""));
    const question = questionOf(access, request, context);
    const byPolicies = decideByPolicies(known.request.principal, question, bucketPolicies);
    assertAllowed(byPolicies ?? decideByAcls(access, acls), access, known.request.principal, context);
  };
  return {
    assertReadAllowed(opened) {
      const bucket = known.buckets.get(opened.bucket);
      const acls = bucket === undefined ? {} : aclsOf(bucket, opened);
      assertAloneAllowed(readAccessTo(opened, request.accesses), acls);
    },
    async assertPoliciesAllow(accesses) {
      for (const [index, access] of accesses.entries()) {
        if (index % DECISIONS_AT_ONCE === DECISIONS_AT_ONCE - 1) {
          // A thousand names against a policy that was written to be slow must not keep others waiting.
          await setImmediate();
        }
        assertAloneAllowed(access, {});
      }
    },
    async authorizeAgain() {
      const nowRequest = { ...request, principal: request.askAgain() };
      const isQuick = Math.abs(context.now() - begunAtMs) < ACCOUNT_TRUST_MS;
      if (nowRequest.principal.kind !== "account" || !isQuick) {
        known = { request: nowRequest, ...(await assertAllAllowed(nowRequest, context)) };
      }
      return known.rights;
    },
  };
}

async function assertAllAllowed(request: AuthorizedRequest, context: Context): Promise<Findings> {
  const { principal, accesses, link } = request;
  const buckets = await bucketsOf(accesses, context);
  const [target] = accesses;
  let rights: SeenRights | undefined;
  for (const access of accesses) {
    // To strangers no ACL grants what names many objects, so without a policy they need not send the names.
    const isAskedLater = principal.kind !== "anonymous" || hasPolicy(buckets.get(access.bucket ?? ""));
    if (access.keysFollow !== true || !isAskedLater) {
      const { decision, acls } = await decide(access, { request, buckets, context });
      assertAllowed(decision, access, principal, context);
      assertNotMadePublic(access, request.facts, buckets.get(access.bucket ?? ""));
      // The source of a copy was read when that was allowed.
      if (isTarget(access, target) && isByStore(decision)) {
        rights = { ...rights, ...rightsOf(buckets.get(access.bucket ?? ""), acls) };
      }
    }
  }
  if (link !== undefined) {
    // Who may not read anyway is not told which pages might.
    for (const bucket of buckets.values()) {
      assertLinked(bucket, link);
    }
  }
  return { buckets, rights };
}

function isByStore(decision: Decision): boolean {
  return decision.by === "acl" || (decision.by === "policy" && decision.place === "bucket");
}

/** What is written is a key's current version; an older one of the same key may be what is copied. */
function isTarget({ bucket, key, versionId }: Access, target: Access | undefined): boolean {
  return bucket === target?.bucket && key === target?.key && versionId === target?.versionId;
}

function rightsOf(bucket: BucketRecord | undefined, acls: Found["acls"]): SeenRights {
  const configurations = Object.fromEntries(
    DECIDING_CONFIGURATIONS.map((name) => [name, bucket?.configurations[name] ?? null]),
  );
  return { configurations, ...(acls && { acls }) };
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
async function decide(access: Access, { request, buckets, context }: Deciding): Promise<Found> {
  const { principal } = request;
  const bucket = access.bucket === undefined ? undefined : buckets.get(access.bucket);
  const isAnonymous = principal.kind === "anonymous";
  // Nobody can be billed for a request without a signature.
  if (
    isAnonymous &&
    bucket !== undefined &&
    configurationOf(bucket, "requestPayment")?.payer === "Requester"
  ) {
    return { decision: decideByAcls(access, {}) };
  }
  const byPolicies = decideByPolicies(
    principal,
    questionOf(access, request, context),
    bucketPoliciesOf(bucket),
  );
  if (byPolicies !== undefined || bucket === undefined || needOf(access) === undefined) {
    return { decision: byPolicies ?? decideByAcls(access, {}) };
  }
  return decideByStoredAcls(access, bucket, context);
}

async function decideByStoredAcls(access: Access, bucket: BucketRecord, { store }: Context): Promise<Found> {
  const { key, versionId } = access;
  if (key === undefined) {
    return { decision: decideByAcls(access, aclsOf(bucket, undefined)), acls: { bucket: bucket.acl } };
  }
  const id = { bucket: bucket.name, key, ...(versionId === undefined ? {} : { versionId }) };
  // A form may name no object. What it lacks, it is told only where it may write at all.
  const object = key === "" ? undefined : await store.metadata.getObject(id);
  const decision = decideByAcls(access, aclsOf(bucket, object));
  const acls = present({ bucket: bucket.acl, object: objectAclOf(object) });
  const target = decision.isAllowed && needOf(access) === "read" ? linkTargetOf(object) : undefined;
  if (target === undefined) {
    return { decision, acls };
  }
  // Who reads through a link must be allowed to read what it points to.
  const linked = await store.metadata.getObject({ bucket: bucket.name, key: target });
  return { decision: decideByAcls({ ...access, key: target }, aclsOf(bucket, linked)), acls };
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
  const objectAcl = objectAclOf(object);
  const hasOwn = objectAcl !== undefined && objectAcl !== "default";
  return countingAcls({ bucket: bucket.acl, ...(hasOwn ? { object: objectAcl } : {}) }, bucket);
}

/** As it is stored: `default` says that it has none of its own. */
function objectAclOf(object: VersionRecord | undefined): string | undefined {
  return object?.type === "DeleteMarker" ? undefined : object?.attributes.acl;
}

function linkTargetOf(object: VersionRecord | undefined): string | undefined {
  return object?.type === "Symlink" ? symlinkTargetOf(object) : undefined;
}
