// Pages of other origins: what a browser asks before, and what it must find in every answer.
import assert from "node:assert/strict";
import { it } from "node:test";
import { describeOverBothStores } from "./both-stores.ts";
import { type TestRequest, type TestResponse, type TestServer, testBucket } from "./test-server.ts";

const PAGE = "https://app.example.com";

const UPLOADS_FROM_A_PAGE = `<CORSConfiguration>
  <CORSRule>
    <AllowedOrigin>https://*.example.com</AllowedOrigin>
    <AllowedMethod>PUT</AllowedMethod><AllowedMethod>POST</AllowedMethod>
    <AllowedHeader>authorization</AllowedHeader><AllowedHeader>Content-Type</AllowedHeader>
    <AllowedHeader>x-oss-*</AllowedHeader>
    <ExposeHeader>ETag</ExposeHeader><ExposeHeader>x-oss-request-id</ExposeHeader>
    <MaxAgeSeconds>600</MaxAgeSeconds>
  </CORSRule>
  <CORSRule>
    <AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedMethod>HEAD</AllowedMethod>
  </CORSRule>
</CORSConfiguration>`;

function putCors(service: TestServer, body: string, bucket = testBucket): Promise<TestResponse> {
  return service.send({ method: "PUT", bucket, query: [["cors", ""]], body });
}

