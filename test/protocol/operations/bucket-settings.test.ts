import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  deleteBucketTags,
  getBucketEncryption,
  getBucketPolicy,
  getBucketPolicyStatus,
  getBucketPublicAccessBlock,
  getBucketReferer,
  getBucketRequestPayment,
  getBucketStat,
  getBucketTags,
  getBucketVersioning,
  listLiveChannel,
  oss,
  putBucketEncryption,
  putBucketPolicy,
  putBucketPublicAccessBlock,
  putBucketReferer,
  putBucketRequestPayment,
  putBucketTags,
  putBucketVersioning,
  type RequestMessage,
} from "../../../src/protocol/index.ts";
import { aRequest, EXAMPLE_BUCKET, serviceError } from "../request-builder.ts";

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

function aPut(text: string): RequestMessage {
  return aRequest({ method: "PUT", resource: EXAMPLE_BUCKET, text });
}

// Source: the elements of OSS's GetBucketStat page, in its order.
describe("getBucketStat.encodeResponse()", () => {
  it("writes every count that OSS documents", () => {
    const none = { sizeBytes: 0, objectCount: 0 };
    const { text } = getBucketStat.encodeResponse(
      {
        sizeBytes: 1600,
        objectCount: 4,
        multipartUploadCount: 2,
        multipartPartCount: 3,
        liveChannelCount: 0,
        deleteMarkerCount: 5,
        lastModified: new Date("2022-01-28T03:34:29.000Z"),
        uses: {
          Standard: { sizeBytes: 600, objectCount: 3 },
          IA: { sizeBytes: 1000, objectCount: 1 },
          Archive: none,
          ColdArchive: none,
          DeepColdArchive: none,
        },
      },
      oss,
    );

    assert.equal(
      text,
      `${DECLARATION}<BucketStat><Storage>1600</Storage><ObjectCount>4</ObjectCount>` +
        "<MultipartUploadCount>2</MultipartUploadCount><MultipartPartCount>3</MultipartPartCount>" +
        "<LiveChannelCount>0</LiveChannelCount><LastModifiedTime>1643340869</LastModifiedTime>" +
        "<StandardStorage>600</StandardStorage><StandardObjectCount>3</StandardObjectCount>" +
        "<InfrequentAccessStorage>1000</InfrequentAccessStorage>" +
        "<InfrequentAccessRealStorage>1000</InfrequentAccessRealStorage>" +
        "<InfrequentAccessObjectCount>1</InfrequentAccessObjectCount>" +
        "<ArchiveStorage>0</ArchiveStorage><ArchiveRealStorage>0</ArchiveRealStorage>" +
        "<ArchiveObjectCount>0</ArchiveObjectCount><ColdArchiveStorage>0</ColdArchiveStorage>" +
        "<ColdArchiveRealStorage>0</ColdArchiveRealStorage><ColdArchiveObjectCount>0</ColdArchiveObjectCount>" +
        "<DeepColdArchiveStorage>0</DeepColdArchiveStorage>" +
        "<DeepColdArchiveRealStorage>0</DeepColdArchiveRealStorage>" +
        "<DeepColdArchiveObjectCount>0</DeepColdArchiveObjectCount>" +
        "<DeleteMarkerCount>5</DeleteMarkerCount></BucketStat>",
    );
  });
});

describe("getBucketStat.decodeResponse()", () => {
  it("takes the three elements that old answers have", () => {
    const text =
      "<BucketStat><Storage>7</Storage><ObjectCount>1</ObjectCount>" +
      "<MultipartUploadCount>2</MultipartUploadCount></BucketStat>";

    const stat = getBucketStat.decodeResponse({ status: 200, headers: {}, text }, oss);

    assert.deepEqual([stat.sizeBytes, stat.multipartUploadCount, stat.uses.IA.objectCount], [7, 2, 0]);
  });
});

// Source: OSS API, ListLiveChannel.
describe("listLiveChannel.encodeResponse()", () => {
  it("writes a list without channels", () => {
    const output = { prefix: "p", marker: "", maxKeys: 100, isTruncated: false, nextMarker: "" };

    assert.equal(
      listLiveChannel.encodeResponse(output, oss).text,
      `${DECLARATION}<ListLiveChannelResult><Prefix>p</Prefix><Marker></Marker><MaxKeys>100</MaxKeys>` +
        "<IsTruncated>false</IsTruncated><NextMarker></NextMarker></ListLiveChannelResult>",
    );
  });
});

