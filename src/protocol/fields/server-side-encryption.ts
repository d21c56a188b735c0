// x-oss-server-side-encryption: how the service encrypts an object's bytes at rest.
// Source: OSS API, PutObject.
import type { Dialect } from "../dialects/dialect.ts";
import { serviceError } from "../errors/known-error.ts";
import type { Headers } from "../http-message.ts";
import { presentHeaders } from "./present.ts";

/** What OSS knows; which of them a server does is its own business. */
const ENCRYPTION_ALGORITHMS: readonly string[] = ["AES256", "KMS", "SM4"];

/** Absent for undefined. */
export function encodeServerSideEncryption(algorithm: string | undefined, dialect: Dialect): Headers {
  return presentHeaders({ [serverSideEncryptionHeader(dialect)]: algorithm });
}

/** What a request's or an answer's headers say, without a judgement. */
export function decodeServerSideEncryption(headers: Headers, dialect: Dialect): string | undefined {
  return headers[serverSideEncryptionHeader(dialect)];
}

/** @throws {ServiceError} InvalidEncryptionAlgorithmError */
export function assertEncryptionAlgorithm(algorithm: string | undefined): void {
  if (algorithm !== undefined && !ENCRYPTION_ALGORITHMS.includes(algorithm)) {
    throw serviceError("InvalidEncryptionAlgorithmError");
  }
}

function serverSideEncryptionHeader(dialect: Dialect): string {
  return `${dialect.headerPrefix}server-side-encryption`;
}
