// The listings of a bucket on the model.
import type { ModelAnswers, Outcome } from "./call-context.ts";
import { resolveVersion } from "./call-values.ts";
import type { ModelObject } from "./model-records.ts";
import type { ListedVersion } from "./model-versions.ts";
import type { ListingCalls } from "./service-calls.ts";

export const modelListings: ModelAnswers<ListingCalls> = {
  listObjects: ({ page }, { model }) => {
    const { rows, commonPrefixes, last, isTruncated } = model.listObjects(page);
    const next = isTruncated ? last?.key : undefined;
    return { objects: rows.map(summaryOf), commonPrefixes, isTruncated, next };
  },
  listObjectsV2: ({ page }, { model }) => {
    const { rows, commonPrefixes, isTruncated } = model.listObjects(page);
    return { objects: rows.map(summaryOf), commonPrefixes, isTruncated };
  },
  listVersions: ({ page, markerVersion }, { model }) => {
    const marker = page.after === "" ? undefined : resolveVersion(page.after, markerVersion, model);
    const { rows, commonPrefixes, last, isTruncated } = model.listVersions(page, marker);
    const next = isTruncated ? [last?.key, last?.row?.version.versionId ?? ""] : undefined;
    return { versions: rows.map(versionSummaryOf), commonPrefixes, isTruncated, next };
  },
  listUploads: ({ page, markerSlot }, { model, slotOf }) => {
    const marker = markerSlot < 0 ? "" : slotOf(markerSlot).uploadId;
    const { rows, commonPrefixes, last, isTruncated } = model.listUploads(page, marker);
    const uploads = rows.map(({ key, uploadId, initiatedAtMs }) => {
      return { key, uploadId, initiated: initiatedAtMs };
    });
    return { uploads, commonPrefixes, isTruncated, next: [last?.key ?? "", last?.row?.uploadId ?? ""] };
  },
};

function summaryOf({ key, bytes, etag, type, modifiedAtMs }: ModelObject): Outcome {
  return { key, sizeBytes: bytes.length, etag, type, lastModified: modifiedAtMs };
}

function versionSummaryOf({ version, isLatest }: ListedVersion): Outcome {
  const { key, versionId, modifiedAtMs } = version;
  return version.type === "DeleteMarker"
    ? { key, versionId, isLatest, type: version.type, lastModified: modifiedAtMs }
    : { ...summaryOf(version), versionId, isLatest };
}