/** What a browser sends: nothing is signed. */
async function preflight(
  service: TestServer,
  headers: Readonly<Record<string, string>>,
  path = `/${testBucket}/dir/a.bin`,
): Promise<{ readonly status: number; readonly headers: Headers; readonly text: string }> {
  const answer = await fetch(`${service.server.endpoint}${path}`, { method: "OPTIONS", headers });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

function fromPage(request: TestRequest): TestRequest {
  return { ...request, headers: { ...request.headers, origin: PAGE } };
}

function corsHeadersOf({ headers }: TestResponse): Readonly<Record<string, string | undefined>> {
  return {
    origin: headers["access-control-allow-origin"],
    methods: headers["access-control-allow-methods"],
    expose: headers["access-control-expose-headers"],
    vary: headers.vary,
  };
}

const UPLOAD_GRANT = {
  origin: PAGE,
  methods: "PUT, POST",
  expose: "ETag, x-oss-request-id",
  vary: "Origin",
};
const READ_GRANT = { origin: "*", methods: "GET, HEAD", expose: undefined, vary: "Origin" };
const NO_GRANT = { origin: undefined, methods: undefined, expose: undefined, vary: undefined };

describeOverBothStores("the CORS rules of a bucket", (service) => {
  it("are kept as they were given, replaced as a whole, and can be taken away twice", async () => {
    const { send } = service();
    const one = "<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>";
    await putCors(service(), UPLOADS_FROM_A_PAGE);

    const put = await putCors(
      service(),
      `<CORSConfiguration>${one}<ResponseVary>true</ResponseVary></CORSConfiguration>`,
    );
    const got = await send({ query: [["cors", ""]] });
    const deletions = [
      await send({ method: "DELETE", query: [["cors", ""]] }),
      await send({ method: "DELETE", query: [["cors", ""]] }),
    ];
    const gone = await send({ query: [["cors", ""]] });

    assert.equal(`${put.status} ${put.text}`, "200 ");
    assert.match(got.text, new RegExp(`<CORSConfiguration>${one.replaceAll("*", "\\*")}<ResponseVary>true<`));
    assert.deepEqual(
      deletions.map(({ status }) => status),
      [204, 204],
    );
    assert.equal(`${gone.status} ${gone.element("Code")}`, "404 NoSuchCORSConfiguration");
    assert.equal(gone.element("BucketName"), testBucket);
  });

  it("are of a bucket that is there", async () => {
    for (const method of ["PUT", "GET", "DELETE"] as const) {
      const body = method === "PUT" ? UPLOADS_FROM_A_PAGE : "";

      const response = await service().send({
        method,
        bucket: "no-such-bucket",
        query: [["cors", ""]],
        body,
      });

      assert.equal(`${response.status} ${response.element("Code")}`, "404 NoSuchBucket");
    }
  });

  it("stay when new ones are refused", async () => {
    await putCors(service(), UPLOADS_FROM_A_PAGE);

    const refused = await putCors(service(), "<CORSConfiguration></CORSConfiguration>");

    assert.equal(`${refused.status} ${refused.element("Code")}`, "400 MalformedXML");
    assert.match((await service().send({ query: [["cors", ""]] })).text, /x-oss-request-id/);
  });
});

describeOverBothStores("a browser's preflight", (service) => {
  const ask = (headers: Readonly<Record<string, string>>, path?: string) =>
    preflight(service(), headers, path);

  it("is refused while the bucket has no rules", async () => {
    await service().send({ method: "DELETE", query: [["cors", ""]] });

    const answer = await ask({ origin: PAGE, "access-control-request-method": "PUT" });

    assert.equal(answer.status, 403);
    assert.match(
      answer.text,
      /<Code>AccessForbidden<.*CORS is not enabled for this bucket\..*<EC>0003-00000601</s,
    );
  });

  for (const path of [`/${testBucket}/dir/a.bin`, `/${testBucket}/`, `/${testBucket}`]) {
    it(`is answered without a signature, for ${path}`, async () => {
      await putCors(service(), UPLOADS_FROM_A_PAGE);

      const { status, headers, text } = await ask(
        {
          origin: PAGE,
          "access-control-request-method": "PUT",
          "access-control-request-headers": "Authorization, content-type,X-Oss-Date",
        },
        path,
      );

      assert.equal(`${status} ${text}`, "200 ");
      assert.equal(headers.get("access-control-allow-origin"), PAGE);
      assert.equal(headers.get("access-control-allow-methods"), "PUT, POST");
      assert.equal(headers.get("access-control-allow-headers"), "authorization, content-type, x-oss-date");
      assert.equal(headers.get("access-control-expose-headers"), "ETag, x-oss-request-id");
      assert.equal(headers.get("access-control-max-age"), "600");
      assert.equal(headers.get("vary"), "Origin");
      assert.equal(headers.get("access-control-allow-credentials"), null);
      assert.match(headers.get("x-oss-request-id") ?? "", /^[0-9A-F]{24}$/);
    });
  }

  for (const [what, headers] of [
    ["from another origin", { origin: "https://example.org", "access-control-request-method": "PUT" }],
    ["for another method", { origin: PAGE, "access-control-request-method": "DELETE" }],
    [
      "with another header",
      {
        origin: PAGE,
        "access-control-request-method": "PUT",
        "access-control-request-headers": "x-oss-date, cookie",
      },
    ],
  ] as const) {
    it(`is refused ${what}`, async () => {
      await putCors(service(), UPLOADS_FROM_A_PAGE);

      const answer = await ask(headers);

      assert.equal(answer.status, 403);
      assert.match(
        answer.text,
        /<Code>AccessForbidden<.*This CORS request is not allowed\..*<EC>0003-00000602</s,
      );
      assert.equal(answer.headers.get("access-control-allow-origin"), null);
    });
  }

  for (const [missing, headers] of [
    ["Origin", { "access-control-request-method": "PUT" }],
    ["Access-Control-Request-Method", { origin: PAGE }],
  ] as const) {
    it(`must have ${missing}`, async () => {
      const answer = await ask(headers as Readonly<Record<string, string>>);

      assert.equal(answer.status, 400);
      assert.match(answer.text, new RegExp(`<Code>BadRequest<.*${missing} (request )?header needed\\.`, "s"));
    });
  }

  it("is about a bucket that is there", async () => {
    const headers = { origin: PAGE, "access-control-request-method": "PUT" };

    const missing = await ask(headers, "/no-such-bucket/k");
    const none = await ask(headers, "/");

    assert.equal(missing.status, 404);
    assert.match(missing.text, /<Code>NoSuchBucket<.*<BucketName>no-such-bucket</s);
    assert.equal(none.status, 405);
    assert.match(none.text, /<ResourceType>Service</);
  });

  it("finds the bucket in an unknown host when there is none in the path", async () => {
    await putCors(service(), UPLOADS_FROM_A_PAGE);

    const answer = await service().send({
      method: "OPTIONS",
      headers: { host: `${testBucket}.unknown.test`, origin: PAGE, "access-control-request-method": "PUT" },
      rawTarget: "/no-such-bucket/k",
    });

    assert.equal(answer.status, 200);
    assert.equal(answer.headers["access-control-allow-origin"], PAGE);
  });
});

describeOverBothStores("a request from a page", (service) => {
  it("uploads in parts: what the page needs of each answer it may read", async () => {
    const { send } = service();
    await putCors(service(), UPLOADS_FROM_A_PAGE);
    const object = { key: "from a page" };

    const begun = await send(fromPage({ ...object, method: "POST", query: [["uploads", ""]] }));
    const uploadId = begun.element("UploadId") ?? "";
    const part = await send(
      fromPage({
        ...object,
        method: "PUT",
        query: [
          ["partNumber", "1"],
          ["uploadId", uploadId],
        ],
        body: "bytes",
      }),
    );
    const completed = await send(
      fromPage({
        ...object,
        method: "POST",
        query: [["uploadId", uploadId]],
        body: `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part></CompleteMultipartUpload>`,
      }),
    );

    for (const answer of [begun, part, completed]) {
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(corsHeadersOf(answer), UPLOAD_GRANT);
    }
  });

  it("may read what anybody may", async () => {
    const { send } = service();
    await putCors(service(), UPLOADS_FROM_A_PAGE);
    await send({ method: "PUT", key: "read", body: "bytes" });

    const answer = await send(fromPage({ key: "read" }));

    assert.equal(`${answer.status} ${answer.text}`, "200 bytes");
    assert.deepEqual(corsHeadersOf(answer), READ_GRANT);
  });

  it("may read errors too, also that its signature is wrong", async () => {
    const { send } = service();
    await putCors(service(), UPLOADS_FROM_A_PAGE);

    const missing = await send(fromPage({ key: "no such key" }));
    const refused = await send(
      fromPage({
        method: "PUT",
        key: "k",
        body: "x",
        credentials: { accessKeyId: "test-id", accessKeySecret: "wrong" },
      }),
    );

    assert.equal(missing.status, 404);
    assert.deepEqual(corsHeadersOf(missing), READ_GRANT);
    assert.equal(refused.element("Code"), "SignatureDoesNotMatch");
    assert.deepEqual(corsHeadersOf(refused), UPLOAD_GRANT);
  });

  it("is told of no right when no rule matches, but served: the browser decides", async () => {
    await putCors(service(), UPLOADS_FROM_A_PAGE);

    const answer = await service().send(fromPage({ method: "DELETE", key: "whatever" }));

    assert.equal(answer.status, 204);
    assert.deepEqual(corsHeadersOf(answer), { ...NO_GRANT, vary: "Origin" });
  });

  it("goes without when the bucket has no rules", async () => {
    const { send } = service();
    await send({ method: "DELETE", query: [["cors", ""]] });

    assert.deepEqual(corsHeadersOf(await send(fromPage({ key: "k" }))), NO_GRANT);
  });

  it("may read the answer to the request that took its rules away", async () => {
    const { send } = service();
    const rule = "<AllowedOrigin>*</AllowedOrigin><AllowedMethod>DELETE</AllowedMethod>";
    await send({ method: "PUT", bucket: "short-lived" });
    await putCors(
      service(),
      `<CORSConfiguration><CORSRule>${rule}</CORSRule></CORSConfiguration>`,
      "short-lived",
    );

    const answer = await send(fromPage({ method: "DELETE", bucket: "short-lived" }));

    assert.equal(answer.status, 204);
    assert.deepEqual(corsHeadersOf(answer), { ...NO_GRANT, origin: "*", methods: "DELETE" });
  });
});

describeOverBothStores("a request without Origin", (service) => {
  it("is answered without a word on CORS", async () => {
    await putCors(service(), UPLOADS_FROM_A_PAGE);

    assert.deepEqual(corsHeadersOf(await service().send({ key: "k" })), NO_GRANT);
  });
});
