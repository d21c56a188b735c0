// The headers that a user stores with an object, and gets back with it.
import type { Dialect } from "../dialects/dialect.ts";
import { invalidArgument } from "../errors/service-error.ts";
import type { Headers } from "../http-message.ts";
import { USER_METADATA_SIZE_MAX_BYTES } from "../limits.ts";
import { present, presentHeaders } from "./present.ts";
import {
  assertEncryptionAlgorithm,
  decodeServerSideEncryption,
  encodeServerSideEncryption,
} from "./server-side-encryption.ts";
import { parseStorageClass } from "./storage-class.ts";

/** The standard headers among them; a GET may ask for other values of these. */
export interface StandardObjectHeaders {
  readonly contentType?: string;
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  /** As the user wrote it; the service does not read it. */
  readonly expires?: string;
}

export interface ObjectHeaders extends StandardObjectHeaders {
  /**
   * `x-oss-meta-*`: names without the prefix, of letters, digits and hyphens, kept in lower case. At most 8 KiB with their
   * names, together.
   */
  readonly userMetadata?: Readonly<Record<string, string>>;
  /** Standard, IA, Archive, ColdArchive or DeepColdArchive. */
  readonly storageClass?: string;
  /** AES256, KMS or SM4: how the bytes are encrypted at rest. */
  readonly serverSideEncryption?: string;
}

/** The header of each standard property. */
export const STANDARD_OBJECT_HEADERS: Readonly<Record<keyof StandardObjectHeaders, string>> = {
  contentType: "content-type",
  cacheControl: "cache-control",
  contentDisposition: "content-disposition",
  contentEncoding: "content-encoding",
  contentLanguage: "content-language",
  expires: "expires",
};

export function encodeObjectHeaders(objectHeaders: ObjectHeaders | undefined, dialect: Dialect): Headers {
  const { userMetadata = {}, storageClass, serverSideEncryption, ...standard } = objectHeaders ?? {};
  const prefix = userMetadataPrefix(dialect);
  return {
    ...encodeStandardHeaders(standard),
    ...presentHeaders({ [storageClassHeader(dialect)]: storageClass }),
    ...encodeServerSideEncryption(serverSideEncryption, dialect),
    ...Object.fromEntries(
      Object.entries(userMetadata).map(([name, value]) => [prefix + name.toLowerCase(), value]),
    ),
  };
}

/** What a request's or an answer's headers say, without a judgement; see `decodeRequestedObjectHeaders`. */
export function decodeObjectHeaders(headers: Headers, dialect: Dialect): ObjectHeaders {
  const prefix = userMetadataPrefix(dialect);
  const userMetadata = Object.entries(headers)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), value] as const);
  return present({
    ...decodeStandardHeaders(headers),
    storageClass: headers[storageClassHeader(dialect)],
    serverSideEncryption: decodeServerSideEncryption(headers, dialect),
    userMetadata: userMetadata.length > 0 ? Object.fromEntries(userMetadata) : undefined,
  });
}

/**
 * What a writing request asks to store, or undefined when it asks for nothing.
 *
 * @throws {ServiceError} InvalidArgument for too much user metadata, a name that is none, or an unknown storage class;
 *   InvalidEncryptionAlgorithmError
 */
export function decodeRequestedObjectHeaders(headers: Headers, dialect: Dialect): ObjectHeaders | undefined {
  const objectHeaders = decodeObjectHeaders(headers, dialect);
  parseStorageClass(storageClassHeader(dialect), objectHeaders.storageClass);
  assertEncryptionAlgorithm(objectHeaders.serverSideEncryption);
  assertUserMetadataNames(objectHeaders.userMetadata ?? {}, userMetadataPrefix(dialect));
  assertUserMetadataSize(objectHeaders.userMetadata ?? {}, userMetadataPrefix(dialect));
  return Object.keys(objectHeaders).length > 0 ? objectHeaders : undefined;
}

function encodeStandardHeaders(standard: StandardObjectHeaders): Headers {
  return presentHeaders(
    Object.fromEntries(
      Object.entries(STANDARD_OBJECT_HEADERS).map(([property, name]) => [
        name,
        standard[property as keyof StandardObjectHeaders],
      ]),
    ),
  );
}

function decodeStandardHeaders(headers: Headers): StandardObjectHeaders {
  return present(
    Object.fromEntries(
      Object.entries(STANDARD_OBJECT_HEADERS).map(([property, name]) => [property, headers[name]]),
    ),
  );
}

function assertUserMetadataNames(userMetadata: Readonly<Record<string, string>>, prefix: string): void {
  const unusable = Object.keys(userMetadata).find((name) => !/^[a-z0-9-]+$/.test(name));
  if (unusable !== undefined) {
    throw invalidArgument(
      { name: prefix + unusable, value: userMetadata[unusable] ?? "" },
      "The name of a user metadata header must consist of letters, digits and hyphens.",
    );
  }
}

function assertUserMetadataSize(userMetadata: Readonly<Record<string, string>>, prefix: string): void {
  const encoder = new TextEncoder();
  const sizeBytes = Object.entries(userMetadata)
    .map(([name, value]) => encoder.encode(prefix + name + value).length)
    .reduce((sum, size) => sum + size, 0);
  if (sizeBytes > USER_METADATA_SIZE_MAX_BYTES) {
    throw invalidArgument(
      { name: `${prefix}*`, value: String(sizeBytes) },
      `The user metadata is ${sizeBytes} bytes long; at most ${USER_METADATA_SIZE_MAX_BYTES} are allowed.`,
    );
  }
}

function userMetadataPrefix(dialect: Dialect): string {
  return `${dialect.headerPrefix}meta-`;
}

function storageClassHeader(dialect: Dialect): string {
  return `${dialect.headerPrefix}storage-class`;
}
