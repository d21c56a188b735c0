// Arbitrary pieces of messages: keys that nobody would choose, headers, times to the second, conditions, ranges.
import fc from "fast-check";
import {
  type ByteRange,
  type Conditions,
  type CopySource,
  isBucketName,
  isObjectKey,
  type ObjectAcl,
  type ObjectHeaders,
  type ObjectMetadata,
  type Owner,
  type ResolvedByteRange,
  type Tags,
} from "../../src/protocol/index.ts";
import { isXmlText } from "../../src/protocol/xml/xml-text.ts";

/** A record of which the named properties are always there. */
export function recordOf<T, K extends keyof T>(
  model: { [P in keyof T]: fc.Arbitrary<T[P]> },
  requiredKeys: K[],
): fc.Arbitrary<Pick<T, K> & Partial<T>> {
  return fc.record(model, { requiredKeys, noNullPrototype: true }) as fc.Arbitrary<Pick<T, K> & Partial<T>>;
}

/** Any text of Unicode: control characters, blanks, quotes, plus, percent, astral planes. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "",
    " ",
    "a b+c~中.txt",
    "100%25/%2F",
    "\u0000\u0001\f\u000B\n\r\t\u007F\uFFFE",
    "\r\n",
    '<a href="\'">&amp;]]>',
    "..//./😀",
    "?uploads&x=y#z",
    "__proto__",
  ),
);

/** Text that XML can hold. */
export const xmlText: fc.Arbitrary<string> = anyText.filter(isXmlText);

export const bucketName: fc.Arbitrary<string> = fc
  .stringMatching(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/)
  .filter(isBucketName);

export const objectKey: fc.Arbitrary<string> = anyText.filter(isObjectKey);

export const xmlObjectKey: fc.Arbitrary<string> = xmlText.filter(isObjectKey);

/** Visible ASCII, as a header carries it. */
export const headerText: fc.Arbitrary<string> = fc.stringMatching(/^[!-~]([ -~]{0,30}[!-~])?$/);

/** Bits per second. */
export const trafficLimit: fc.Arbitrary<number> = fc.integer({ min: 245_760, max: 838_860_800 });

export const jsonText: fc.Arbitrary<string> = fc.json();

export const uploadId: fc.Arbitrary<string> = fc.stringMatching(/^[0-9A-F]{32}$/);

export const versionId: fc.Arbitrary<string> = fc.oneof(
  fc.constant("null"),
  fc.stringMatching(/^CAEQ[A-Za-z0-9._+/=-]{1,60}$/),
);

export const etag: fc.Arbitrary<string> = fc.stringMatching(/^[0-9A-F]{32}(-[1-9][0-9]{0,3})?$/);

export const md5Base64: fc.Arbitrary<string> = fc.stringMatching(/^[A-Za-z0-9+/]{21}[AQgw]==$/);

export const crc64Value: fc.Arbitrary<bigint> = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

export const partNumber: fc.Arbitrary<number> = fc.integer({ min: 1, max: 10_000 });

export const pageSize: fc.Arbitrary<number> = fc.integer({ min: 1, max: 1000 });

export const sizeBytes: fc.Arbitrary<number> = fc.nat({ max: Number.MAX_SAFE_INTEGER });

export const time: fc.Arbitrary<Date> = fc
  .integer({ min: 0, max: Date.UTC(2200, 0) / 1000 })
  .map((seconds) => new Date(seconds * 1000));

export const storageClass: fc.Arbitrary<string> = fc.constantFrom("Standard", "IA", "Archive", "ColdArchive");

export const serverSideEncryption: fc.Arbitrary<string> = fc.constantFrom("AES256", "KMS", "SM4");

/** All that may be said of who may use an object. */
export const objectAcl: fc.Arbitrary<ObjectAcl> = fc.constantFrom(
  "default",
  "private",
  "public-read",
  "public-read-write",
);

export const owner: fc.Arbitrary<Owner> = recordOf({ id: xmlText, displayName: xmlText }, [
  "id",
  "displayName",
]);

const standardHeaders = {
  contentType: headerText,
  cacheControl: headerText,
  contentDisposition: headerText,
  contentEncoding: headerText,
  contentLanguage: headerText,
  expires: headerText,
};

export const standardObjectHeaders = recordOf(standardHeaders, []);

export const anyObjectHeaders: fc.Arbitrary<ObjectHeaders> = recordOf(
  {
    ...standardHeaders,
    storageClass,
    serverSideEncryption,
    userMetadata: fc.dictionary(fc.stringMatching(/^[a-z0-9-]{1,12}$/), headerText, {
      minKeys: 1,
      maxKeys: 5,
      noNullPrototype: true,
    }),
  },
  [],
);

export const conditions: fc.Arbitrary<Conditions> = recordOf(
  { ifMatch: headerText, ifNoneMatch: headerText, ifModifiedSince: time, ifUnmodifiedSince: time },
  [],
);

export const byteRange: fc.Arbitrary<ByteRange> = fc.oneof(
  fc.tuple(sizeBytes, sizeBytes).map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) })),
  recordOf({ start: sizeBytes }, ["start"]),
  recordOf({ end: sizeBytes }, ["end"]),
);

/** A range that holds at least one byte. */
export const resolvedRange: fc.Arbitrary<ResolvedByteRange> = fc
  .tuple(fc.nat(), fc.nat())
  .map(([start, length]) => ({ start, endExclusive: start + length + 1 }));

/** Up to ten, as an object may have them. */
export const tags: fc.Arbitrary<Tags> = fc.dictionary(
  fc.stringMatching(/^[A-Za-z0-9中文 +\-=._:/]{1,12}$/),
  fc.stringMatching(/^[A-Za-z0-9中文 +\-=._:/]{0,12}$/),
  { maxKeys: 10, noNullPrototype: true },
);

export const copySource: fc.Arbitrary<CopySource> = recordOf(
  { bucket: bucketName, key: objectKey, versionId },
  ["bucket", "key"],
);

export const objectMetadata: fc.Arbitrary<ObjectMetadata> = recordOf(
  {
    sizeBytes,
    etag,
    lastModified: time,
    type: fc.constantFrom("Normal", "Multipart", "Appendable", "Symlink"),
    crc64: crc64Value,
    contentMd5: md5Base64,
    objectHeaders: anyObjectHeaders,
    versionId,
    taggingCount: fc.integer({ min: 1, max: 10 }),
    nextAppendPositionBytes: sizeBytes,
    restore: recordOf({ isOngoing: fc.boolean(), expiryDate: time }, ["isOngoing"]),
  },
  ["sizeBytes", "etag", "lastModified", "type", "objectHeaders"],
);

/** A record that says how it is encoded, and has whatever names that encoding can carry. */
export function encodedNames<T>(
  recordWith: (name: fc.Arbitrary<string>, key: fc.Arbitrary<string>) => fc.Arbitrary<T>,
): fc.Arbitrary<T | (T & { readonly encodingType: "url" })> {
  return fc.oneof(
    recordWith(anyText, objectKey).map((record) => ({ ...record, encodingType: "url" as const })),
    recordWith(xmlText, xmlObjectKey),
  );
}

/** The records that say something. */
export function nonEmpty<T extends object>(records: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return records.filter((record) => Object.keys(record).length > 0);
}
