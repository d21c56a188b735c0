// PutBucketLifecycle: says when a bucket's objects, versions and open uploads change or go. Replaces all rules.
// Source: OSS API, PutBucketLifecycle.

import type { Dialect } from "../dialects/dialect.ts";
import { invalidArgument } from "../errors/service-error.ts";
import { decodeNothing, type EmptyOutput, encodeDone } from "../fields/empty-output.ts";
import { assertLifecycleRules } from "../fields/lifecycle-checks.ts";
import { lifecycleDocument } from "../fields/lifecycle-document.ts";
import type { LifecycleRule } from "../fields/lifecycle-rule.ts";
import { present, presentHeaders } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { readLifecycleRules } from "../fields/read-lifecycle-rules.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { requestDocument, XML_CONTENT_TYPE } from "../fields/xml-message.ts";
import type { Headers } from "../http-message.ts";
import type { Operation } from "../operation.ts";
import { writeXml } from "../xml/write-xml.ts";

export interface PutBucketLifecycleInput {
  readonly bucket: string;
  /** 1 … 1,000. */
  readonly rules: readonly LifecycleRule[];
  /** Whether an object may match several rules with the same action. Default: no. */
  readonly allowSameActionOverlap?: boolean;
  /** Base64 of the MD5 of the document. */
  readonly contentMd5?: string;
}

export const putBucketLifecycle: Operation<PutBucketLifecycleInput, EmptyOutput> = {
  name: "PutBucketLifecycle",
  method: "PUT",
  level: "bucket",
  marks: { query: ["lifecycle"] },
  permission: "oss:PutBucketLifecycle",
  requestBody: "xml",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, rules, allowSameActionOverlap, contentMd5 }, dialect) {
    return {
      method: "PUT",
      resource: { bucket },
      query: queryPairs({ lifecycle: true }),
      headers: presentHeaders({
        "content-type": XML_CONTENT_TYPE,
        "content-md5": contentMd5,
        [overlapHeader(dialect)]: allowSameActionOverlap?.toString(),
      }),
      text: writeXml(lifecycleDocument(rules)),
    };
  },

  decodeRequest(request, dialect) {
    const bucket = requiredBucket(request);
    const allowSameActionOverlap = decodeOverlap(request.headers, dialect);
    const rules = readLifecycleRules(requestDocument(request, "LifecycleConfiguration"));
    assertLifecycleRules(rules, { allowSameActionOverlap: allowSameActionOverlap ?? false });
    return present({ bucket, rules, allowSameActionOverlap, contentMd5: request.headers["content-md5"] });
  },

  encodeResponse: encodeDone,
  decodeResponse: decodeNothing,
};

function decodeOverlap(headers: Headers, dialect: Dialect): boolean | undefined {
  const name = overlapHeader(dialect);
  const value = headers[name];
  if (value !== undefined && value !== "true" && value !== "false") {
    throw invalidArgument({ name, value });
  }
  return value === undefined ? undefined : value === "true";
}

function overlapHeader(dialect: Dialect): string {
  return `${dialect.headerPrefix}allow-same-action-overlap`;
}
