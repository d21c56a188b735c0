// PutObjectAcl: changes who may use an object.
// Source: OSS API, PutObjectACL.
import {
  decodeObjectAcl,
  encodeObjectAcl,
  type ObjectAcl,
  objectAclHeader,
  requiredAcl,
} from "../fields/access-control.ts";
import { present, presentHeaders } from "../fields/present.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredObject } from "../fields/required-input.ts";
import { queryValue } from "../http-message.ts";
import type { Operation } from "../operation.ts";

export interface PutObjectAclInput {
  readonly bucket: string;
  readonly key: string;
  readonly objectAcl: ObjectAcl;
  /** Undefined: the current version. */
  readonly versionId?: string;
}

export interface PutObjectAclOutput {
  /** Of the version that was changed, where the bucket has versions. */
  readonly versionId?: string;
}

export const putObjectAcl: Operation<PutObjectAclInput, PutObjectAclOutput> = {
  name: "PutObjectAcl",
  method: "PUT",
  level: "object",
  marks: { query: ["acl"] },
  permission: "oss:PutObjectAcl",
  requestBody: "none",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, key, objectAcl, versionId }, dialect) {
    return {
      method: "PUT",
      resource: { bucket, key },
      query: queryPairs({ acl: true, versionId }),
      headers: encodeObjectAcl(objectAcl, dialect),
    };
  },

  decodeRequest(request, dialect) {
    return present({
      ...requiredObject(request),
      objectAcl: requiredAcl(decodeObjectAcl(request.headers, dialect), objectAclHeader(dialect)),
      versionId: queryValue(request.query, "versionId"),
    });
  },

  encodeResponse({ versionId }, dialect) {
    return { status: 200, headers: presentHeaders({ [`${dialect.headerPrefix}version-id`]: versionId }) };
  },

  decodeResponse({ headers }, dialect) {
    return present({ versionId: headers[`${dialect.headerPrefix}version-id`] });
  },
};
