// Hotlink protection, over real connections: which requests are asked where they come from, and what they are told.
import assert from "node:assert/strict";
import { beforeEach, it } from "node:test";
import { requestAddress } from "../../src/protocol/addressing/endpoint.ts";
import type { Query, RequestMessage } from "../../src/protocol/http-message.ts";
import { signV1Url } from "../../src/protocol/signing/sign-v1-url.ts";
import { signV4Url } from "../../src/protocol/signing/sign-v4-url.ts";
import { nodeSigningCrypto } from "../../src/server/node-signing-crypto.ts";
import { describeOverBothStores } from "./both-stores.ts";
import { type TestRequest, type TestResponse, testBucket, testCredentials } from "./test-server.ts";

const KEY = "picture";
const ALLOWED = { referer: "http://www.example.com/page" };
const FOREIGN = { referer: "http://thief.example/page" };
const FORBIDDEN = { referer: "http://banned.example.com/" };
const RULES =
  "<RefererConfiguration><AllowEmptyReferer>false</AllowEmptyReferer>" +
  "<RefererList><Referer>http://*.example.com</Referer></RefererList>" +
  "<RefererBlacklist><Referer>http://banned.*</Referer></RefererBlacklist></RefererConfiguration>";
const NO_RULES =
  "<RefererConfiguration><AllowEmptyReferer>true</AllowEmptyReferer><RefererList/></RefererConfiguration>";
const FORM_TYPE = { "content-type": "multipart/form-data; boundary=edge" };
const FORM =
  '--edge\r\nContent-Disposition: form-data; name="key"\r\n\r\nposted\r\n' +
  '--edge\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nx\r\n--edge--\r\n';

const REGION = "cn-hangzhou";

const v4Url = (request: RequestMessage) =>
  signV4Url(
    request,
    { credentials: testCredentials, time: new Date(), region: REGION, expiresInSeconds: 60 },
    nodeSigningCrypto,
  );
const v1Url = (request: RequestMessage) =>
  signV1Url(
    request,
    { credentials: testCredentials, expires: new Date(Date.now() + 60_000) },
    nodeSigningCrypto,
  );

