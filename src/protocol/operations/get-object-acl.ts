// GetObjectAcl: who may use an object.
// Source: OSS API, GetObjectACL.
import {
  type AccessControlPolicy,
  decodeAccessControlPolicy,
  encodeAccessControlPolicy,
} from "../fields/access-control-policy.ts";
import { present, presentHeaders } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredObject } from "../fields/required-input.ts";
import { queryValue } from "../http-message.ts";
import type { Operation } from "../operation.ts";

export interface GetObjectAclInput {
  readonly bucket: string;
  readonly key: string;
  /** Undefined: the current version. */
  readonly versionId?: string;
}

export interface GetObjectAclOutput extends AccessControlPolicy {
  /** Where the bucket has versions. */
  readonly versionId?: string;
}

export const getObjectAcl: Operation<GetObjectAclInput, GetObjectAclOutput> = {
  name: "GetObjectAcl",
  method: "GET",
  level: "object",
  marks: { query: ["acl"] },
  permission: "oss:GetObjectAcl",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest({ bucket, key, versionId }) {
    return {
      method: "GET",
      resource: { bucket, key },
      query: queryPairs({ acl: true, versionId }),
      headers: {},
    };
  },

  decodeRequest(request) {
    return present({ ...requiredObject(request), versionId: queryValue(request.query, "versionId") });
  },

  encodeResponse({ versionId, ...policy }, dialect) {
    const { headers, ...answer } = encodeAccessControlPolicy(policy);
    const versionHeaders = presentHeaders({ [`${dialect.headerPrefix}version-id`]: versionId });
    return { ...answer, headers: { ...headers, ...versionHeaders } };
  },

  decodeResponse(response, dialect) {
    return present({
      ...decodeAccessControlPolicy(response),
      versionId: response.headers[`${dialect.headerPrefix}version-id`],
    });
  },
};
