import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  getBucketLifecycle,
  type LifecycleRule,
  oss,
  putBucketLifecycle,
} from "../../../src/protocol/index.ts";
import { anXmlAnswer, aRequest, EXAMPLE_BUCKET, serviceError } from "../request-builder.ts";

function decode(rules: string, headers: Record<string, string> = {}): readonly LifecycleRule[] {
  const text = `<LifecycleConfiguration>${rules}</LifecycleConfiguration>`;
  return putBucketLifecycle.decodeRequest(
    aRequest({ method: "PUT", resource: EXAMPLE_BUCKET, query: { lifecycle: "" }, headers, text }),
    oss,
  ).rules;
}

function rule(actions: string, about = "<Prefix>p</Prefix>"): string {
  return `<Rule>${about}<Status>Enabled</Status>${actions}</Rule>`;
}

const EXPIRES = "<Expiration><Days>30</Days></Expiration>";

function transition(storageClass: string, due = "<Days>30</Days>"): string {
  return `<Transition>${due}<StorageClass>${storageClass}</StorageClass></Transition>`;
}

// Source: OSS, PutBucketLifecycle, the example with versions.
const VERSIONS_EXAMPLE = `<?xml version="1.0" encoding="UTF-8"?>
<LifecycleConfiguration>
  <Rule>
    <ID>delete example</ID>
    <Prefix>logs/</Prefix>
    <Status>Enabled</Status>
    <Expiration>
      <ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker>
    </Expiration>
    <NoncurrentVersionExpiration>
      <NoncurrentDays>5</NoncurrentDays>
    </NoncurrentVersionExpiration>
    <AbortMultipartUpload>
      <Days>1</Days>
    </AbortMultipartUpload>
  </Rule>
  <Rule>
    <ID>transit example</ID>
    <Prefix>data/</Prefix>
    <Status>Enabled</Status>
    <Transition>
      <Days>30</Days>
      <StorageClass>IA</StorageClass>
    </Transition>
    <NoncurrentVersionTransition>
      <NoncurrentDays>10</NoncurrentDays>
      <StorageClass>IA</StorageClass>
    </NoncurrentVersionTransition>
  </Rule>
</LifecycleConfiguration>`;

const VERSIONS_RULES: readonly LifecycleRule[] = [
  {
    id: "delete example",
    prefix: "logs/",
    status: "Enabled",
    expiration: { expiredObjectDeleteMarker: true },
    abortMultipartUpload: { days: 1 },
    noncurrentVersionExpiration: { noncurrentDays: 5 },
  },
  {
    id: "transit example",
    prefix: "data/",
    status: "Enabled",
    transitions: [{ days: 30, storageClass: "IA" }],
    noncurrentVersionTransitions: [{ noncurrentDays: 10, storageClass: "IA" }],
  },
];

