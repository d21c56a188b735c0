// The words of signature version 4 as OSS spells them. The machine in the v4-*.ts files takes them as a value, for
// the same machine with other words signs for S3.
import { oss } from "../dialects/oss.ts";

/** Every word that the two dialects of version 4 spell differently. */
export interface V4Words {
  /** First word of the Authorization header and first line of what is signed. */
  readonly algorithm: string;
  /** Stands before the secret where the signing key is derived. */
  readonly secretPrefix: string;
  readonly service: string;
  /** Last segment of the scope. */
  readonly terminator: string;
  /** Before the service's own headers, all of which are signed. */
  readonly headerPrefix: string;
  /** Signed wherever they are present, besides those with the prefix. */
  readonly alwaysSignedHeaders: readonly string[];
  readonly dateHeader: string;
  readonly payloadHashHeader: string;
  readonly securityTokenHeader: string;
  /** What stands for the hash of the body; the only value that OSS takes. Source: EC 0002-00000214. */
  readonly unsignedPayload: string;
  /** The field of the Authorization header that lists further signed headers. */
  readonly headerListField: string;
  /** The names of the same facts in a presigned URL. */
  readonly query: {
    readonly version: string;
    readonly credential: string;
    readonly date: string;
    readonly expires: string;
    readonly headerList: string;
    readonly securityToken: string;
    readonly signature: string;
  };
}

/** Source: OSS, "Include a V4 signature in the Authorization header" and "… in a URL". */
export const oss4Words: V4Words = {
  algorithm: "OSS4-HMAC-SHA256",
  secretPrefix: "aliyun_v4",
  service: "oss",
  terminator: "aliyun_v4_request",
  headerPrefix: oss.headerPrefix,
  alwaysSignedHeaders: ["content-md5", "content-type"],
  dateHeader: "x-oss-date",
  payloadHashHeader: "x-oss-content-sha256",
  securityTokenHeader: "x-oss-security-token",
  unsignedPayload: "UNSIGNED-PAYLOAD",
  headerListField: "AdditionalHeaders",
  query: {
    version: "x-oss-signature-version",
    credential: "x-oss-credential",
    date: "x-oss-date",
    expires: "x-oss-expires",
    headerList: "x-oss-additional-headers",
    securityToken: "x-oss-security-token",
    signature: "x-oss-signature",
  },
};
