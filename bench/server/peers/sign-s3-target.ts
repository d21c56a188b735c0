// Targets of requests to services that speak S3, signed with AWS4 in the query: version 4 in other words.
import { nodeCrypto } from "../../../src/client/node/node-crypto.ts";
import { percentEncode, percentEncodePath } from "../../../src/protocol/addressing/percent-encoding.ts";
import type { Credentials } from "../../../src/protocol/signing/credentials.ts";
import { oss4Words, type V4Words } from "../../../src/protocol/signing/oss4-words.ts";
import { v4CanonicalRequest } from "../../../src/protocol/signing/v4-canonical-request.ts";
import { createV4KeyCache } from "../../../src/protocol/signing/v4-key-cache.ts";
import { formatV4Scope, v4Day } from "../../../src/protocol/signing/v4-scope.ts";
import { v4Signature } from "../../../src/protocol/signing/v4-signature.ts";
import { toBasicIso8601 } from "../../../src/protocol/times.ts";
import type { SignTarget } from "../sign-target.ts";

const REGION = "us-east-1";
const LIFE_SECONDS = 24 * 3_600;

/** Source: Amazon S3, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)". */
const aws4Words: V4Words = {
  ...oss4Words,
  ...{ algorithm: "AWS4-HMAC-SHA256", secretPrefix: "AWS4", service: "s3", terminator: "aws4_request" },
  ...{ headerPrefix: "x-amz-", payloadHashHeader: "x-amz-content-sha256" },
  query: {
    ...{ version: "X-Amz-Algorithm", credential: "X-Amz-Credential", date: "X-Amz-Date" },
    ...{ expires: "X-Amz-Expires", headerList: "X-Amz-SignedHeaders" },
    ...{ securityToken: "X-Amz-Security-Token", signature: "X-Amz-Signature" },
  },
};

export function s3TargetSigner(endpoint: string, credentials: Credentials): SignTarget {
  const { host } = new URL(endpoint);
  const keyCache = createV4KeyCache();
  const words = aws4Words;
  return async (method, resource, query = []) => {
    const time = new Date();
    const scope = { day: v4Day(time), region: REGION };
    const date = toBasicIso8601(time);
    const signed: readonly (readonly [string, string])[] = [
      ...query,
      [words.query.version, words.algorithm],
      [words.query.credential, `${credentials.accessKeyId}/${formatV4Scope(scope, words)}`],
      [words.query.date, date],
      [words.query.expires, String(LIFE_SECONDS)],
      [words.query.headerList, "host"],
    ];
    const canonicalRequest = v4CanonicalRequest(
      { method, resource, query: signed, headers: { host } },
      { words, additionalHeaders: ["host"], emptyValueForm: () => true },
    );
    const secret = credentials.accessKeySecret;
    const { signature } = await v4Signature(
      { canonicalRequest, date, scope, secret, words, keyCache },
      nodeCrypto,
    );
    const pairs = [...signed, [words.query.signature, signature] as const];
    const text = pairs.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join("&");
    // Not as OSS has it: a bucket's path has no slash at its end there that is not signed.
    return `${percentEncodePath(`/${resource.bucket ?? ""}/${resource.key ?? ""}`)}?${text}`;
  };
}
