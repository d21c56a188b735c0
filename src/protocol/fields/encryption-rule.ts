// How a bucket encrypts objects whose writer asks for nothing.
// Source: OSS API, PutBucketEncryption.
import { invalidArgument } from "../errors/service-error.ts";
import { childNamed, childText, element, optionalElement, type XmlElement } from "../xml/xml-element.ts";
import { present } from "./present.ts";
import { assertEncryptionAlgorithm } from "./server-side-encryption.ts";
import { malformedRequest } from "./xml-message.ts";

export interface EncryptionRule {
  /** AES256, KMS or SM4. */
  readonly algorithm: string;
  /** With KMS: which key. */
  readonly kmsMasterKeyId?: string;
  /** With KMS: how the data is encrypted, where it is not AES256. */
  readonly kmsDataEncryption?: string;
}

export function encodeEncryptionRule(rule: EncryptionRule): XmlElement {
  return element("ServerSideEncryptionRule", [
    element("ApplyServerSideEncryptionByDefault", [
      element("SSEAlgorithm", rule.algorithm),
      optionalElement("KMSMasterKeyID", rule.kmsMasterKeyId),
      optionalElement("KMSDataEncryption", rule.kmsDataEncryption),
    ]),
  ]);
}

/**
 * SDKs write elements that are not set as empty ones.
 *
 * @throws {ServiceError} MalformedXML; InvalidEncryptionAlgorithmError; InvalidArgument for a key without KMS, as oss2's
 *   tests expect
 */
export function decodeEncryptionRule(root: XmlElement): EncryptionRule {
  const byDefault = childNamed(root, "ApplyServerSideEncryptionByDefault");
  const algorithm = byDefault && childText(byDefault, "SSEAlgorithm");
  if (byDefault === undefined || algorithm === undefined) {
    throw malformedRequest("The rule has no SSEAlgorithm.");
  }
  assertEncryptionAlgorithm(algorithm);
  const kmsMasterKeyId = childText(byDefault, "KMSMasterKeyID") || undefined;
  const kmsDataEncryption = childText(byDefault, "KMSDataEncryption") || undefined;
  if (algorithm !== "KMS" && kmsMasterKeyId !== undefined) {
    throw invalidArgument({ name: "KMSMasterKeyID", value: kmsMasterKeyId });
  }
  return present({ algorithm, kmsMasterKeyId, kmsDataEncryption });
}
