// Arbitrary inputs and outputs of the operations on a bucket's lifecycle and its CORS rules.
import fc from "fast-check";
import * as wire from "../../src/protocol/index.ts";
import { lifecycleRules } from "./lifecycle-arbitraries.ts";
import { type OperationCase, operationCase } from "./operation-case.ts";
import { bucketName, md5Base64, recordOf } from "./wire-arbitraries.ts";

const bucketOnly = recordOf({ bucket: bucketName }, ["bucket"]);

const nothing = fc.constant({});

const headerName = fc.stringMatching(/^[a-z][a-zA-Z0-9-]{0,12}$/);

const headerPattern = fc.oneof(
  headerName,
  fc.constant("*"),
  headerName.map((name) => `${name}*`),
);

const origin = fc.oneof(
  fc.constantFrom("*", "null", "https://*.example.com", "http://localhost:*"),
  fc.domain().map((domain) => `https://${domain}`),
);

const corsRule = recordOf(
  {
    allowedOrigins: fc.array(origin, { minLength: 1, maxLength: 3 }),
    allowedMethods: fc.subarray(["GET", "PUT", "DELETE", "POST", "HEAD"] as const, { minLength: 1 }),
    allowedHeaders: fc.array(headerPattern, { maxLength: 3 }),
    exposeHeaders: fc.array(headerName, { maxLength: 3 }),
    maxAgeSeconds: fc.nat({ max: 999_999_999 }),
  },
  ["allowedOrigins", "allowedMethods", "allowedHeaders", "exposeHeaders"],
);

const corsConfiguration = recordOf(
  { rules: fc.array(corsRule, { minLength: 1, maxLength: 20 }), responseVary: fc.boolean() },
  ["rules", "responseVary"],
);

export const bucketRulesOperationCases: readonly OperationCase[] = [
  operationCase(wire.putBucketLifecycle, {
    input: recordOf(
      {
        bucket: bucketName,
        rules: lifecycleRules,
        allowSameActionOverlap: fc.boolean(),
        contentMd5: md5Base64,
      },
      ["bucket", "rules"],
    ),
    output: nothing,
  }),
  operationCase(wire.getBucketLifecycle, {
    input: bucketOnly,
    output: recordOf({ rules: lifecycleRules }, ["rules"]),
  }),
  operationCase(wire.deleteBucketLifecycle, { input: bucketOnly, output: nothing }),
  operationCase(wire.putBucketCors, {
    input: recordOf({ bucket: bucketName, configuration: corsConfiguration, contentMd5: md5Base64 }, [
      "bucket",
      "configuration",
    ]),
    output: nothing,
  }),
  operationCase(wire.getBucketCors, {
    input: bucketOnly,
    output: recordOf({ configuration: corsConfiguration }, ["configuration"]),
  }),
  operationCase(wire.deleteBucketCors, { input: bucketOnly, output: nothing }),
];
