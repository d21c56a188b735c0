// Query names that say what a request is about (`?acl`, `?uploads`), as opposed to parameters (`?prefix=`). Signatures
// of version 1 cover exactly these names; the router refuses those that nobody here implements.

/**
 * The query names that a V1 signature covers, whatever the operation; so does every name that begins with `x-oss-`.
 *
 * Source: the union of the lists in oss2 (auth.py), the Go SDK v1 (conn.go) and v2 (signer/v1.go), and what a call of the
 * last adds to its own (api_op_bucket_policy.go).
 */
export const signedSubResources: ReadonlySet<string> = /* @__PURE__ */ new Set(
  /* @__PURE__ */ `acl append asyncFetch bucketArchiveDirectRead bucketInfo callback callback-var cloudboxes cname comp
  continuation-token cors delete encryption endTime accessPoint accessPointPolicy group httpsConfig img inventory
  inventoryId lifecycle link live location logging metaQuery objectInfo objectMeta partNumber policy policyStatus position
  publicAccessBlock qos qosInfo qosRequester redundancyTransition referer regionList replication
  replicationLocation replicationProgress requestPayment requesterQosInfo resourceGroup resourcePool
  resourcePoolBuckets resourcePoolInfo response-cache-control response-content-disposition
  response-content-encoding response-content-language response-content-type response-expires responseHeader
  restore rtc security-token sequential startTime stat status style styleName symlink tagging
  transferAcceleration udf udfApplication udfApplicationLog udfId udfImage udfImageDesc udfName uploadId uploads
  versionId versioning versions vod website withHashContext worm wormExtend wormId x-oss-ac-forward-allow
  x-oss-ac-source-ip x-oss-ac-subnet-mask x-oss-ac-vpc-id x-oss-access-point-name x-oss-async-process
  x-oss-enable-md5 x-oss-enable-sha1 x-oss-enable-sha256 x-oss-hash-ctx x-oss-md5-ctx x-oss-process
  x-oss-redundancy-transition-taskid x-oss-request-payer x-oss-target-redundancy-type x-oss-traffic-limit
  x-oss-write-get-object-response`.split(/\s+/),
);

/** Whether a V1 signature covers the query name. */
export function isSignedSubResource(name: string): boolean {
  return signedSubResources.has(name) || name.startsWith("x-oss-");
}

/**
 * The query names that ask OSS for something that no operation here does, or not with every method. A request with one
 * of them that is no mark of its operation must fail: `PUT /bucket/key?acl` is no PutObject.
 *
 * The last lines are younger than V1 signatures, so `signedSubResources` lacks them; source: the Go SDK v2.
 */
export const unimplementedSubResources: ReadonlySet<string> = /* @__PURE__ */ new Set(
  /* @__PURE__ */ `asyncFetch bucketArchiveDirectRead cloudboxes cname comp accessPoint
  accessPointPolicy group httpsConfig img inventory link live logging metaQuery objectInfo
  publicAccessBlock qos qosInfo qosRequester redundancyTransition referer regionList replication
  replicationLocation replicationProgress requesterQosInfo resourceGroup resourcePool
  resourcePoolBuckets resourcePoolInfo responseHeader rtc status style styleName
  transferAcceleration udf udfApplication udfApplicationLog udfImage udfImageDesc udfName vod
  website withHashContext worm wormExtend wormId x-oss-ac-forward-allow x-oss-ac-source-ip x-oss-ac-subnet-mask
  x-oss-ac-vpc-id x-oss-access-point-name x-oss-async-process x-oss-process x-oss-write-get-object-response
  accessmonitor accessPointConfigForObjectProcess accessPointForObjectProcess accessPointPolicyForObjectProcess
  cleanRestoredObject regions seal userDefinedLogFieldsConfig`.split(/\s+/),
);

/**
 * The query names that only qualify what a request asks for, of any operation here, and those of presigned URLs. With
 * every name that begins with `response-`, these are the parameters.
 */
const parameters: ReadonlySet<string> = /* @__PURE__ */ new Set(
  /* @__PURE__ */ `callback callback-var continuation-token delimiter encoding-type Expires fetch-owner key-marker marker max-keys
  max-parts max-uploads OSSAccessKeyId part-number-marker prefix security-token sequential Signature start-after
  tag-key tag-value upload-id-marker version-id-marker versionId x-oss-access-key-id x-oss-additional-headers
  x-oss-credential x-oss-date x-oss-expires x-oss-request-payer x-oss-security-token x-oss-signature
  x-oss-signature-version x-oss-traffic-limit`.split(/\s+/),
);

/**
 * Whether a query name is no parameter that anybody here knows. OSS gains sub-resources; one that is younger than this
 * file must not be taken for the operation without it: `DELETE /bucket?newer` is no DeleteBucket.
 */
export function isUnknownName(name: string): boolean {
  return !parameters.has(name) && !name.startsWith("response-");
}
