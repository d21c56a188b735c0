// What the signature of a request would be, for each way in which the request can be read.
import type { Headers, RequestMessage, Resource } from "../http-message.ts";
import type {
  Authentication,
  V1HeaderAuthentication,
  V1UrlAuthentication,
  V2HeaderAuthentication,
  V2UrlAuthentication,
  V4HeaderAuthentication,
  V4UrlAuthentication,
} from "./authentication.ts";
import { oss4Words } from "./oss4-words.ts";
import type { SigningCrypto } from "./signing-crypto.ts";
import { v1Date, v1Signature, v1StringToSign } from "./v1-signature.ts";
import { v2Signature, v2StringToSign } from "./v2-signature.ts";
import { v4CanonicalRequest } from "./v4-canonical-request.ts";
import { v4EmptyValueForms } from "./v4-empty-value-forms.ts";
import type { V4KeyCache } from "./v4-key-cache.ts";
import { v4Date, v4Signature } from "./v4-signature.ts";

/** One way to read the request, and what its signature would be. */
export interface ExpectedSignature {
  readonly resource: Resource;
  readonly signature: string;
  readonly stringToSign: string;
  /** Under V4. */
  readonly canonicalRequest?: string;
}

/** What the signatures depend on besides the authentication. */
export interface SignedSubject {
  readonly request: RequestMessage;
  /** What the request's address may mean, likeliest first. */
  readonly candidates: readonly Resource[];
  readonly secret: string;
  readonly keyCache?: V4KeyCache | undefined;
}

/** The likeliest reading first, in the documented form. Each is computed when it is asked for. */
export function expectedSignatures(
  authentication: Authentication,
  subject: SignedSubject,
  crypto: SigningCrypto,
): AsyncIterable<ExpectedSignature> {
  switch (authentication.scheme) {
    case "v1-header":
    case "v1-url":
      return expectV1(authentication, subject, crypto);
    case "v2-header":
    case "v2-url":
      return expectV2(authentication, subject, crypto);
    case "v4-header":
    case "v4-url":
      return expectV4(authentication, subject, crypto);
  }
}

async function* expectV1(
  authentication: V1HeaderAuthentication | V1UrlAuthentication,
  { request, candidates, secret }: SignedSubject,
  crypto: SigningCrypto,
): AsyncGenerator<ExpectedSignature> {
  const dateLine = authentication.scheme === "v1-url" ? authentication.expires : v1Date(request.headers);
  for (const resource of candidates) {
    const stringToSign = v1StringToSign({ ...request, resource }, dateLine);
    yield { resource, stringToSign, signature: await v1Signature(stringToSign, secret, crypto) };
  }
}

async function* expectV2(
  authentication: V2HeaderAuthentication | V2UrlAuthentication,
  { request, candidates, secret }: SignedSubject,
  crypto: SigningCrypto,
): AsyncGenerator<ExpectedSignature> {
  const { additionalHeaders } = authentication;
  const dateLine = authentication.scheme === "v2-url" ? authentication.expires : v1Date(request.headers);
  for (const resource of candidates) {
    const stringToSign = v2StringToSign({ ...request, resource }, { dateLine, additionalHeaders });
    yield { resource, stringToSign, signature: await v2Signature(stringToSign, secret, crypto) };
  }
}

async function* expectV4(
  authentication: V4HeaderAuthentication | V4UrlAuthentication,
  { request, candidates, secret, keyCache }: SignedSubject,
  crypto: SigningCrypto,
): AsyncGenerator<ExpectedSignature> {
  const { scope, additionalHeaders } = authentication;
  const words = oss4Words;
  const date = authentication.scheme === "v4-url" ? authentication.date : v4Date(request.headers, words);
  // Without empty values the forms are the same text.
  const hasEmptyValue = request.query.some(([, value]) => value === "");
  const forms = hasEmptyValue ? v4EmptyValueForms : v4EmptyValueForms.slice(0, 1);
  for (const resource of candidates) {
    for (const headers of emptyTypeForms(request.headers)) {
      for (const emptyValueForm of forms) {
        const canonicalRequest = v4CanonicalRequest(
          { ...request, resource, headers },
          { words, additionalHeaders, emptyValueForm },
        );
        const input = { canonicalRequest, date, scope, secret, words, keyCache };
        yield { resource, canonicalRequest, ...(await v4Signature(input, crypto)) };
      }
    }
  }
}

/**
 * The headers as they came, then with an empty Content-Type for none, or none for an empty one. oss2 and ali-oss sign
 * an empty one as a line; whoever uses a presigned URL may send none, or the reverse. Neither says anything, so a
 * signature of one is as good for the other. The first is nearly always the one, so the second is made when it is asked for.
 */
function* emptyTypeForms(headers: Headers): Generator<Headers> {
  yield headers;
  const { "content-type": contentType, ...others } = headers;
  if (contentType === undefined) {
    yield { ...others, "content-type": "" };
  } else if (contentType.trim() === "") {
    yield others;
  }
}
