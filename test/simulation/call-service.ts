// The same call on the real service, through our client's four steps, and what of the answer is compared.
import { call as callOperation } from "../../src/client/call.ts";
import { ServiceError } from "../../src/protocol/errors/service-error.ts";
import { deleteBucket } from "../../src/protocol/operations/delete-bucket.ts";
import { getBucketVersioning } from "../../src/protocol/operations/get-bucket-versioning.ts";
import { putBucket } from "../../src/protocol/operations/put-bucket.ts";
import { putBucketVersioning } from "../../src/protocol/operations/put-bucket-versioning.ts";
import type { Outcome, ServiceAnswers, ServiceContext } from "./call-context.ts";
import { serviceListings } from "./call-service-listings.ts";
import { serviceObjects } from "./call-service-objects.ts";
import { serviceUploads } from "./call-service-uploads.ts";
import { answerOf, type BucketCalls, type Call, type Calls } from "./service-calls.ts";

/** What only some refusals tell, and our client does not pass on. */
const refusalHeaders = ["allow", "x-oss-delete-marker", "x-oss-next-append-position", "x-oss-version-id"];

export async function callService(call: Call, context: ServiceContext): Promise<Outcome> {
  try {
    return (await answerOf(answers, call, context)) ?? {};
  } catch (error) {
    if (error instanceof ServiceError && error.status < 500) {
      const headers = Object.entries(context.answerHeaders());
      const told = headers.filter(([name]) => refusalHeaders.includes(name));
      return { refused: error.code, ...Object.fromEntries(told) };
    }
    throw error;
  }
}

const serviceBuckets: ServiceAnswers<BucketCalls> = {
  createBucket: async (_call, { caller, bucket }) =>
    void (await callOperation(caller, putBucket, { bucket })),
  deleteBucket: async (_call, { caller, bucket }) =>
    void (await callOperation(caller, deleteBucket, { bucket })),
  setVersioning: async ({ status }, { caller, bucket }) =>
    void (await callOperation(caller, putBucketVersioning, { bucket, status })),
  getVersioning: async (_call, { caller, bucket }) => {
    const { output } = await callOperation(caller, getBucketVersioning, { bucket });
    return { status: output.status };
  },
  restart: (_call, { restart }) => restart().then(() => undefined),
};

const answers: ServiceAnswers<Calls> = {
  ...serviceBuckets,
  ...serviceObjects,
  ...serviceListings,
  ...serviceUploads,
};
