// The limits that a request's decoder knows, as laws: whatever else a request is like, it is taken if and only if it is
// within. The numbers stand here as the documentation has them (src/protocol/limits.ts names the pages), so that a wrong
// constant is found. What only the server knows is in test/server/limit-laws.test.ts.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  type AnyOperation,
  completeMultipartUpload,
  deleteMultipleObjects,
  getObject,
  initiateMultipartUpload,
  listBuckets,
  listMultipartUploads,
  listObjects,
  listObjectsV2,
  listObjectVersions,
  listParts,
  oss,
  putBucket,
  putBucketLifecycle,
  putBucketTags,
  putObject,
  putObjectTagging,
  type RequestMessage,
  uploadPart,
  uploadPartCopy,
} from "../../src/protocol/index.ts";
import { aroundLimit, aroundRange, textOfBytes, textOfCharacters } from "./around-limit.ts";
import { aRequest, EXAMPLE_BUCKET, type RequestParts, serviceError } from "./request-builder.ts";

/** Of documents that take tens of milliseconds each. So few may miss the edges, which therefore come first. */
const LONG_DOCUMENT_RUNS = 4;

function longDocumentRuns(limit: number): fc.Parameters<[number]> {
  return { numRuns: LONG_DOCUMENT_RUNS, examples: [[limit - 1], [limit], [limit + 1]] };
}

interface Decision {
  readonly operation: AnyOperation;
  readonly request: RequestParts;
  readonly isWithin: boolean;
  /** What the service answers beyond the limit. */
  readonly code: string;
}

/** The decoder's verdict is the expected one. */
function assertDecision({ operation, request, isWithin, code }: Decision): void {
  const message: RequestMessage = aRequest({ method: operation.method, ...request });
  const decode = () => operation.decodeRequest(message, oss);
  if (isWithin) {
    assert.doesNotThrow(decode);
  } else {
    assert.throws(decode, serviceError(code));
  }
}

function isBetween(min: number, value: number, max: number): boolean {
  return min <= value && value <= max;
}

function repeated(count: number, row: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => row(index)).join("");
}

describe("a part's number is taken from 1 to 10,000", () => {
  const copySource = { "x-oss-copy-source": "/examplebucket/source" };
  for (const [operation, headers] of [
    [uploadPart, {}],
    [uploadPartCopy, copySource],
  ] as const) {
    it(`by ${operation.name}`, () => {
      fc.assert(
        fc.property(aroundRange(1, 10_000), (partNumber) => {
          const request = { headers, query: { partNumber: String(partNumber), uploadId: "A1" } };
          const isWithin = isBetween(1, partNumber, 10_000);
          assertDecision({ operation, request, isWithin, code: "InvalidArgument" });
        }),
      );
    });
  }

  it("by CompleteMultipartUpload", () => {
    fc.assert(
      fc.property(aroundRange(1, 10_000), (partNumber) => {
        assertDecision({
          operation: completeMultipartUpload,
          request: completion(`<Part><PartNumber>${partNumber}</PartNumber><ETag>e</ETag></Part>`),
          isWithin: isBetween(1, partNumber, 10_000),
          code: "InvalidArgument",
        });
      }),
    );
  });
});

