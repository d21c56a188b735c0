// PutObjectTagging: replaces an object's tags; neither its time nor its ETag changes.
// Source: OSS API, PutObjectTagging.
import { present } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredObject } from "../fields/required-input.ts";
import { OBJECT_TAG_RULES, requestTags, type Tags, taggingElement } from "../fields/tagging.ts";
import { decodeVersionOnly, encodeVersionOnly, type VersionOnly } from "../fields/version-only.ts";
import { queryValue } from "../http-message.ts";
import type { Operation } from "../operation.ts";
import { writeXml } from "../xml/write-xml.ts";

export interface PutObjectTaggingInput {
  readonly bucket: string;
  readonly key: string;
  /** All of the object's tags from now on: at most 10. */
  readonly tags: Tags;
  /** Undefined: the current version. */
  readonly versionId?: string;
}

export const putObjectTagging: Operation<PutObjectTaggingInput, VersionOnly> = {
  name: "PutObjectTagging",
  method: "PUT",
  level: "object",
  marks: { query: ["tagging"] },
  permission: "oss:PutObjectTagging",
  requestBody: "xml",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, key, tags, versionId }) {
    return {
      method: "PUT",
      resource: { bucket, key },
      query: queryPairs({ tagging: true, versionId }),
      headers: {},
      text: writeXml(taggingElement(tags)),
    };
  },

  decodeRequest(request) {
    return present({
      ...requiredObject(request),
      tags: requestTags(request, OBJECT_TAG_RULES),
      versionId: queryValue(request.query, "versionId"),
    });
  },

  encodeResponse(output, dialect) {
    return { status: 200, headers: encodeVersionOnly(output, dialect) };
  },

  decodeResponse: decodeVersionOnly,
};
