import type { getBucketRequestPayment } from "../../protocol/operations/get-bucket-request-payment.ts";
import { configurationOf } from "../bucket-configurations.ts";
import type { Handler } from "../handler.ts";
import { requireBucket } from "../require-resources.ts";

export const handleGetBucketRequestPayment: Handler<typeof getBucketRequestPayment> = async (
  { bucket },
  context,
) => {
  const record = await requireBucket(bucket, context);
  return { output: configurationOf(record, "requestPayment") ?? { payer: "BucketOwner" } };
};
