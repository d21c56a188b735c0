// GetBucketStat: how much a bucket holds.
// Source: OSS API, GetBucketStat.
import { requiredDocument } from "../fields/answer.ts";
import { requiredCount } from "../fields/answer-values.ts";
import { parseCount } from "../fields/count-text.ts";
import { queryPairs } from "../fields/query-pairs.ts";
import { requiredBucket } from "../fields/required-input.ts";
import { xmlAnswer } from "../fields/xml-message.ts";
import type { Operation } from "../operation.ts";
import { childText, element, type XmlElement } from "../xml/xml-element.ts";

export interface GetBucketStatInput {
  readonly bucket: string;
}

export interface StorageUse {
  readonly sizeBytes: number;
  readonly objectCount: number;
}

export interface GetBucketStatOutput {
  /** Objects of all versions, and the parts of open uploads. */
  readonly sizeBytes: number;
  /** Of all versions, without delete markers. */
  readonly objectCount: number;
  readonly multipartUploadCount: number;
  readonly multipartPartCount: number;
  readonly liveChannelCount: number;
  readonly deleteMarkerCount: number;
  /** When this was counted, to the second. */
  readonly lastModified: Date;
  /** By storage class: each that the service has. */
  readonly uses: Readonly<Record<StatStorageClass, StorageUse>>;
}

export type StatStorageClass = "Archive" | "ColdArchive" | "DeepColdArchive" | "IA" | "Standard";

/** What elements' names begin with, in the service's order. */
const ELEMENT_PREFIXES: readonly (readonly [storageClass: StatStorageClass, prefix: string])[] = [
  ["Standard", "Standard"],
  ["IA", "InfrequentAccess"],
  ["Archive", "Archive"],
  ["ColdArchive", "ColdArchive"],
  ["DeepColdArchive", "DeepColdArchive"],
];

export const getBucketStat: Operation<GetBucketStatInput, GetBucketStatOutput> = {
  name: "GetBucketStat",
  method: "GET",
  level: "bucket",
  marks: { query: ["stat"] },
  permission: "oss:GetBucketStat",
  requestBody: "none",
  responseBody: "xml",
  isIdempotent: true,

  encodeRequest({ bucket }) {
    return { method: "GET", resource: { bucket }, query: queryPairs({ stat: true }), headers: {} };
  },

  decodeRequest(request) {
    return { bucket: requiredBucket(request) };
  },

  encodeResponse(stat) {
    return xmlAnswer(
      element("BucketStat", [
        element("Storage", stat.sizeBytes),
        element("ObjectCount", stat.objectCount),
        element("MultipartUploadCount", stat.multipartUploadCount),
        element("MultipartPartCount", stat.multipartPartCount),
        element("LiveChannelCount", stat.liveChannelCount),
        element("LastModifiedTime", Math.floor(stat.lastModified.getTime() / 1000)),
        ...ELEMENT_PREFIXES.flatMap(([storageClass, prefix]) => useElements(prefix, stat.uses[storageClass])),
        element("DeleteMarkerCount", stat.deleteMarkerCount),
      ]),
    );
  },

  decodeResponse(response) {
    const root = requiredDocument(response, "BucketStat");
    // The first SDKs knew three elements; what an answer lacks is none.
    const count = (name: string) => parseCount(childText(root, name)) ?? 0;
    const use = (prefix: string) => ({
      sizeBytes: count(`${prefix}Storage`),
      objectCount: count(`${prefix}ObjectCount`),
    });
    return {
      sizeBytes: requiredCount(root, "Storage"),
      objectCount: requiredCount(root, "ObjectCount"),
      multipartUploadCount: requiredCount(root, "MultipartUploadCount"),
      multipartPartCount: count("MultipartPartCount"),
      liveChannelCount: count("LiveChannelCount"),
      deleteMarkerCount: count("DeleteMarkerCount"),
      lastModified: new Date(count("LastModifiedTime") * 1000),
      uses: Object.fromEntries(
        ELEMENT_PREFIXES.map(([storageClass, prefix]) => [storageClass, use(prefix)]),
      ) as GetBucketStatOutput["uses"],
    };
  },
};

/** But for Standard there is a second size, without what is billed for objects that are too small. */
function useElements(prefix: string, { sizeBytes, objectCount }: StorageUse): readonly XmlElement[] {
  return [
    element(`${prefix}Storage`, sizeBytes),
    ...(prefix === "Standard" ? [] : [element(`${prefix}RealStorage`, sizeBytes)]),
    element(`${prefix}ObjectCount`, objectCount),
  ];
}