describeOverBothStores("a bucket with rules for referers", (service) => {
  const outcome = ({ status, element }: TestResponse) =>
    [status, element("Code"), element("EC")].filter((word) => word !== undefined).join(" ");
  const setRules = (body: string, bucket: string = testBucket) =>
    service().send({ method: "PUT", bucket, query: [["referer", ""]], body });
  const anybody = async (request: TestRequest) =>
    outcome(await service().send({ key: KEY, ...request, isAnonymous: true }));

  /** As the account, by a URL. */
  async function byUrl(request: TestRequest, sign = v4Url): Promise<string> {
    const { method = "GET", headers = {} } = request;
    const resource = { bucket: testBucket, key: KEY };
    const signed = await sign({ method, resource, query: [], headers: {} });
    const { target } = requestAddress(service().endpoint, resource, signed.query);
    return outcome(await service().send({ ...request, headers, isAnonymous: true, rawTarget: target }));
  }

  beforeEach(async () => {
    const openTo = { method: "PUT", query: [["acl", ""]] as Query } as const;
    await service().send({ ...openTo, headers: { "x-oss-acl": "public-read-write" } });
    await service().send({ method: "PUT", key: KEY, body: "picture" });
    await setRules(RULES);
  });

  it("answers them, and before that that nothing is asked", async () => {
    await service().send({ method: "PUT", bucket: "never-set" });
    const unset = await service().send({ bucket: "never-set", query: [["referer", ""]] });
    const set = await service().send({ query: [["referer", ""]] });

    assert.deepEqual(
      ["AllowEmptyReferer", "AllowTruncateQueryString", "TruncatePath", "Referer"].map(unset.element),
      ["true", "true", "false", undefined],
    );
    assert.equal(set.element("AllowEmptyReferer"), "false");
    assert.deepEqual(set.elements("Referer"), ["http://*.example.com", "http://banned.*"]);
  });

  it("takes new ones in place of all that there were", async () => {
    assert.equal(outcome(await setRules(NO_RULES)), "200");

    assert.deepEqual((await service().send({ query: [["referer", ""]] })).elements("Referer"), []);
    assert.equal(await anybody({ headers: FOREIGN }), "200");
  });

  it("that is not there has none", async () => {
    assert.equal(outcome(await setRules(RULES, "nowhere")), "404 NoSuchBucket 0015-00000101");
    const answer = await service().send({ bucket: "nowhere", query: [["referer", ""]] });
    assert.equal(outcome(answer), "404 NoSuchBucket 0015-00000101");
  });

  for (const [who, ask] of [
    ["anybody", anybody],
    ["whoever has a signed URL", (request: TestRequest) => byUrl(request)],
    ["whoever has a URL that is signed with V1", (request: TestRequest) => byUrl(request, v1Url)],
  ] as const) {
    it(`serves ${who} from pages of the list, and tells others why not`, async () => {
      assert.equal(await ask({ headers: ALLOWED }), "200");
      assert.equal(await ask({}), "403 AccessDenied 0003-00000501");
      assert.equal(await ask({ headers: { referer: "" } }), "403 AccessDenied 0003-00000501");
      assert.equal(await ask({ headers: FORBIDDEN }), "403 AccessDenied 0003-00000502");
      assert.equal(await ask({ headers: FOREIGN }), "403 AccessDenied 0003-00000503");
    });

    it(`asks ${who} with every method`, async () => {
      assert.equal(
        await ask({ method: "PUT", body: "new", headers: FOREIGN }),
        "403 AccessDenied 0003-00000503",
      );
      assert.equal(await ask({ method: "DELETE", headers: FOREIGN }), "403 AccessDenied 0003-00000503");
      assert.equal(await ask({ method: "HEAD", headers: FOREIGN }), "403");
      assert.equal(await ask({ method: "HEAD", headers: ALLOWED }), "200");
      assert.equal((await service().send({ key: KEY })).text, "picture");
    });
  }

  it("refuses in the words of the service", async () => {
    const answer = await service().send({ key: KEY, isAnonymous: true });

    assert.equal(answer.element("Message"), "You are denied by bucket referer policy.");
  });

  it("does not ask whoever signs in a header", async () => {
    for (const headers of [{}, FOREIGN, FORBIDDEN]) {
      assert.equal((await service().send({ key: KEY, headers })).text, "picture");
    }
  });

  it("asks for the listing too, and for a sent form", async () => {
    const list = (headers: TestRequest["headers"] = {}) => service().send({ isAnonymous: true, headers });
    const post = (headers: TestRequest["headers"]) =>
      service().send({
        ...{ method: "POST", isAnonymous: true, body: FORM },
        headers: { ...FORM_TYPE, ...headers },
      });

    assert.equal(outcome(await list(ALLOWED)), "200");
    assert.equal(outcome(await list()), "403 AccessDenied 0003-00000501");
    assert.equal(outcome(await post(FOREIGN)), "403 AccessDenied 0003-00000503");
    assert.equal((await service().send({ key: "posted" })).status, 404);
    assert.equal(outcome(await post(ALLOWED)), "204");
    await service().send({ method: "DELETE", key: "posted" });
  });

  it("is asked as the source of a copy", async () => {
    await service().send({ method: "PUT", bucket: "copies", headers: { "x-oss-acl": "public-read-write" } });
    const copy = (headers: TestRequest["headers"]) =>
      anybody({
        ...{ method: "PUT", bucket: "copies", key: "copy" },
        headers: { ...headers, "x-oss-copy-source": `/${testBucket}/${KEY}` },
      });

    assert.equal(await copy(FOREIGN), "403 AccessDenied 0003-00000503");
    assert.equal(await copy(ALLOWED), "200");
  });

  it("says nothing of pages to who may not read anyway", async () => {
    await service().send({ method: "PUT", query: [["acl", ""]], headers: { "x-oss-acl": "private" } });

    assert.equal(await anybody({ headers: FOREIGN }), "403 AccessDenied 0003-00000001");
    assert.equal(await byUrl({ headers: FOREIGN }), "403 AccessDenied 0003-00000503");
  });

  it("answers a preflight as without them, which says nothing of what is there", async () => {
    await service().send({
      ...{ method: "PUT", query: [["cors", ""]] },
      body: "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>",
    });

    const answer = await service().send({
      ...{ method: "OPTIONS", key: KEY, isAnonymous: true },
      headers: { ...FOREIGN, origin: "http://thief.example", "access-control-request-method": "GET" },
    });

    assert.equal(answer.status, 200);
    assert.equal(
      await anybody({ headers: { ...FOREIGN, origin: "http://thief.example" } }),
      "403 AccessDenied 0003-00000503",
    );
    await service().send({ method: "DELETE", query: [["cors", ""]] });
  });

  it("compares what a page's address says in UTF-8", async () => {
    await setRules(RULES.replace("http://*.example.com", "http://例.example/"));

    assert.equal(await anybody({ headers: { referer: "http://例.example/1" } }), "200");
    assert.equal(await anybody({ headers: ALLOWED }), "403 AccessDenied 0003-00000503");
  });
});
