// GetObjectTagging: an object's tags; one without any has an empty set.
// Source: OSS API, GetObjectTagging.
import { requiredDocument } from "../fields/answer.ts";
import { present } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredObject } from "../fields/required-input.ts";
import { type Tags, taggingElement, tagsOf } from "../fields/tagging.ts";
import { decodeVersionOnly, encodeVersionOnly, type VersionOnly } from "../fields/version-only.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import { queryValue } from "../http-message.ts";
import type { Operation } from "../operation.ts";

export interface GetObjectTaggingInput {
  readonly bucket: string;
  readonly key: string;
  /** Undefined: the current version. */
  readonly versionId?: string;
}

export interface GetObjectTaggingOutput extends VersionOnly {
  readonly tags: Tags;
}

export const getObjectTagging: Operation<GetObjectTaggingInput, GetObjectTaggingOutput> = {
  name: "GetObjectTagging",
  method: "GET",
  level: "object",
  marks: { query: ["tagging"] },
  permission: "oss:GetObjectTagging",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest({ bucket, key, versionId }) {
    return {
      method: "GET",
      resource: { bucket, key },
      query: queryPairs({ tagging: true, versionId }),
      headers: {},
    };
  },

  decodeRequest(request) {
    return present({ ...requiredObject(request), versionId: queryValue(request.query, "versionId") });
  },

  encodeResponse({ tags, ...version }, dialect) {
    return xmlAnswer(taggingElement(tags), encodeVersionOnly(version, dialect));
  },

  decodeResponse(response, dialect) {
    return {
      tags: tagsOf(requiredDocument(response, "Tagging")),
      ...decodeVersionOnly(response, dialect),
    };
  },
};