// Source: OSS API, PutBucketVersioning and GetBucketVersioning.
describe("versioning", () => {
  it("is an empty element for a bucket that never had it", () => {
    assert.equal(
      getBucketVersioning.encodeResponse({}, oss).text,
      `${DECLARATION}<VersioningConfiguration></VersioningConfiguration>`,
    );
  });

  it("is a status otherwise", () => {
    assert.equal(
      getBucketVersioning.encodeResponse({ status: "Suspended" }, oss).text,
      `${DECLARATION}<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>`,
    );
  });

  for (const text of [
    "<VersioningConfiguration><Status>enabled</Status></VersioningConfiguration>",
    "<VersioningConfiguration/>",
    "<Versioning><Status>Enabled</Status></Versioning>",
    "",
  ]) {
    it(`is not set by ${text || "nothing"}`, () => {
      assert.throws(() => putBucketVersioning.decodeRequest(aPut(text), oss), serviceError("MalformedXML"));
    });
  }
});

// Source: OSS API, PutBucketRequestPayment.
describe("request payment", () => {
  it("is written as OSS's page has it", () => {
    assert.equal(
      getBucketRequestPayment.encodeResponse({ payer: "Requester" }, oss).text,
      `${DECLARATION}<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>`,
    );
  });

  it("knows no third payer", () => {
    const text = "<RequestPaymentConfiguration><Payer>Nobody</Payer></RequestPaymentConfiguration>";

    assert.throws(() => putBucketRequestPayment.decodeRequest(aPut(text), oss), serviceError("MalformedXML"));
  });
});

// Source: OSS API, PutBucketEncryption; oss2's test_bucket_encryption_wrong.
describe("encryption of a bucket", () => {
  function ruleOf(inner: string): unknown {
    const text = `<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault>${inner}</ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>`;
    return putBucketEncryption.decodeRequest(aPut(text), oss).rule;
  }

  it("is written as OSS's page has it", () => {
    const rule = { algorithm: "KMS", kmsMasterKeyId: "9468da86-3509-4f8d-a61e-6eab1eac0000" };

    assert.equal(
      getBucketEncryption.encodeResponse(rule, oss).text,
      `${DECLARATION}<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>KMS</SSEAlgorithm>` +
        "<KMSMasterKeyID>9468da86-3509-4f8d-a61e-6eab1eac0000</KMSMasterKeyID>" +
        "</ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>",
    );
  });

  it("may have empty elements, as SDKs write what is not set", () => {
    assert.deepEqual(ruleOf("<SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID></KMSMasterKeyID>"), {
      algorithm: "AES256",
    });
  });

  it("has a key only with KMS", () => {
    assert.throws(
      () => ruleOf("<SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>test</KMSMasterKeyID>"),
      serviceError("InvalidArgument", { fields: { ArgumentName: "KMSMasterKeyID", ArgumentValue: "test" } }),
    );
  });

  it("has no algorithm that nobody knows", () => {
    assert.throws(
      () => ruleOf("<SSEAlgorithm>random</SSEAlgorithm>"),
      serviceError("InvalidEncryptionAlgorithmError"),
    );
  });

  it("has an algorithm", () => {
    assert.throws(() => ruleOf(""), serviceError("MalformedXML"));
  });
});

// Source: OSS API, PutBucketTags and DeleteBucketTags.
describe("tags of a bucket", () => {
  function tagsOf(key: string, value = ""): unknown {
    const tag = `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`;
    return putBucketTags.decodeRequest(aPut(`<Tagging><TagSet>${tag}</TagSet></Tagging>`), oss).tags;
  }

  it("are a document", () => {
    assert.equal(
      getBucketTags.encodeResponse({ tags: { a: "1", b: "" } }, oss).text,
      `${DECLARATION}<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag>` +
        "<Tag><Key>b</Key><Value></Value></Tag></TagSet></Tagging>",
    );
  });

  it("may be any UTF-8, up to 64 and 128 bytes", () => {
    assert.deepEqual(tagsOf("中".repeat(21), "中".repeat(42)), { ["中".repeat(21)]: "中".repeat(42) });
  });

  for (const [what, key, value] of [
    ["a key of 65 bytes", "k".repeat(65), ""],
    ["a value of 129 bytes", "k", "v".repeat(129)],
    ["a key that is an address", "http://k", ""],
    ["a key of the service's own", "Aliyun-k", ""],
    ["an empty key", "", "v"],
  ] as const) {
    it(`are refused with ${what}`, () => {
      assert.throws(() => tagsOf(key, value), serviceError("InvalidTag"));
    });
  }

  it("are deleted all, or by name in the mark itself", () => {
    const all = aRequest({ method: "DELETE", resource: EXAMPLE_BUCKET, query: { tagging: "" } });
    const two = aRequest({ method: "DELETE", resource: EXAMPLE_BUCKET, query: { tagging: "k1,k2" } });

    assert.deepEqual(deleteBucketTags.decodeRequest(all, oss), { bucket: "examplebucket" });
    assert.deepEqual(deleteBucketTags.decodeRequest(two, oss), {
      bucket: "examplebucket",
      keys: ["k1", "k2"],
    });
  });
});