describe("putBucketLifecycle.decodeRequest()", () => {
  it("reads the example of OSS's page", () => {
    const request = aRequest({ method: "PUT", resource: EXAMPLE_BUCKET, text: VERSIONS_EXAMPLE });

    assert.deepEqual(putBucketLifecycle.decodeRequest(request, oss), {
      bucket: "examplebucket",
      rules: VERSIONS_RULES,
    });
  });

  it("reads what the Go SDK v2 sends, in its order, with flags that say what is so anyway", () => {
    const [first, second] = decode(
      "<Rule><Status>Enabled</Status><Filter><ObjectSizeGreaterThan>500</ObjectSizeGreaterThan>" +
        "<ObjectSizeLessThan>64500</ObjectSizeLessThan></Filter><ID>r3</ID><Prefix>prefix3</Prefix>" +
        "<Expiration><Days>40</Days><ExpiredObjectDeleteMarker>false</ExpiredObjectDeleteMarker></Expiration>" +
        "<Transition><Days>30</Days><StorageClass>IA</StorageClass><IsAccessTime>false</IsAccessTime></Transition></Rule>" +
        "<Rule><Status>Disabled</Status><ID></ID><Expiration><CreatedBeforeDate>2015-11-11T00:00:00.000Z</CreatedBeforeDate>" +
        "</Expiration><Prefix>pre_</Prefix></Rule>",
    );

    assert.deepEqual(first, {
      id: "r3",
      prefix: "prefix3",
      status: "Enabled",
      expiration: { days: 40 },
      transitions: [{ days: 30, storageClass: "IA" }],
      filter: { objectSizeGreaterThan: 500, objectSizeLessThan: 64_500 },
    });
    assert.deepEqual(second, {
      prefix: "pre_",
      status: "Disabled",
      expiration: { createdBeforeDate: "2015-11-11T00:00:00.000Z" },
    });
  });

  it("takes a rule without a prefix for one about all objects", () => {
    assert.equal(decode(rule(EXPIRES, ""))[0]?.prefix, "");
  });

  it("takes two rules for one prefix whose tags exclude each other, or whose actions differ", () => {
    const tagged = (value: string) => `<Prefix>p</Prefix><Tag><Key>k</Key><Value>${value}</Value></Tag>`;

    assert.equal(decode(rule(EXPIRES, tagged("1")) + rule(EXPIRES, tagged("2"))).length, 2);
    assert.equal(decode(rule(transition("IA")) + rule("<Expiration><Days>31</Days></Expiration>")).length, 2);
  });

  it("takes overlapping rules when the request says so", () => {
    const rules = rule(EXPIRES) + rule(EXPIRES, "<Prefix>p/q</Prefix>");

    assert.equal(decode(rules, { "x-oss-allow-same-action-overlap": "true" }).length, 2);
  });

  for (const [what, actions] of [
    ["IsAccessTime", transition("IA", "<Days>1</Days><IsAccessTime>true</IsAccessTime>")],
    [
      "IsAccessTime",
      "<NoncurrentVersionTransition><NoncurrentDays>1</NoncurrentDays><StorageClass>IA</StorageClass>" +
        "<IsAccessTime>true</IsAccessTime></NoncurrentVersionTransition>",
    ],
    ["AtimeBase", `${transition("IA")}<AtimeBase>1631698332</AtimeBase>`],
  ] as const) {
    it(`does not know when an object was read last: ${actions}`, () => {
      assert.throws(
        () => decode(rule(actions)),
        serviceError("NotImplemented", { fields: { Header: what } }),
      );
    });
  }

  const malformed: readonly (readonly [what: string, rules: string])[] = [
    ["no rule", ""],
    ["no status", `<Rule><Prefix>p</Prefix>${EXPIRES}</Rule>`],
    ["two prefixes", rule(EXPIRES, "<Prefix>p</Prefix><Prefix>q</Prefix>")],
    ["two expirations", rule(EXPIRES + EXPIRES)],
    ["a condition that nobody knows", rule(`${EXPIRES}<NewerNoncurrentVersions>3</NewerNoncurrentVersions>`)],
    ["a filter that nobody knows", rule(`${EXPIRES}<Filter><And><Prefix>q</Prefix></And></Filter>`)],
    ["a transition without a class", rule("<Transition><Days>1</Days></Transition>")],
    ["a tag without a key", rule(EXPIRES, "<Tag><Value>v</Value></Tag>")],
    ["no noncurrent days", rule("<NoncurrentVersionExpiration></NoncurrentVersionExpiration>")],
    ["a Not without a prefix", rule(`${EXPIRES}<Filter><Not></Not></Filter>`)],
  ];
  for (const [what, rules] of malformed) {
    it(`refuses as malformed: ${what}`, () => {
      assert.throws(() => decode(rules), serviceError("MalformedXML"));
    });
  }

  const wrongValues: readonly (readonly [name: string, value: string, rules: string])[] = [
    ["Status", "On", `<Rule><Status>On</Status>${EXPIRES}</Rule>`],
    ["Days", "0", rule("<Expiration><Days>0</Days></Expiration>")],
    ["Days", "-1", rule("<AbortMultipartUpload><Days>-1</Days></AbortMultipartUpload>")],
    ["Days", "1.5", rule(transition("IA", "<Days>1.5</Days>"))],
    ["Days", "2147483648", rule("<Expiration><Days>2147483648</Days></Expiration>")],
    [
      "NoncurrentDays",
      "x",
      rule("<NoncurrentVersionExpiration><NoncurrentDays>x</NoncurrentDays></NoncurrentVersionExpiration>"),
    ],
    ...["2023-12-03T12:00:00.000Z", "2023-12-03T00:00:00Z", "2023-02-30T00:00:00.000Z", "2023-12-03"].map(
      (date) =>
        [
          "CreatedBeforeDate",
          date,
          rule(`<Expiration><CreatedBeforeDate>${date}</CreatedBeforeDate></Expiration>`),
        ] as const,
    ),
    ["StorageClass", "Standard", rule(transition("Standard"))],
    ["StorageClass", "Attic", rule(transition("Attic"))],
    ["StorageClass", "IA", rule(transition("IA") + transition("IA", "<Days>40</Days>"))],
    [
      "ExpiredObjectDeleteMarker",
      "yes",
      rule("<Expiration><ExpiredObjectDeleteMarker>yes</ExpiredObjectDeleteMarker></Expiration>"),
    ],
    [
      "ID",
      "twice",
      rule(EXPIRES, "<ID>twice</ID><Prefix>p</Prefix>") + rule(EXPIRES, "<ID>twice</ID><Prefix>q</Prefix>"),
    ],
    ["ID", "é".repeat(128), rule(EXPIRES, `<ID>${"é".repeat(128)}</ID>`)],
    ["Key", "test#", rule(EXPIRES, "<Tag><Key>test#</Key><Value>abc</Value></Tag>")],
    ["Value", "é", rule(EXPIRES, "<Tag><Key>k</Key><Value>é</Value></Tag>")],
    [
      "Tag",
      "k,k",
      rule(EXPIRES, "<Tag><Key>k</Key><Value>1</Value></Tag><Tag><Key>k</Key><Value>2</Value></Tag>"),
    ],
    ["Prefix", "q", rule(`${EXPIRES}<Filter><Not><Prefix>q</Prefix></Not></Filter>`)],
    ["Prefix", "p", rule(`${EXPIRES}<Filter><Not><Prefix>p</Prefix></Not></Filter>`)],
    [
      "ObjectSizeGreaterThan",
      "9",
      rule(
        `${EXPIRES}<Filter><ObjectSizeGreaterThan>9</ObjectSizeGreaterThan><ObjectSizeLessThan>9</ObjectSizeLessThan></Filter>`,
      ),
    ],
    ["Rule", "1001", rule(EXPIRES).repeat(1_001)],
  ];
  for (const [name, value, rules] of wrongValues) {
    it(`refuses the ${name} ${value.slice(0, 40)}`, () => {
      assert.throws(
        () => decode(rules),
        serviceError("InvalidArgument", { fields: { ArgumentName: name, ArgumentValue: value } }),
      );
    });
  }

  it("wants colder steps to come later, in the service's words", () => {
    assert.throws(
      () => decode(rule(transition("Archive", "<Days>30</Days>") + transition("IA", "<Days>30</Days>"))),
      serviceError("InvalidArgument", {
        message:
          "Days in the Transition action for StorageClass Archive must be more than the Transition action for StorageClass IA",
      }),
    );
    assert.throws(
      () => decode(rule(EXPIRES + transition("IA", "<Days>31</Days>"))),
      serviceError("InvalidArgument", { fields: { ArgumentName: "Days", ArgumentValue: "30" } }),
    );
  });

  // oss2's tests expect it (test_lifecycle_veriong_wrong).
  it("wants the same of noncurrent versions", () => {
    const later = (days: number, storageClass: string) =>
      `<NoncurrentVersionTransition><NoncurrentDays>${days}</NoncurrentDays>` +
      `<StorageClass>${storageClass}</StorageClass></NoncurrentVersionTransition>`;

    assert.throws(
      () => decode(rule(later(20, "IA") + later(12, "Archive"))),
      serviceError("InvalidArgument"),
    );
  });

  // Source: the page of the EC 0014-00000082, with its three rules.
  it("wants the same of rules that are about one object", () => {
    const rules =
      rule(transition("IA", "<Days>120</Days>"), "<Prefix>test</Prefix>") +
      rule(transition("Archive", "<Days>60</Days>"), "<Prefix>test/log</Prefix>") +
      rule("<Expiration><Days>30</Days></Expiration>", "<Prefix>test/log/cache</Prefix>");

    assert.throws(() => decode(rules), serviceError("InvalidArgument", { ec: "0014-00000082" }));
  });

  const date = "<CreatedBeforeDate>2023-12-03T00:00:00.000Z</CreatedBeforeDate>";
  const abort = "<AbortMultipartUpload><Days>1</Days></AbortMultipartUpload>";
  const cleanUp = "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>";
  const invalid: readonly (readonly [what: string, rules: string, ec?: string])[] = [
    ["no action", rule(""), "0014-00000026"],
    ["an expiration that never comes", rule("<Expiration></Expiration>"), "0014-00000060"],
    [
      "an expiration that only does not clean up",
      rule("<Expiration><ExpiredObjectDeleteMarker>false</ExpiredObjectDeleteMarker></Expiration>"),
      "0014-00000060",
    ],
    ["days and a date in one rule", rule(EXPIRES + transition("IA", date)), "0014-00000080"],
    ["days and a date in one action", rule(`<Expiration><Days>1</Days>${date}</Expiration>`)],
    [
      "days beside the clean-up of delete markers",
      rule(
        "<Expiration><Days>1</Days><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>",
      ),
    ],
    ["uploads by tag", rule(abort, "<Tag><Key>k</Key><Value>v</Value></Tag>")],
    ["uploads by what they are not", rule(`${abort}<Filter><Not><Prefix>pq</Prefix></Not></Filter>`)],
    ["delete markers by size", rule(`${cleanUp}<Filter><ObjectSizeLessThan>9</ObjectSizeLessThan></Filter>`)],
  ];
  for (const [what, rules, ec] of invalid) {
    it(`refuses as invalid: ${what}`, () => {
      assert.throws(() => decode(rules), serviceError("InvalidRequest", ec === undefined ? {} : { ec }));
    });
  }

  for (const [type, actions] of [
    ["Expiration", EXPIRES],
    ["Transition", transition("IA")],
    ["AbortMultipartUpload", abort],
  ] as const) {
    it(`refuses two rules for one object with the same ${type}`, () => {
      assert.throws(
        () => decode(rule(actions, "") + rule(actions, "<Prefix>p/q</Prefix>")),
        serviceError("InvalidRequest", { message: `Overlap for same action type ${type}` }),
      );
    });
  }

  it("never takes two rules for one upload", () => {
    assert.throws(
      () => decode(rule(abort) + rule(abort), { "x-oss-allow-same-action-overlap": "true" }),
      serviceError("InvalidRequest", { message: "Overlap for same action type AbortMultipartUpload" }),
    );
  });

  it("refuses another word for an overlap", () => {
    const name = "x-oss-allow-same-action-overlap";

    assert.throws(
      () => decode(rule(EXPIRES), { [name]: "yes" }),
      serviceError("InvalidArgument", { fields: { ArgumentName: name, ArgumentValue: "yes" } }),
    );
  });
});

