// The token service: gives users temporary keys for roles, and tells whoever has a key whose it is.
// Source: STS API, AssumeRole and GetCallerIdentity.
import { createHash } from "node:crypto";
import type { RequestMessage, ResponseMessage } from "../../protocol/http-message.ts";
import { CLOCK_SKEW_MAX_MS } from "../../protocol/limits.ts";
import { constantTimeEqual } from "../../protocol/signing/constant-time-equal.ts";
import { toIso8601 } from "../../protocol/times.ts";
import { writeXml } from "../../protocol/xml/write-xml.ts";
import { element, type XmlElement } from "../../protocol/xml/xml-element.ts";
import type { MetadataStore } from "../../storage/metadata-store.ts";
import type { CredentialStore, HeldCredentials } from "../credential-store.ts";
import { ACCOUNT_ID } from "../identity/identities.ts";
import { factsOf } from "../policy/request-facts.ts";
import type { RequestBody } from "../service-context.ts";
import { StsError } from "./sts-error.ts";
import { readStsRequest, type StsRequest } from "./sts-request.ts";
import { type StsAuthentication, stsAuthentication } from "./sts-signature.ts";

export interface StsContext {
  readonly metadata: Pick<MetadataStore, "takeNonce">;
  readonly credentials: CredentialStore;
  readonly nowMs: number;
  readonly requestId: string;
  readonly hostId: string;
  readonly clientAddress?: string | undefined;
  readonly isEncrypted: boolean;
}

/** Texts, and objects of them: what JSON and XML both can say. */
interface Answer {
  readonly [name: string]: Answer | string;
}

const VERSION = "2015-04-01";
/** Of half an hour, in which a signature is good: 55 requests a second. Only who has a key can use them up. */
const NONCE_COUNT_MAX = 100_000;
const DURATION_DEFAULT_SECONDS = 3_600;

/** @param message  for which isForSts() holds */
export async function answerSts(
  message: RequestMessage,
  body: RequestBody,
  context: StsContext,
): Promise<ResponseMessage> {
  const { requestId, hostId } = context;
  let request: StsRequest | undefined;
  try {
    request = await readStsRequest(message, body);
    const held = await authenticate(request, context);
    const answer = answerTo(request, held, context);
    return encode(
      request,
      { name: `${request.action}Response`, status: 200 },
      { RequestId: requestId, ...answer },
    );
  } catch (failure) {
    if (!(failure instanceof StsError)) {
      throw failure;
    }
    const { code: Code, status, message: Message } = failure;
    return encode(
      request,
      { name: "Error", status },
      { RequestId: requestId, HostId: hostId, Code, Message },
    );
  }
}

async function authenticate(
  request: StsRequest,
  { credentials, metadata, nowMs }: StsContext,
): Promise<HeldCredentials> {
  const claimed = stsAuthentication(request);
  const { accessKeyId, securityToken } = claimed;
  const found = credentials.find(accessKeyId, securityToken);
  if (found === undefined || found.accessKeyId !== accessKeyId) {
    throw securityToken === undefined
      ? new StsError("InvalidAccessKeyId.NotFound", 404, "Specified access key is not found.")
      : new StsError(
          "InvalidSecurityToken.MismatchWithAccessKey",
          400,
          "Specified SecurityToken mismatch with the AccessKey.",
        );
  }
  if (found.securityToken !== securityToken) {
    throw new StsError("InvalidSecurityToken.Malformed", 400, "Specified SecurityToken is malformed.");
  }
  if (found.expiresAtMs !== undefined && nowMs >= found.expiresAtMs) {
    throw new StsError("InvalidSecurityToken.Expired", 400, "Specified SecurityToken is expired.");
  }
  const timeMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(claimed.time)
    ? Date.parse(claimed.time)
    : Number.NaN;
  if (!(Math.abs(nowMs - timeMs) <= CLOCK_SKEW_MAX_MS)) {
    throw new StsError("InvalidTimeStamp.Expired", 400, "Specified time stamp or date value is expired.");
  }
  if (!constantTimeEqual(claimed.expectedSignature(found.accessKeySecret), claimed.signature)) {
    throw new StsError(
      "SignatureDoesNotMatch",
      400,
      "Specified signature is not matched with our calculation.",
    );
  }
  await assertNew(claimed, { metadata, timeMs });
  return found;
}