describe("a completion", () => {
  it("lists up to 10,000 parts", () => {
    fc.assert(
      fc.property(aroundLimit(10_000), (partCount) => {
        const parts = repeated(
          partCount,
          (index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>e</ETag></Part>`,
        );
        const isWithin = partCount <= 10_000;
        assertDecision({
          operation: completeMultipartUpload,
          request: completion(parts),
          isWithin,
          code: "MalformedXML",
        });
      }),
      longDocumentRuns(10_000),
    );
  });
});

function completion(parts: string): RequestParts {
  const text = `<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`;
  return { query: { uploadId: "A1" }, text };
}

describe("a key is taken from 1 to 1,023 bytes of UTF-8", () => {
  const keys = aroundRange(1, 1_023).chain(textOfBytes);
  for (const operation of [putObject, getObject, initiateMultipartUpload] as const) {
    it(`by ${operation.name}`, () => {
      fc.assert(
        fc.property(keys, (key) => {
          const request = { resource: { bucket: "examplebucket", key } };
          const isWithin = isBetween(1, Buffer.byteLength(key), 1_023);
          assertDecision({ operation, request, isWithin, code: "InvalidObjectName" });
        }),
      );
    });
  }

  it("by DeleteMultipleObjects", () => {
    fc.assert(
      fc.property(keys, (key) => {
        const request = deletion(`<Object><Key>${key}</Key></Object>`);
        const isWithin = isBetween(1, Buffer.byteLength(key), 1_023);
        assertDecision({ operation: deleteMultipleObjects, request, isWithin, code: "InvalidObjectName" });
      }),
    );
  });
});

describe("a deletion", () => {
  it("names 1 to 1,000 keys", () => {
    fc.assert(
      fc.property(aroundRange(1, 1_000), (keyCount) => {
        const request = deletion(repeated(keyCount, (index) => `<Object><Key>${index}</Key></Object>`));
        const isWithin = isBetween(1, keyCount, 1_000);
        assertDecision({ operation: deleteMultipleObjects, request, isWithin, code: "MalformedXML" });
      }),
      longDocumentRuns(1_000),
    );
  });
});

function deletion(objects: string): RequestParts {
  const headers = { "content-md5": "AAAAAAAAAAAAAAAAAAAAAA==" };
  return {
    resource: EXAMPLE_BUCKET,
    query: { delete: "" },
    headers,
    text: `<Delete>${objects}</Delete>`,
  };
}

describe("the name of a bucket", () => {
  const names = aroundRange(3, 63).chain((length) =>
    fc.stringMatching(new RegExp(`^[a-z0-9-]{${length}}$`)).map(withoutHyphensAtEnds),
  );

  it("is taken from 3 to 63 characters", () => {
    fc.assert(
      fc.property(names, (bucket) => {
        const isWithin = isBetween(3, bucket.length, 63);
        const request = { resource: { bucket } };
        assertDecision({ operation: putBucket, request, isWithin, code: "InvalidBucketName" });
      }),
    );
  });
});

function withoutHyphensAtEnds(name: string): string {
  return name.replace(/^-|-$/g, "0");
}

describe("the owner's metadata", () => {
  // Weights of what goes into each header: names, their prefix and values count together.
  const shares = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 6 });
  const sizes = aroundLimit(8_192);

  it("has up to 8,192 bytes, however they are spread over headers", () => {
    fc.assert(
      fc.property(sizes, shares, fc.constantFrom("v", "é", "中", "𠮷"), (sizeBytes, weights, letter) => {
        const headers = metadataOf(sizeBytes, weights, letter);
        const isWithin = sizeBytes <= 8_192;
        assertDecision({ operation: putObject, request: { headers }, isWithin, code: "InvalidArgument" });
      }),
    );
  });
});

/** Headers of exactly `sizeBytes` bytes together, in values filled with `letter` as far as it goes. */
function metadataOf(sizeBytes: number, weights: readonly number[], letter: string): Record<string, string> {
  const names = weights.map((_, index) => `x-oss-meta-${index}`);
  const valuesBytes = sizeBytes - names.join("").length;
  const total = weights.reduce((sum, weight) => sum + weight, 0) + 1;
  const values = weights.map((weight) =>
    letter.repeat(Math.floor((valuesBytes * weight) / total / Buffer.byteLength(letter))),
  );
  const missingBytes = valuesBytes - Buffer.byteLength(values.join(""));
  return Object.fromEntries(
    names.map((name, index) => [name, (values[index] ?? "") + (index === 0 ? "x".repeat(missingBytes) : "")]),
  );
}

describe("the tags of an object", () => {
  it("are up to 10", () => {
    fc.assert(
      fc.property(aroundLimit(10), (count) => {
        const request = tagging(repeated(count, (index) => tag(`key${index}`, "v")));
        assertDecision({ operation: putObjectTagging, request, isWithin: count <= 10, code: "InvalidTag" });
      }),
    );
  });

  it("have keys of 1 to 128 characters and values of up to 256", () => {
    const keys = aroundRange(1, 128).chain(textOfCharacters);
    const values = aroundLimit(256).chain(textOfCharacters);

    fc.assert(
      fc.property(keys, values, (key, value) => {
        const isWithin = isBetween(1, [...key].length, 128) && [...value].length <= 256;
        const request = tagging(tag(key, value));
        assertDecision({ operation: putObjectTagging, request, isWithin, code: "InvalidTag" });
      }),
    );
  });
});

describe("the tags of a bucket", () => {
  const bucketTagging = (rows: string) => ({ ...tagging(rows), resource: EXAMPLE_BUCKET });

  it("are up to 20", () => {
    fc.assert(
      fc.property(aroundLimit(20), (count) => {
        const request = bucketTagging(repeated(count, (index) => tag(`key${index}`, "v")));
        assertDecision({ operation: putBucketTags, request, isWithin: count <= 20, code: "InvalidTag" });
      }),
    );
  });

  it("have keys of 1 to 64 bytes and values of up to 128", () => {
    const keys = aroundRange(1, 64).chain(textOfBytes);
    const values = aroundLimit(128).chain(textOfBytes);

    fc.assert(
      fc.property(keys, values, (key, value) => {
        const isWithin = isBetween(1, Buffer.byteLength(key), 64) && Buffer.byteLength(value) <= 128;
        const request = bucketTagging(tag(key, value));
        assertDecision({ operation: putBucketTags, request, isWithin, code: "InvalidTag" });
      }),
    );
  });
});

function tag(key: string, value: string): string {
  return `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`;
}

function tagging(rows: string): RequestParts {
  return { query: { tagging: "" }, text: `<Tagging><TagSet>${rows}</TagSet></Tagging>` };
}

describe("a page is asked for with 1 to 1,000 entries", () => {
  for (const [operation, name] of [
    [listObjects, "max-keys"],
    [listObjectsV2, "max-keys"],
    [listObjectVersions, "max-keys"],
    [listBuckets, "max-keys"],
    [listMultipartUploads, "max-uploads"],
    [listParts, "max-parts"],
  ] as const) {
    it(`by ${operation.name}`, () => {
      fc.assert(
        fc.property(aroundRange(1, 1_000), (pageSize) => {
          const request = { query: { uploadId: "A1", [name]: String(pageSize) } };
          const isWithin = isBetween(1, pageSize, 1_000);
          assertDecision({ operation, request, isWithin, code: "InvalidArgument" });
        }),
      );
    });
  }
});

describe("a lifecycle", () => {
  it("has 1 to 1,000 rules", () => {
    fc.assert(
      fc.property(aroundRange(1, 1_000), (ruleCount) => {
        const rules = repeated(ruleCount, (index) => lifecycleRule(`<Prefix>${index}/</Prefix>`));
        const code = ruleCount === 0 ? "MalformedXML" : "InvalidArgument";
        const isWithin = isBetween(1, ruleCount, 1_000);
        assertDecision({ operation: putBucketLifecycle, request: lifecycle(rules), isWithin, code });
      }),
      longDocumentRuns(1_000),
    );
  });

  it("has rules with IDs of up to 255 bytes", () => {
    fc.assert(
      fc.property(aroundLimit(255).chain(textOfBytes), (id) => {
        const request = lifecycle(lifecycleRule(`<ID>${id}</ID><Prefix>p</Prefix>`));
        const isWithin = Buffer.byteLength(id) <= 255;
        assertDecision({ operation: putBucketLifecycle, request, isWithin, code: "InvalidArgument" });
      }),
    );
  });
});

function lifecycleRule(about: string): string {
  return `<Rule>${about}<Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>`;
}

function lifecycle(rules: string): RequestParts {
  return {
    resource: EXAMPLE_BUCKET,
    query: { lifecycle: "" },
    text: `<LifecycleConfiguration>${rules}</LifecycleConfiguration>`,
  };
}
