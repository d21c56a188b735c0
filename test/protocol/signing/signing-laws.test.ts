import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Method, RequestMessage, Resource } from "../../../src/protocol/http-message.ts";
import type { Credentials } from "../../../src/protocol/signing/credentials.ts";
import { parseAuthentication } from "../../../src/protocol/signing/parse-authentication.ts";
import { signV1Header } from "../../../src/protocol/signing/sign-v1-header.ts";
import { signV1Url } from "../../../src/protocol/signing/sign-v1-url.ts";
import { signV4Header } from "../../../src/protocol/signing/sign-v4-header.ts";
import { signV4Url } from "../../../src/protocol/signing/sign-v4-url.ts";
import { verifyAuthentication } from "../../../src/protocol/signing/verify-authentication.ts";
import {
  exampleTime,
  exampleRegion as region,
  secondsAfterExample,
  withHeader,
  withParameter,
} from "./example-request.ts";
import { nodeSigningCrypto } from "./node-signing-crypto.ts";
import { serviceErrorLike } from "./service-error-like.ts";
import { signV2, signV2Url } from "./sign-v2.ts";

type Sign = (request: RequestMessage, credentials: Credentials) => Promise<RequestMessage>;

interface Scheme {
  readonly sign: Sign;
  /** The signed request as if it had been signed for another moment, at which it would still be good. */
  readonly redate: (signed: RequestMessage) => RequestMessage;
}

const schemes: Readonly<Record<string, Scheme>> = {
  "a V1 header": {
    sign: (request, credentials) =>
      signV1Header(request, { credentials, time: exampleTime }, nodeSigningCrypto),
    redate: (signed) => withHeader(signed, "date", secondsAfterExample(1).toUTCString()),
  },
  "a V1 URL": {
    sign: (request, credentials) =>
      signV1Url(request, { credentials, expires: secondsAfterExample(600) }, nodeSigningCrypto),
    redate: (signed) => withParameter(signed, "Expires", "1701606133"),
  },
  "a V2 header": {
    sign: (request, credentials) => signV2(request, credentials),
    redate: (signed) => withHeader(signed, "date", secondsAfterExample(1).toUTCString()),
  },
  "a V2 URL": {
    sign: (request, credentials) => signV2Url(request, credentials),
    redate: (signed) => withParameter(signed, "x-oss-expires", "1701606133"),
  },
  "a V4 header": {
    sign: (request, credentials) =>
      signV4Header(request, { credentials, time: exampleTime, region }, nodeSigningCrypto),
    redate: (signed) => withHeader(signed, "x-oss-date", "20231203T121213Z"),
  },
  "a V4 URL": {
    sign: (request, credentials) =>
      signV4Url(
        request,
        { credentials, time: exampleTime, region, expiresInSeconds: 600 },
        nodeSigningCrypto,
      ),
    redate: (signed) => withParameter(signed, "x-oss-date", "20231203T121213Z"),
  },
};

/** Single changes, none of which any scheme may miss. The names they add are never generated. */
const changes: readonly ((signed: RequestMessage) => RequestMessage)[] = [
  (signed) => ({ ...signed, method: "DELETE" }),
  (signed) => withResource(signed, { key: `${signed.resource.key ?? ""}x` }),
  (signed) => withResource(signed, { bucket: `${signed.resource.bucket ?? ""}x` }),
  (signed) => withParameter(signed, "tagging", ""),
  (signed) => withHeader(signed, "x-oss-object-acl", "public-read-write"),
  (signed) => withHeader(signed, "content-type", `${signed.headers["content-type"] ?? ""}x`),
  (signed) => withHeader(signed, "content-md5", `${signed.headers["content-md5"] ?? ""}x`),
];

const text = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("", "+", "%", "%2B", '"', "'", "&", "=", "/", "a b", "中", "😀", "é"),
  );

const resources: fc.Arbitrary<Resource> = fc.oneof(
  fc.constant({}),
  fc.record({ bucket: fc.constantFrom("bucket", "another-bucket") }),
  fc.record({ bucket: fc.constant("bucket"), key: text() }),
);

const requests: fc.Arbitrary<RequestMessage> = fc.record({
  method: fc.constantFrom<Method>("GET", "HEAD", "OPTIONS", "POST", "PUT"),
  resource: resources,
  query: fc.array(
    fc.tuple(fc.oneof(text(), fc.constantFrom("uploads", "uploadId", "prefix", "x-oss-process")), text()),
    { maxLength: 6 },
  ),
  headers: fc
    .record({ "content-type": text(), "content-md5": text(), range: text() }, { requiredKeys: [] })
    .chain((headers) =>
      fc
        .dictionary(fc.stringMatching(/^x-oss-meta-[a-z-]{1,8}$/), text(), { maxKeys: 4 })
        .map((metadata) => ({ ...headers, ...metadata })),
    ),
});

const credentialsOfAnyone: fc.Arbitrary<Credentials> = fc
  .record({
    accessKeyId: fc.stringMatching(/^[A-Za-z0-9.]{1,30}$/),
    accessKeySecret: fc.string({ unit: "grapheme", minLength: 1 }),
    securityToken: fc.option(fc.stringMatching(/^[A-Za-z0-9+/]{1,60}={0,2}$/), { nil: undefined }),
  })
  .map(({ securityToken, ...key }) => (securityToken === undefined ? key : { ...key, securityToken }));

function withResource(request: RequestMessage, change: Resource): RequestMessage {
  return { ...request, resource: { bucket: "bucket", ...request.resource, ...change } };
}

async function verify(request: RequestMessage, credentials: Credentials): Promise<Resource> {
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
    },
    nodeSigningCrypto,
  );
}

for (const [schemeName, { sign, redate }] of Object.entries(schemes)) {
  const mismatch = serviceErrorLike({ code: "SignatureDoesNotMatch", status: 403 });

  describe(`signing with ${schemeName}`, () => {
    it("makes what verifyAuthentication() accepts, of any request and key", async () => {
      await fc.assert(
        fc.asyncProperty(requests, credentialsOfAnyone, async (request, credentials) => {
          const signed = await sign(request, credentials);

          assert.equal(parseAuthentication(signed)?.accessKeyId, credentials.accessKeyId);
          assert.equal(await verify(signed, credentials), request.resource);
        }),
      );
    });

    it("does not mind the order of parameters and headers", async () => {
      await fc.assert(
        fc.asyncProperty(requests, credentialsOfAnyone, async (request, credentials) => {
          const query = [...new Map(request.query)];
          const signed = await sign({ ...request, query }, credentials);

          await verify(
            {
              ...signed,
              query: signed.query.toReversed(),
              headers: Object.fromEntries(Object.entries(signed.headers).toReversed()),
            },
            credentials,
          );
        }),
      );
    });

    it("is refused under another secret", async () => {
      await fc.assert(
        fc.asyncProperty(requests, credentialsOfAnyone, async (request, credentials) => {
          const signed = await sign(request, credentials);
          const accessKeySecret = `${credentials.accessKeySecret}x`;

          await assert.rejects(verify(signed, { ...credentials, accessKeySecret }), mismatch);
        }),
      );
    });

    it("is refused after any single change", async () => {
      const anyChange = fc.constantFrom(...changes, redate);

      await fc.assert(
        fc.asyncProperty(requests, credentialsOfAnyone, anyChange, async (request, credentials, change) => {
          const signed = await sign(request, credentials);

          await assert.rejects(verify(change(signed), credentials), mismatch);
        }),
        { numRuns: 300 },
      );
    });
  });
}
