// GetObjectAcl: who may use an object.
// Source: OSS API, GetObjectACL.
import {
  type AccessControlPolicy,
  decodeAccessControlPolicy,
  encodeAccessControlPolicy,
} from "../fields/access-control-policy.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredObject } from "../fields/required-input.ts";
import type { Operation } from "../operation.ts";

export interface GetObjectAclInput {
  readonly bucket: string;
  readonly key: string;
}

export const getObjectAcl: Operation<GetObjectAclInput, AccessControlPolicy> = {
  name: "GetObjectAcl",
  method: "GET",
  level: "object",
  marks: { query: ["acl"] },
  permission: "oss:GetObjectAcl",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest({ bucket, key }) {
    return { method: "GET", resource: { bucket, key }, query: queryPairs({ acl: true }), headers: {} };
  },

  decodeRequest(request) {
    return requiredObject(request);
  },

  encodeResponse: encodeAccessControlPolicy,

  decodeResponse: decodeAccessControlPolicy,
};