describe("getBucketLifecycle", () => {
  it("writes a rule's ID, prefix and status first, then what it does", () => {
    const { text } = getBucketLifecycle.encodeResponse({ rules: VERSIONS_RULES }, oss);

    assert.equal(
      text,
      '<?xml version="1.0" encoding="UTF-8"?>\n<LifecycleConfiguration>' +
        "<Rule><ID>delete example</ID><Prefix>logs/</Prefix><Status>Enabled</Status>" +
        "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>" +
        "<AbortMultipartUpload><Days>1</Days></AbortMultipartUpload>" +
        "<NoncurrentVersionExpiration><NoncurrentDays>5</NoncurrentDays></NoncurrentVersionExpiration></Rule>" +
        "<Rule><ID>transit example</ID><Prefix>data/</Prefix><Status>Enabled</Status>" +
        "<Transition><Days>30</Days><StorageClass>IA</StorageClass></Transition>" +
        "<NoncurrentVersionTransition><NoncurrentDays>10</NoncurrentDays><StorageClass>IA</StorageClass>" +
        "</NoncurrentVersionTransition></Rule></LifecycleConfiguration>",
    );
  });

  it("calls an answer with what it does not know unusable", () => {
    const answer = anXmlAnswer("<LifecycleConfiguration><Rule><Attic/></Rule></LifecycleConfiguration>");

    assert.throws(() => getBucketLifecycle.decodeResponse(answer, oss), serviceError("BadResponse"));
  });
});
