// One call on the model, and what the service must answer to it.
import type { ModelAnswers, ModelContext, Outcome } from "./call-context.ts";
import { modelListings } from "./call-model-listings.ts";
import { modelObjects } from "./call-model-objects.ts";
import { modelUploads } from "./call-model-uploads.ts";
import { Refusal } from "./model-records.ts";
import { answerOf, type BucketCalls, type Call, type Calls } from "./service-calls.ts";

export function callModel(call: Call, context: ModelContext): Outcome {
  try {
    return answerOf(answers, call, context) ?? {};
  } catch (refusal) {
    if (refusal instanceof Refusal) {
      return { refused: refusal.code, ...refusal.headers };
    }
    throw refusal;
  }
}

const modelBuckets: ModelAnswers<BucketCalls> = {
  createBucket: (_call, { model }) => void model.createBucket(),
  deleteBucket: (_call, { model }) => void model.deleteBucket(),
  setVersioning: ({ status }, { model }) => void model.setVersioning(status),
  getVersioning: (_call, { model }) => ({ status: model.versioning }),
  restart: () => undefined,
};

const answers: ModelAnswers<Calls> = { ...modelBuckets, ...modelObjects, ...modelListings, ...modelUploads };