// Source: OSS API, PutBucketPolicy.
describe("policy of a bucket", () => {
  const statement = {
    Effect: "Allow",
    Action: ["oss:GetObject"],
    Principal: ["20214760404935xxxx"],
    Resource: ["acs:oss:*:174649585760xxxx:examplebucket/*"],
  };
  const policy = { Version: "1", Statement: [statement] };

  function decode(text: string): string {
    return putBucketPolicy.decodeRequest(aPut(text), oss).policy;
  }

  it("is kept as it was written", () => {
    const text = `  ${JSON.stringify(policy, null, 2)}\n`;

    assert.equal(decode(text), text);
  });

  it("is answered as JSON, as it was written", () => {
    assert.deepEqual(getBucketPolicy.encodeResponse({ policy: '{"Version":"1"}' }, oss), {
      status: 200,
      headers: { "content-type": "application/json" },
      text: '{"Version":"1"}',
    });
  });

  it("need not say whom it is about, as oss2's tests expect", () => {
    const text = JSON.stringify({ ...policy, Statement: [{ ...statement, Principal: undefined }] });

    assert.equal(decode(text), text);
  });

  it("may be 16 KiB long", () => {
    const text = JSON.stringify(policy);
    const longest = text.padEnd(16 * 1024, " ");

    assert.equal(decode(longest), longest);
    assert.throws(() => decode(`${longest} `), serviceError("InvalidPolicyDocument"));
  });

  for (const [what, text] of [
    ["nothing", ""],
    ["no JSON", "{"],
    ["an array", "[]"],
    ["null", "null"],
    ["another version", JSON.stringify({ ...policy, Version: "2" })],
    ["a version that is a number", JSON.stringify({ ...policy, Version: 1 })],
    ["no statement", JSON.stringify({ ...policy, Statement: [] })],
    ["a statement outside an array", JSON.stringify({ ...policy, Statement: statement })],
    ["a statement that is none", JSON.stringify({ ...policy, Statement: ["Allow"] })],
    ["another effect", JSON.stringify({ ...policy, Statement: [{ ...statement, Effect: "allow" }] })],
    ["an empty principal", JSON.stringify({ ...policy, Statement: [{ ...statement, Principal: [] }] })],
    ["no action", JSON.stringify({ ...policy, Statement: [{ ...statement, Action: [] }] })],
    [
      "a resource that is no text",
      JSON.stringify({ ...policy, Statement: [statement, { ...statement, Resource: [1] }] }),
    ],
    ["a condition that is none", JSON.stringify({ ...policy, Statement: [{ ...statement, Condition: [] }] })],
  ] as const) {
    it(`is not ${what}`, () => {
      assert.throws(() => decode(text), serviceError("InvalidPolicyDocument"));
    });
  }
});

// Source: OSS API, PutBucketPublicAccessBlock and GetBucketPolicyStatus.
describe("a block of public access", () => {
  const document = (inner: string) =>
    `<PublicAccessBlockConfiguration>${inner}</PublicAccessBlockConfiguration>`;
  const decoded = (inner: string) =>
    putBucketPublicAccessBlock.decodeRequest(aPut(document(inner)), oss).blockPublicAccess;

  it("is what the page of the service shows", () => {
    const inner = "<BlockPublicAccess>true</BlockPublicAccess>";

    assert.equal(decoded(inner), true);
    assert.equal(
      getBucketPublicAccessBlock.encodeResponse({ blockPublicAccess: true }, oss).text,
      `${DECLARATION}${document(inner)}`,
    );
  });

  it("is none where nothing is said", () => {
    assert.equal(decoded(""), false);
  });

  for (const [what, inner, code] of [
    ["another word", "<BlockPublicAccess>yes</BlockPublicAccess>", "InvalidArgument"],
    ["an element of another service", "<BlockPublicAcls>true</BlockPublicAcls>", "MalformedXML"],
  ] as const) {
    it(`is refused with ${what}`, () => {
      assert.throws(() => decoded(inner), serviceError(code));
    });
  }

  it("has a status of the policy beside it", () => {
    assert.equal(
      getBucketPolicyStatus.encodeResponse({ isPublic: true }, oss).text,
      `${DECLARATION}<PolicyStatus><IsPublic>true</IsPublic></PolicyStatus>`,
    );
  });
});

