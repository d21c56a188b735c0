// The listings of a bucket on the service.
import { call as callOperation } from "../../src/client/call.ts";
import type { ObjectSummary } from "../../src/protocol/fields/object-summary.ts";
import { present } from "../../src/protocol/fields/present.ts";
import type { VersionSummary } from "../../src/protocol/fields/version-summary.ts";
import { listMultipartUploads } from "../../src/protocol/operations/list-multipart-uploads.ts";
import { listObjectVersions } from "../../src/protocol/operations/list-object-versions.ts";
import { listObjects } from "../../src/protocol/operations/list-objects.ts";
import { listObjectsV2 } from "../../src/protocol/operations/list-objects-v2.ts";
import type { Outcome, ServiceAnswers } from "./call-context.ts";
import { resolveVersion } from "./call-values.ts";
import type { ListingCalls } from "./service-calls.ts";
import { encodingType } from "./service-inputs.ts";

export const serviceListings: ServiceAnswers<ListingCalls> = {
  listObjects: async ({ page: { after, limit, ...names } }, { caller, bucket }) => {
    const input = { bucket, ...names, marker: after, maxKeys: limit, encodingType } as const;
    const { output } = await callOperation(caller, listObjects, input);
    return { ...listedOf(output), next: output.nextMarker };
  },
  listObjectsV2: async ({ page: { after, limit, ...names } }, { caller, bucket }) => {
    const start = after === "" ? {} : { startAfter: after };
    const input = { bucket, ...names, ...start, maxKeys: limit, encodingType } as const;
    return listedOf((await callOperation(caller, listObjectsV2, input)).output);
  },
  listVersions: async ({ page, markerVersion }, { caller, bucket, model }) => {
    const { after, limit, ...names } = page;
    const versionIdMarker = after === "" ? undefined : resolveVersion(after, markerVersion, model);
    const markers = present({ keyMarker: after, versionIdMarker });
    const input = { bucket, ...names, ...markers, maxKeys: limit, encodingType } as const;
    const { output } = await callOperation(caller, listObjectVersions, input);
    const { commonPrefixes, isTruncated, nextKeyMarker, nextVersionIdMarker } = output;
    const next = nextKeyMarker === undefined ? undefined : [nextKeyMarker, nextVersionIdMarker];
    return { versions: output.versions.map(versionOf), commonPrefixes, isTruncated, next };
  },
  listUploads: async ({ page, markerSlot }, { caller, bucket, slotOf }) => {
    const { after, limit, ...names } = page;
    const marker = { keyMarker: after, uploadIdMarker: markerSlot < 0 ? "" : slotOf(markerSlot).uploadId };
    const input = { bucket, ...names, ...marker, maxUploads: limit, encodingType } as const;
    const { output } = await callOperation(caller, listMultipartUploads, input);
    const uploads = output.uploads.map(({ key, uploadId, initiated }) => {
      return { key, uploadId, initiated: initiated.getTime() };
    });
    const { commonPrefixes, isTruncated, nextKeyMarker, nextUploadIdMarker } = output;
    return { uploads, commonPrefixes, isTruncated, next: [nextKeyMarker, nextUploadIdMarker] };
  },
};

function listedOf(output: {
  readonly objects: readonly ObjectSummary[];
  readonly commonPrefixes: readonly string[];
  readonly isTruncated: boolean;
}): Outcome {
  const { objects, commonPrefixes, isTruncated } = output;
  return { objects: objects.map(summaryOf), commonPrefixes, isTruncated };
}

function summaryOf({ key, sizeBytes, etag, type, lastModified }: Omit<ObjectSummary, "owner">): Outcome {
  return { key, sizeBytes, etag, type, lastModified: lastModified.getTime() };
}

function versionOf(version: VersionSummary): Outcome {
  const { key, versionId, isLatest, type, lastModified } = version;
  return "etag" in version
    ? { ...summaryOf(version), versionId, isLatest }
    : { key, versionId, isLatest, type, lastModified: lastModified.getTime() };
}