/** A request that somebody has recorded can be sent again only once its own time is over. @throws {StsError} */
async function assertNew(
  { accessKeyId, nonce }: StsAuthentication,
  { metadata, timeMs }: Pick<StsContext, "metadata"> & { readonly timeMs: number },
): Promise<void> {
  const digest = createHash("sha256").update(`${accessKeyId}\n${nonce}`).digest("hex");
  const expiresAtMs = timeMs + CLOCK_SKEW_MAX_MS;
  const taken = await metadata.takeNonce({ nonce: digest, expiresAtMs, countMax: NONCE_COUNT_MAX });
  if (taken === "known") {
    throw new StsError("SignatureNonceUsed", 400, "Specified signature nonce was used already.");
  }
  if (taken === "full") {
    throw new StsError("Throttling", 400, "Request was denied due to request throttling.");
  }
}

function answerTo(request: StsRequest, held: HeldCredentials, context: StsContext): Answer {
  if (request.version !== VERSION) {
    throw new StsError(
      "InvalidVersion",
      400,
      `Specified parameter Version is not valid; it must be ${VERSION}.`,
    );
  }
  switch (request.action) {
    case "AssumeRole":
      return assumeRole(request, held, context);
    case "GetCallerIdentity":
      return callerIdentity(held);
    default:
      throw new StsError(
        "InvalidAction.NotFound",
        404,
        "Specified api is not found, please check your url and method.",
      );
  }
}

function assumeRole(
  { parameters, query, headers }: StsRequest,
  { holder, accessKeyId }: HeldCredentials,
  { credentials, nowMs, clientAddress, isEncrypted }: StsContext,
): Answer {
  if (holder === undefined) {
    throw new StsError("NoPermission", 403, "Roles may not be assumed by root accounts.");
  }
  const roleArn = parameters.get("RoleArn");
  const sessionName = parameters.get("RoleSessionName");
  if (!roleArn || !sessionName) {
    const name = roleArn ? "RoleSessionName" : "RoleArn";
    throw new StsError(`Missing${name}`, 400, `${name} is mandatory for this action.`);
  }
  if (credentials.sessions === undefined) {
    throw new StsError("EntityNotExist.Role", 404, "The role does not exist: this server has none.");
  }
  const policy = parameters.get("Policy");
  const issued = credentials.sessions.issue({
    asker: holder,
    ...{ roleArn, sessionName, nowMs },
    durationSeconds: Number(parameters.get("DurationSeconds") ?? DURATION_DEFAULT_SECONDS),
    facts: factsOf({
      query,
      headers,
      permission: "sts:AssumeRole",
      accessKeyId,
      clientAddress,
      isEncrypted,
      nowMs,
    }),
    ...(policy ? { policy } : {}),
  });
  return {
    AssumedRoleUser: { Arn: issued.arn, AssumedRoleId: issued.roleSessionId },
    Credentials: {
      SecurityToken: issued.securityToken,
      AccessKeyId: issued.accessKeyId,
      AccessKeySecret: issued.accessKeySecret,
      Expiration: toIso8601(new Date(issued.expiresAtMs)).replace(/\.\d+Z$/, "Z"),
    },
  };
}

function callerIdentity({ holder }: HeldCredentials): Answer {
  if (holder === undefined) {
    const Arn = `acs:ram::${ACCOUNT_ID}:root`;
    return {
      IdentityType: "Account",
      AccountId: ACCOUNT_ID,
      PrincipalId: ACCOUNT_ID,
      UserId: ACCOUNT_ID,
      Arn,
    };
  }
  const isUser = holder.kind === "user";
  const [id = "", arn = ""] = holder.names;
  return {
    IdentityType: isUser ? "RAMUser" : "AssumedRoleUser",
    AccountId: ACCOUNT_ID,
    PrincipalId: isUser ? id : holder.name,
    ...(isUser ? { UserId: id } : {}),
    Arn: isUser ? arn : id,
  };
}

/** JSON where it is asked for, and under ACS3; XML else. */
function encode(
  request: StsRequest | undefined,
  { name, status }: { readonly name: string; readonly status: number },
  answer: Answer,
): ResponseMessage {
  const format = request?.parameters.get("Format") ?? (request?.style === "acs3" ? "JSON" : "XML");
  return format.toUpperCase() === "JSON"
    ? { status, headers: { "content-type": "application/json;charset=utf-8" }, text: JSON.stringify(answer) }
    : {
        status,
        headers: { "content-type": "text/xml;charset=utf-8" },
        text: writeXml(element(name, elementsOf(answer))),
      };
}

function elementsOf(answer: Answer): readonly XmlElement[] {
  return Object.entries(answer).map(([name, value]) =>
    typeof value === "string" ? element(name, value) : element(name, elementsOf(value)),
  );
}
