// The example requests, signed, and a server that verifies them.
import assert from "node:assert/strict";
import type { RequestMessage, Resource } from "../../../src/protocol/http-message.ts";
import { parseAuthentication } from "../../../src/protocol/signing/parse-authentication.ts";
import { signV1Header } from "../../../src/protocol/signing/sign-v1-header.ts";
import { signV1Url } from "../../../src/protocol/signing/sign-v1-url.ts";
import { signV4Header } from "../../../src/protocol/signing/sign-v4-header.ts";
import { signV4Url } from "../../../src/protocol/signing/sign-v4-url.ts";
import {
  type VerifyAuthenticationOptions,
  verifyAuthentication,
} from "../../../src/protocol/signing/verify-authentication.ts";
import {
  exampleCredentials as credentials,
  exampleDownload,
  exampleTime,
  exampleUploadPart,
  exampleRegion as region,
  secondsAfterExample,
} from "./example-request.ts";
import { nodeSigningCrypto } from "./node-signing-crypto.ts";

export function v1Header(request = exampleUploadPart(), signer = credentials): Promise<RequestMessage> {
  return signV1Header(request, { credentials: signer, time: exampleTime }, nodeSigningCrypto);
}

export function v1Url(request = exampleDownload(), signer = credentials): Promise<RequestMessage> {
  return signV1Url(request, { credentials: signer, expires: secondsAfterExample(600) }, nodeSigningCrypto);
}

export function v4Header(request = exampleUploadPart(), signer = credentials): Promise<RequestMessage> {
  return signV4Header(request, { credentials: signer, time: exampleTime, region }, nodeSigningCrypto);
}

export function v4Url(request = exampleDownload(), signer = credentials): Promise<RequestMessage> {
  return signV4Url(
    request,
    { credentials: signer, time: exampleTime, region, expiresInSeconds: 600 },
    nodeSigningCrypto,
  );
}

export async function verify(
  request: RequestMessage,
  options: Partial<VerifyAuthenticationOptions> = {},
): Promise<Resource> {
  const authentication = parseAuthentication(request);
  assert.ok(authentication);
  return verifyAuthentication(
    {
      request,
      candidates: [request.resource],
      authentication,
      credentials,
      region,
      now: exampleTime,
      ...options,
    },
    nodeSigningCrypto,
  );
}
