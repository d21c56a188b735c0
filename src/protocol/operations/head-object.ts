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
import { type Operation, type OperationCall, wholeOperation } from "../operation.ts";

export interface HeadObjectInput {
  readonly bucket: string;
  readonly key: string;
  readonly conditions?: Conditions;
  /** Undefined: the current version. */
  readonly versionId?: string;
}

export type HeadObjectOutput = ObjectMetadata;

export const headObjectCall: OperationCall<HeadObjectInput, HeadObjectOutput> = {
  name: "HeadObject",
  method: "HEAD",
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

  decodeResponse(response, dialect) {
    return decodeObjectMetadata(response, requiredCountHeader(response, "content-length"), dialect);
  },
};

export const headObject: Operation<HeadObjectInput, HeadObjectOutput> = /* @__PURE__ */ wholeOperation(
  headObjectCall,
  {
    level: "object",
    marks: { query: [] },
    permission: "oss:GetObject",
    requestBody: "none",

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
  },
);
