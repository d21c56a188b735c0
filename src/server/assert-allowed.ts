// How a decision against a request is told: in the words and with the EC of whatever decided.
import { serviceError } from "../protocol/errors/known-error.ts";
import { type Access, resourceOf } from "./access.ts";
import type { Decision } from "./policy/decide-access.ts";
import { formatResourceName } from "./policy/resource-name.ts";
import type { Principal } from "./principal.ts";
import type { ServiceContext } from "./service-context.ts";

const DENIED_EC = "0003-00000001";

/** @throws {ServiceError} AccessDenied */
export function assertAllowed(
  decision: Decision,
  access: Access,
  principal: Principal,
  { owner, region }: Pick<ServiceContext, "owner" | "region">,
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
