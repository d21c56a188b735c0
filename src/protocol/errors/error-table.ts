// Every error that the wire knows: code → status, EC, message.
// Sources: the OSS documentation of errors and of each call, the EC pages, and answers recorded by the SDKs' tests.
// An EC that nobody has published is left out, never invented.

export interface ErrorDefinition {
  readonly code: string;
  readonly status: number;
  readonly message: string;
  /** The EC that goes with the code wherever it occurs; codes whose EC depends on the call carry none here. */
  readonly ec?: string;
  /** Whether the error's own elements stand before its code, in place of behind its host. */
  readonly areFieldsFirst?: boolean;
}

const definitions = [
  { code: "AccessDenied", status: 403, message: "AccessDenied" },
  {
    code: "AccessForbidden",
    status: 403,
    // The service's own words, misspelling and all.
    message:
      "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Requet-Headers are not whitelisted by the resource's CORS spec.",
  },
  {
    code: "AccessKeyIdAndSecurityTokenNotMatch",
    status: 403,
    // The service's own words.
    message: "The OSS access key id and security token you provided does not match.",
  },
  {
    code: "BadRequest",
    status: 400,
    message: "The request is malformed.",
  },
  { code: "BucketAlreadyExists", status: 409, message: "The requested bucket name is not available." },
  {
    code: "BucketNotEmpty",
    status: 409,
    message: "The bucket has objects. Please delete them first.",
    ec: "0015-00000301",
  },
  {
    code: "CallbackFailed",
    status: 203,
    message: "The object was stored, but its callback failed.",
    ec: "0007-00000203",
  },
  { code: "CORSRuleBeyondLimit", status: 400, message: "The CORS Rules num is beyond limit." },
  {
    code: "EntityTooLarge",
    status: 400,
    message: "Your proposed upload exceeds the maximum allowed object size.",
  },
  {
    code: "EntityTooSmall",
    status: 400,
    // The service's own words, without "is".
    message: "Your proposed upload smaller than the minimum allowed size.",
  },
  {
    code: "FileAlreadyExists",
    status: 409,
    message: "The object you specified already exists and can not be overwritten.",
  },
  {
    code: "FieldItemTooLong",
    status: 400,
    message: "A field of your POST request is too long.",
  },
  { code: "FileImmutable", status: 409, message: "The object you specified is immutable." },
  { code: "FilePartNotExist", status: 400, message: "A part of the upload does not exist." },
  {
    code: "IncompleteBody",
    status: 400,
    message: "The request body is shorter than its Content-Length.",
  },
  {
    code: "IncorrectNumberOfFilesInPOSTRequest",
    status: 400,
    message: "POST requires exactly one file upload per request.",
  },
  {
    code: "InternalError",
    status: 500,
    message: "The service could not finish the request. Please try again.",
  },
  {
    code: "InvalidAccessKeyId",
    status: 403,
    message: "The OSS Access Key Id you provided does not exist in our records.",
    ec: "0002-00000902",
  },
  { code: "InvalidArgument", status: 400, message: "Invalid Argument" },
  { code: "InvalidBucketName", status: 400, message: "The specified bucket is not valid." },
  {
    code: "InvalidCRC64",
    status: 400,
    message: "The x-oss-hash-crc64ecma you specified does not match what we calculated.",
  },
  {
    code: "InvalidDigest",
    status: 400,
    message: "The Content-MD5 you specified was invalid.",
  },
  {
    code: "InvalidEncryptionAlgorithmError",
    status: 400,
    message: "The encryption algorithm you specified is not valid.",
  },
  {
    code: "InvalidEncryptionRequest",
    status: 400,
    message: "The encryption you specified does not fit the upload.",
  },
  { code: "InvalidObjectName", status: 400, message: "The specified object is not valid." },
  {
    code: "InvalidObjectState",
    status: 403,
    message: "The operation is not valid for the state of the object.",
  },
  {
    code: "InvalidPart",
    status: 400,
    message:
      "One or more of the specified parts could not be found or the specified entity tag might not have matched the part's entity tag.",
  },
  {
    code: "InvalidPartOrder",
    status: 400,
    message:
      "The list of parts was not in ascending order. Parts list must specified in order by part number",
    ec: "0042-00000209",
  },
  { code: "InvalidPolicyDocument", status: 400, message: "The policy is not valid." },
  { code: "InvalidRange", status: 416, message: "The requested range cannot be satisfied." },
  { code: "InvalidRequest", status: 400, message: "InvalidRequest" },
  { code: "InvalidSecurityToken", status: 403, message: "The security token you provided is invalid." },
  { code: "InvalidTag", status: 400, message: "The tags you specified are not valid." },
  { code: "InvalidXMLFormat", status: 400, message: "The XML you provided is not valid." },
  {
    code: "InvalidTargetType",
    status: 400,
    message: "The target of the symbolic link is a symbolic link itself.",
  },
  { code: "KmsServiceNotEnabled", status: 403, message: "The key management service is not enabled." },
  {
    code: "MalformedPOSTRequest",
    status: 400,
    message: "The body of your POST request is not well-formed multipart/form-data.",
  },
  {
    code: "MalformedXML",
    status: 400,
    message: "The XML you provided was not well-formed or did not validate against our published schema.",
  },
  {
    code: "MethodNotAllowed",
    status: 405,
    message: "The specified method is not allowed against this resource.",
    ec: "0003-00000016",
  },
  {
    code: "MissingArgument",
    status: 400,
    message: "Missing Some Required Arguments.",
  },
  {
    code: "MissingContentLength",
    status: 411,
    message: "You must provide the Content-Length HTTP header.",
  },
  { code: "NoSuchBucket", status: 404, message: "The specified bucket does not exist.", ec: "0015-00000101" },
  { code: "NoSuchBucketPolicy", status: 404, message: "The bucket policy does not exist." },
  {
    code: "NoSuchCORSConfiguration",
    status: 404,
    message: "The CORS Configuration does not exist.",
  },
  { code: "NoSuchKey", status: 404, message: "The specified key does not exist.", ec: "0026-00000001" },
  {
    code: "NoSuchLifecycle",
    status: 404,
    message: "No Row found in Lifecycle Table.",
    // So in the answer that the Go SDK v2's tests recorded.
    areFieldsFirst: true,
  },
  {
    code: "NoSuchServerSideEncryptionRule",
    status: 404,
    message: "The server side encryption configuration does not exist.",
  },
  {
    code: "NoSuchUpload",
    status: 404,
    message:
      "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
  },
  // A body-less answer, so it never carries this message; a client that meets it says so in these words.
  { code: "NoSuchVersion", status: 404, message: "The specified version does not exist." },
  { code: "NotModified", status: 304, message: "The object was not modified." },
  {
    code: "NotImplemented",
    status: 400,
    message: "A header or query you provided implies functionality that is not implemented.",
  },
  { code: "NotSymlink", status: 400, message: "The object is not a symbolic link.", ec: "0043-00000101" },
  { code: "ObjectNotAppendable", status: 409, message: "The object is not appendable." },
  { code: "OperationNotSupported", status: 400, message: "The operation is not supported." },
  { code: "PartNotSequential", status: 400, message: "The part is not the next one of a sequential upload." },
  {
    code: "PositionNotEqualToLength",
    status: 409,
    message: "Position is not equal to file length",
    ec: "0026-00000016",
  },
  {
    code: "PreconditionFailed",
    status: 412,
    message: "At least one of the pre-conditions you specified did not hold.",
  },
  { code: "QpsLimitExceeded", status: 503, message: "Please reduce your request rate." },
  {
    code: "RequestIsNotMultiPartContent",
    status: 400,
    message: "Bucket POST must be of the enclosure-type multipart/form-data.",
  },
  {
    code: "RequestTimeTooSkewed",
    status: 403,
    message: "The difference between the request time and the current time is too large.",
    ec: "0002-00000504",
  },
  {
    code: "RequestTimeout",
    status: 400,
    message:
      "Your socket connection to the server was not read from or written to within the timeout period.",
  },
  {
    code: "SecondLevelDomainForbidden",
    status: 403,
    message: "The bucket you are attempting to access must be addressed using OSS third level domain.",
  },
  { code: "SecurityTokenExpired", status: 403, message: "The security token you provided has expired." },
  {
    code: "ServiceUnavailable",
    status: 503,
    message: "Please reduce your request rate.",
  },
  {
    code: "SignatureDoesNotMatch",
    status: 403,
    message:
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
  },
  {
    code: "SymlinkTargetNotExist",
    status: 404,
    message: "The target of the symbolic link does not exist.",
    ec: "0026-00000012",
  },
  { code: "TooManyBuckets", status: 400, message: "You have attempted to create more buckets than allowed." },
  // Not the service's, which publishes no such limit; worded as its limit of buckets.
  {
    code: "TooManyMultipartUploads",
    status: 400,
    message: "You have attempted to open more multipart uploads than allowed.",
  },
  { code: "UserDisable", status: 403, message: "The account is disabled.", ec: "0003-00000801" },
] as const;

export type ErrorCode = (typeof definitions)[number]["code"];

/** By code. A client meets codes beyond these, and has from the answer what the table says. */
export const errorDefinitions: ReadonlyMap<string, ErrorDefinition> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ definitions.map((definition) => [definition.code, definition]),
);
