// GetBucketInfo: what there is to know of a bucket.
// Source: OSS API, GetBucketInfo.

import { ServiceError } from "../errors/service-error.ts";
import { requiredDocument } from "../fields/answer.ts";
import { type BucketSummary, bucketElements, bucketOf } from "../fields/bucket-summary.ts";
import { type Owner, ownerElement, ownerOf } from "../fields/owner.ts";
import { present } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import type { VersioningStatus } from "../fields/versioning.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import type { Operation } from "../operation.ts";
import { childNamed, childText, element, optionalElement, type XmlElement } from "../xml/xml-element.ts";

export interface GetBucketInfoInput {
  readonly bucket: string;
}

export interface GetBucketInfoOutput extends BucketSummary {
  readonly owner: Owner;
  /** private, public-read or public-read-write. */
  readonly acl: string;
  /** LRS or ZRS. */
  readonly dataRedundancyType?: string;
  /** AES256, KMS or SM4; absent when objects are not encrypted unless their writer asks for it. */
  readonly serverSideEncryption?: string;
  /** With KMS. */
  readonly kmsMasterKeyId?: string;
  /** Absent for a bucket that never had versions. */
  readonly versioning?: VersioningStatus;
  /** Whether ACLs and statements of a policy that let everybody in count for nothing. */
  readonly blockPublicAccess: boolean;
}

/** What the service writes where no encryption is set. */
const NO_ENCRYPTION = "None";

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

  // SDKs expect elements for features that this service does not have; they say so.
  encodeResponse(bucket) {
    return xmlAnswer(
      element("BucketInfo", [
        element("Bucket", [
          ...factElements(bucket),
          ownerElement(bucket.owner),
          element("AccessControlList", [element("Grant", bucket.acl)]),
          element("ServerSideEncryptionRule", [
            element("SSEAlgorithm", bucket.serverSideEncryption ?? NO_ENCRYPTION),
            optionalElement("KMSMasterKeyID", bucket.kmsMasterKeyId),
          ]),
          element("BucketPolicy", [element("LogBucket"), element("LogPrefix")]),
          optionalElement("Versioning", bucket.versioning),
          element("BlockPublicAccess", bucket.blockPublicAccess),
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
    const encryptionRule = childNamed(bucket, "ServerSideEncryptionRule");
    const algorithm = encryptionRule && childText(encryptionRule, "SSEAlgorithm");
    return present({
      ...bucketOf(bucket),
      owner: ownerOf(bucket) ?? { id: "", displayName: "" },
      acl: (accessControlList && childText(accessControlList, "Grant")) ?? "private",
      dataRedundancyType: childText(bucket, "DataRedundancyType"),
      serverSideEncryption: algorithm === NO_ENCRYPTION ? undefined : algorithm,
      kmsMasterKeyId: encryptionRule && childText(encryptionRule, "KMSMasterKeyID"),
      versioning: versioningOf(childText(bucket, "Versioning")),
      blockPublicAccess: childText(bucket, "BlockPublicAccess") === "true",
    });
  },
};

/** What is one word each; the service writes these by name. */
function factElements(bucket: GetBucketInfoOutput): readonly XmlElement[] {
  const { dataRedundancyType } = bucket;
  return [
    element("AccessMonitor", "Disabled"),
    element("Comment"),
    ...bucketElements(bucket),
    element("CrossRegionReplication", "Disabled"),
    ...(dataRedundancyType === undefined ? [] : [element("DataRedundancyType", dataRedundancyType)]),
    element("ResourceGroupId"),
    element("TransferAcceleration", "Disabled"),
  ].sort((left, right) => (left.name < right.name ? -1 : 1));
}

function versioningOf(text: string | undefined): VersioningStatus | undefined {
  return text === "Enabled" || text === "Suspended" ? text : undefined;
}
