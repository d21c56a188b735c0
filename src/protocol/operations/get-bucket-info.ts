// GetBucketInfo: what there is to know of a bucket.
// Source: OSS API, GetBucketInfo.

import { ServiceError } from "../errors/service-error.ts";
import { requiredDocument } from "../fields/answer.ts";
import { type BucketSummary, bucketElements, bucketOf } from "../fields/bucket-summary.ts";
import { type Owner, ownerElement, ownerOf } from "../fields/owner.ts";
import { present } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import type { Operation } from "../operation.ts";
import { childNamed, childText, element, optionalElement } from "../xml/xml-element.ts";

export interface GetBucketInfoInput {
  readonly bucket: string;
}

export interface GetBucketInfoOutput extends BucketSummary {
  readonly owner: Owner;
  /** private, public-read or public-read-write. */
  readonly acl: string;
  /** LRS or ZRS. */
  readonly dataRedundancyType?: string;
}

export const getBucketInfo: Operation<GetBucketInfoInput, GetBucketInfoOutput> = {
  name: "GetBucketInfo",
  method: "GET",
  level: "bucket",
  marks: { query: ["bucketInfo"] },
  permission: "oss:GetBucketInfo",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest({ bucket }) {
    return { method: "GET", resource: { bucket }, query: queryPairs({ bucketInfo: true }), headers: {} };
  },

  decodeRequest(request) {
    return { bucket: requiredBucket(request) };
  },

  // SDKs expect elements for features that this service does not have; they say so. Versioning is left out, as OSS
  // does for a bucket that never had it.
  encodeResponse(bucket) {
    return xmlAnswer(
      element("BucketInfo", [
        element("Bucket", [
          element("AccessMonitor", "Disabled"),
          element("Comment"),
          ...bucketElements(bucket),
          element("CrossRegionReplication", "Disabled"),
          optionalElement("DataRedundancyType", bucket.dataRedundancyType),
          element("TransferAcceleration", "Disabled"),
          ownerElement(bucket.owner),
          element("AccessControlList", [element("Grant", bucket.acl)]),
          element("ServerSideEncryptionRule", [element("SSEAlgorithm", "None")]),
          element("BucketPolicy", [element("LogBucket"), element("LogPrefix")]),
        ]),
      ]),
    );
  },

  decodeResponse(response) {
    const bucket = childNamed(requiredDocument(response, "BucketInfo"), "Bucket");
    if (bucket === undefined) {
      throw new ServiceError("BadResponse", {
        status: response.status,
        message: "unusable answer: BucketInfo has no Bucket",
      });
    }
    const accessControlList = childNamed(bucket, "AccessControlList");
    return present({
      ...bucketOf(bucket),
      owner: ownerOf(bucket) ?? { id: "", displayName: "" },
      acl: (accessControlList && childText(accessControlList, "Grant")) ?? "private",
      dataRedundancyType: childText(bucket, "DataRedundancyType"),
    });
  },
};
