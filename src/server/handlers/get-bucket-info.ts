import { present } from "../../protocol/fields/present.ts";
import type { getBucketInfo } from "../../protocol/operations/get-bucket-info.ts";
import { configurationOf } from "../bucket-configurations.ts";
import { bucketSummaryOf } from "../bucket-summary-of.ts";
import type { Handler } from "../handler.ts";
import { isPublicAccessBlocked } from "../public-access/public-access-block.ts";
import { requireBucket } from "../require-resources.ts";

export const handleGetBucketInfo: Handler<typeof getBucketInfo> = async ({ bucket }, context) => {
  const record = await requireBucket(bucket, context);
  const { acl, dataRedundancyType, versioning } = record;
  const rule = configurationOf(record, "encryption");
  return {
    output: present({
      ...bucketSummaryOf(record, context),
      owner: context.owner,
      acl,
      dataRedundancyType,
      versioning,
      serverSideEncryption: rule?.algorithm,
      kmsMasterKeyId: rule?.kmsMasterKeyId,
      blockPublicAccess: isPublicAccessBlocked(record),
    }),
  };
};
