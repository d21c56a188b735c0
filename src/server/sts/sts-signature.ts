// The two signatures of requests to the token service.
// Source: Alibaba Cloud OpenAPI, RPC signature 1.0 and V3 signature; ali-oss lib/sts.js.
import { createHash, createHmac } from "node:crypto";
import { percentEncode } from "../../protocol/addressing/percent-encoding.ts";
import type { Query } from "../../protocol/http-message.ts";
import { StsError } from "./sts-error.ts";
import type { StsRequest } from "./sts-request.ts";

/** What a request says about who sent it; nothing of it is believed yet. */
export interface StsAuthentication {
  readonly accessKeyId: string;
  readonly securityToken?: string;
  readonly signature: string;
  /** Made up by the sender for this request alone. */
  readonly nonce: string;
  /** As it was written. */
  readonly time: string;
  /** In the same form as `signature`. */
  expectedSignature(accessKeySecret: string): string;
}

/** @throws {StsError} MissingParameter, InvalidParameter, IncompleteSignature */
export function stsAuthentication(request: StsRequest): StsAuthentication {
  return request.style === "rpc" ? rpcAuthentication(request) : acs3Authentication(request);
}

const HASHES: ReadonlyMap<string, string> = new Map([
  ["HMAC-SHA1", "sha1"],
  ["HMAC-SHA256", "sha256"],
]);

function rpcAuthentication({ method, parameters }: StsRequest): StsAuthentication {
  const hash = HASHES.get(required(parameters, "SignatureMethod"));
  if (hash === undefined || required(parameters, "SignatureVersion") !== "1.0") {
    throw new StsError(
      "InvalidParameter.SignatureMethod",
      400,
      "SignatureMethod must be HMAC-SHA1, its version 1.0.",
    );
  }
  const canonical = canonicalPairs([...parameters].filter(([name]) => name !== "Signature"));
  const stringToSign = `${method}&${percentEncode("/")}&${percentEncode(canonical)}`;
  const securityToken = parameters.get("SecurityToken");
  return {
    accessKeyId: required(parameters, "AccessKeyId"),
    ...(securityToken ? { securityToken } : {}),
    signature: required(parameters, "Signature"),
    nonce: required(parameters, "SignatureNonce"),
    time: required(parameters, "Timestamp"),
    expectedSignature: (secret) => createHmac(hash, `${secret}&`).update(stringToSign).digest("base64"),
  };
}

const ACS3 =
  /^ACS3-HMAC-SHA256\s+Credential=([^,\s]+)\s*,\s*SignedHeaders=([^,\s]+)\s*,\s*Signature=([0-9a-f]{64})\s*$/i;
/** Without these a recorded signature would fit another request. */
const ALWAYS_SIGNED: readonly string[] = [
  "host",
  "x-acs-action",
  "x-acs-content-sha256",
  "x-acs-date",
  "x-acs-signature-nonce",
  "x-acs-version",
];

function acs3Authentication({ method, headers, query, body }: StsRequest): StsAuthentication {
  const [, accessKeyId, signedNames = "", signature] = ACS3.exec(headers.authorization ?? "") ?? [];
  if (accessKeyId === undefined || signature === undefined) {
    throw incomplete(
      "The Authorization header must be ACS3-HMAC-SHA256 Credential=…,SignedHeaders=…,Signature=….",
    );
  }
  const signed = signedNames.toLowerCase().split(";");
  const unsigned = ALWAYS_SIGNED.filter((name) => !signed.includes(name));
  if (unsigned.length > 0) {
    throw incomplete(`The signature must cover ${unsigned.join(", ")}.`);
  }
  const bodyHash = createHash("sha256").update(body).digest("hex");
  if (headers["x-acs-content-sha256"]?.toLowerCase() !== bodyHash) {
    throw incomplete("x-acs-content-sha256 is not the SHA-256 of the body.");
  }
  const canonicalQuery = canonicalPairs(query);
  const canonicalHeaders = signed.toSorted().map((name) => `${name}:${(headers[name] ?? "").trim()}\n`);
  const canonicalRequest = [
    ...[method, "/", canonicalQuery, canonicalHeaders.join("")],
    ...[signed.toSorted().join(";"), bodyHash],
  ].join("\n");
  const stringToSign = `ACS3-HMAC-SHA256\n${createHash("sha256").update(canonicalRequest).digest("hex")}`;
  const securityToken = headers["x-acs-security-token"];
  return {
    accessKeyId,
    ...(securityToken ? { securityToken } : {}),
    signature: signature.toLowerCase(),
    nonce: headers["x-acs-signature-nonce"] ?? "",
    time: headers["x-acs-date"] ?? "",
    expectedSignature: (secret) => createHmac("sha256", secret).update(stringToSign).digest("hex"),
  };
}

/** In the order of the encoded names, which is not always that of the pairs. */
function canonicalPairs(pairs: Query): string {
  return pairs
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(([left], [right]) => (left < right ? -1 : Number(left > right)))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function required(parameters: ReadonlyMap<string, string>, name: string): string {
  const value = parameters.get(name);
  if (!value) {
    throw new StsError(`Missing${name}`, 400, `${name} is mandatory for this action.`);
  }
  return value;
}

function incomplete(message: string): StsError {
  return new StsError("IncompleteSignature", 400, message);
}
