// HeadObject: what GetObject tells of an object, without its bytes.
// Source: OSS API, HeadObject.
import { requiredCountHeader } from "../fields/answer-values.ts";
import { type Conditions, decodeConditions, encodeConditions } from "../fields/conditions.ts";
import {
  decodeObjectMetadata,
  encodeObjectMetadata,
  type ObjectMetadata,
} from "../fields/object-metadata.ts";
import { present } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredObject } from "../fields/required-input.ts";
import { parseVersionId } from "../fields/version-id.ts";
import type { Operation } from "../operation.ts";

export interface HeadObjectInput {
  readonly bucket: string;
  readonly key: string;
  readonly conditions?: Conditions;
  /** Undefined: the current version. */
  readonly versionId?: string;
}

export type HeadObjectOutput = ObjectMetadata;

export const headObject: Operation<HeadObjectInput, HeadObjectOutput> = {
  name: "HeadObject",
  method: "HEAD",
  level: "object",
  marks: { query: [] },
  permission: "oss:GetObject",
  requestBody: "none",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, key, conditions, versionId }) {
    return {
      method: "HEAD",
      resource: { bucket, key },
      query: queryPairs({ versionId }),
      headers: encodeConditions(conditions, ""),
    };
  },

  decodeRequest(request) {
    return present({
      ...requiredObject(request),
      conditions: decodeConditions(request.headers, ""),
      versionId: parseVersionId(request.query),
    });
  },

  encodeResponse(metadata, dialect) {
    return {
      status: 200,
      headers: {
        ...encodeObjectMetadata(metadata, dialect),
        "content-length": String(metadata.sizeBytes),
      },
    };
  },

  decodeResponse(response, dialect) {
    return decodeObjectMetadata(response, requiredCountHeader(response, "content-length"), dialect);
  },
};
