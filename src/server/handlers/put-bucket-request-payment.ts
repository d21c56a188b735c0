// Nobody is billed here; what follows from Requester is that nobody comes in without a signature.
import type { putBucketRequestPayment } from "../../protocol/operations/put-bucket-request-payment.ts";
import { storeConfiguration } from "../bucket-configurations.ts";
import type { Handler } from "../handler.ts";

export const handlePutBucketRequestPayment: Handler<typeof putBucketRequestPayment> = async (
  { bucket, payer },
  context,
) => {
  await storeConfiguration(bucket, "requestPayment", { payer }, context);
  return { output: {} };
};
