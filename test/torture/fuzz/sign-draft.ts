// Signs a draft as it stands, however broken it is: what has a valid signature reaches the handlers.
import type { Headers, Method, RequestMessage } from "../../../src/protocol/http-message.ts";
import type { Credentials } from "../../../src/protocol/signing/credentials.ts";
import { signV1Header } from "../../../src/protocol/signing/sign-v1-header.ts";
import { signV1Url } from "../../../src/protocol/signing/sign-v1-url.ts";
import { signV4Header } from "../../../src/protocol/signing/sign-v4-header.ts";
import { signV4Url } from "../../../src/protocol/signing/sign-v4-url.ts";
import { v2QueryNames, v2Signature, v2StringToSign } from "../../../src/protocol/signing/v2-signature.ts";
import { createV4KeyCache } from "../../../src/protocol/signing/v4-key-cache.ts";
import { toHttpDate } from "../../../src/protocol/times.ts";
import { nodeSigningCrypto } from "../../../src/server/node-signing-crypto.ts";
import type { Draft } from "./draft.ts";

export const schemes = ["v1-header", "v1-url", "v2-header", "v2-url", "v4-header", "v4-url"] as const;
export type Scheme = (typeof schemes)[number];

export interface Signer {
  readonly credentials: Credentials;
  readonly time: Date;
  readonly region: string;
}

const URL_LIFE_SECONDS = 600;
const keyCache = createV4KeyCache();

export async function signDraft(draft: Draft, scheme: Scheme, signer: Signer): Promise<Draft> {
  const { credentials, time, region } = signer;
  const { method, resource, query, headers } = draft;
  const message: RequestMessage = { method: method as Method, resource, query, headers };
  const signed = await signMessage();
  return { ...draft, query: signed.query, headers: signed.headers, history: [...draft.history, scheme] };

  function signMessage(): Promise<RequestMessage> {
    switch (scheme) {
      case "v1-header":
        return signV1Header(message, { credentials, time }, nodeSigningCrypto);
      case "v1-url": {
        const expires = new Date(time.getTime() + URL_LIFE_SECONDS * 1000);
        return signV1Url(message, { credentials, expires }, nodeSigningCrypto);
      }
      case "v2-header":
        return signV2Header(message, signer);
      case "v2-url":
        return signV2Url(message, signer);
      case "v4-header":
        return signV4Header(message, { credentials, time, region, keyCache }, nodeSigningCrypto);
      case "v4-url": {
        const options = { credentials, time, region, keyCache, expiresInSeconds: URL_LIFE_SECONDS };
        return signV4Url(message, options, nodeSigningCrypto);
      }
    }
  }
}

/** Our client does not sign with version 2, so this is the only place that does. */
async function signV2Header(request: RequestMessage, { credentials, time }: Signer): Promise<RequestMessage> {
  const { accessKeyId, accessKeySecret, securityToken } = credentials;
  const date = toHttpDate(time);
  const token = securityToken === undefined ? {} : { "x-oss-security-token": securityToken };
  const headers: Headers = { ...request.headers, date, ...token };
  const facts = { dateLine: headers["x-oss-date"] ?? date, additionalHeaders: [] };
  const stringToSign = v2StringToSign({ ...request, headers }, facts);
  const signature = await v2Signature(stringToSign, accessKeySecret, nodeSigningCrypto);
  const authorization = `OSS2 AccessKeyId:${accessKeyId},Signature:${signature}`;
  return { ...request, headers: { ...headers, authorization } };
}

async function signV2Url(request: RequestMessage, { credentials, time }: Signer): Promise<RequestMessage> {
  const { accessKeyId, accessKeySecret, securityToken } = credentials;
  const expires = String(Math.floor(time.getTime() / 1000) + URL_LIFE_SECONDS);
  const names: readonly string[] = Object.values(v2QueryNames);
  const query: (readonly [string, string])[] = [
    ...request.query.filter(([name]) => !names.includes(name)),
    [v2QueryNames.version, "OSS2"],
    [v2QueryNames.accessKeyId, accessKeyId],
    [v2QueryNames.expires, expires],
    ...(securityToken === undefined ? [] : [[v2QueryNames.securityToken, securityToken] as const]),
  ];
  const stringToSign = v2StringToSign({ ...request, query }, { dateLine: expires, additionalHeaders: [] });
  const signature = await v2Signature(stringToSign, accessKeySecret, nodeSigningCrypto);
  return { ...request, query: [...query, [v2QueryNames.signature, signature]] };
}