// Source: OSS API, PutBucketReferer and GetBucketReferer; the pages of EC 0033-00000001 to 0033-00000003.
describe("a bucket's referers", () => {
  const OF_THE_PAGE =
    "<RefererConfiguration><AllowEmptyReferer>false</AllowEmptyReferer>" +
    "<AllowTruncateQueryString>true</AllowTruncateQueryString><TruncatePath>true</TruncatePath>" +
    "<RefererList><Referer>http://www.aliyun.com</Referer><Referer>https://www.?.aliyuncs.com</Referer></RefererList>" +
    "<RefererBlacklist><Referer>https://*.hack.com</Referer></RefererBlacklist></RefererConfiguration>";
  const configuration = {
    allowEmptyReferer: false,
    allowTruncateQueryString: true,
    truncatePath: true,
    whitelist: ["http://www.aliyun.com", "https://www.?.aliyuncs.com"],
    blacklist: ["https://*.hack.com"],
  };
  const decoded = (inner: string) =>
    putBucketReferer.decodeRequest(aPut(`<RefererConfiguration>${inner}</RefererConfiguration>`), oss)
      .configuration;

  it("are what the page of the service shows", () => {
    assert.deepEqual(putBucketReferer.decodeRequest(aPut(OF_THE_PAGE), oss).configuration, configuration);
    assert.equal(getBucketReferer.encodeResponse(configuration, oss).text, `${DECLARATION}${OF_THE_PAGE}`);
  });

  it("are without a query string and with their path, where nothing else is said", () => {
    const { allowTruncateQueryString, truncatePath, whitelist, blacklist } = decoded(
      "<AllowEmptyReferer>true</AllowEmptyReferer><RefererList></RefererList>",
    );

    assert.deepEqual([allowTruncateQueryString, truncatePath, whitelist, blacklist], [true, false, [], []]);
  });

  it("are none where the list is not there, or has one that is empty", () => {
    const flag = "<AllowEmptyReferer>False</AllowEmptyReferer>";

    assert.deepEqual(decoded(flag).whitelist, []);
    assert.deepEqual(decoded(`${flag}<RefererList><Referer></Referer></RefererList>`).whitelist, []);
  });

  it("lose the white space around them, as the page of the service has it", () => {
    const list = "<RefererList><Referer> http://www.aliyun.com</Referer></RefererList>";

    assert.deepEqual(decoded(`<AllowEmptyReferer>true</AllowEmptyReferer>${list}`).whitelist, [
      "http://www.aliyun.com",
    ]);
  });

  for (const [what, text, ec] of [
    ["another root", "<Referers/>", "0033-00000001"],
    ["an end that is missing", OF_THE_PAGE.slice(0, -"</RefererConfiguration>".length), "0033-00000001"],
    ["no AllowEmptyReferer", "<RefererConfiguration/>", "0033-00000002"],
    [
      "an AllowEmptyReferer of 32",
      "<RefererConfiguration><AllowEmptyReferer>32</AllowEmptyReferer></RefererConfiguration>",
      "0033-00000003",
    ],
    ["an element that nobody knows", OF_THE_PAGE.replaceAll("TruncatePath", "TruncateHost"), undefined],
    ["two white lists", OF_THE_PAGE.replaceAll("RefererBlacklist", "RefererList"), undefined],
    [
      "another element in a list",
      OF_THE_PAGE.replaceAll("Referer>http", "Origin>http").replaceAll("com</Referer>", "com</Origin>"),
      undefined,
    ],
    ["a TruncatePath of maybe", OF_THE_PAGE.replace("<TruncatePath>true", "<TruncatePath>maybe"), undefined],
    ["too many patterns", OF_THE_PAGE.replace("*", "x".repeat(16 * 1024)), undefined],
  ] as const) {
    it(`are refused with ${what}`, () => {
      assert.throws(
        () => putBucketReferer.decodeRequest(aPut(text), oss),
        serviceError("MalformedXML", ec === undefined ? {} : { ec }),
      );
    });
  }
});
