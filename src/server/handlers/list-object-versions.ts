// Versions and delete markers of all objects, in one order.
import type { Owner } from "../../protocol/fields/owner.ts";
import { present } from "../../protocol/fields/present.ts";
import type { VersionSummary } from "../../protocol/fields/version-summary.ts";
import { LIST_OBJECTS_PAGE_SIZE_DEFAULT } from "../../protocol/limits.ts";
import type { listObjectVersions } from "../../protocol/operations/list-object-versions.ts";
import type { ListedVersion } from "../../storage/metadata-store.ts";
import type { Handler } from "../handler.ts";
import { listedNames, listingPage } from "../listing-page.ts";
import { lastModifiedOf } from "../object-answer.ts";
import { objectSummaryOf } from "../object-summary-of.ts";

export const handleListObjectVersions: Handler<typeof listObjectVersions> = async (
  input,
  { store, owner, now },
) => {
  const { keyMarker = "", versionIdMarker = "", maxKeys = LIST_OBJECTS_PAGE_SIZE_DEFAULT } = input;
  const page = await store.metadata.listVersions(input.bucket, {
    ...listedNames(input),
    keyMarker,
    versionIdMarker,
    limit: maxKeys,
  });
  const { commonPrefixes, next } = page;
  const nowMs = now();
  return {
    output: present({
      ...listingPage(input, { commonPrefixes, isTruncated: next !== undefined }),
      keyMarker,
      versionIdMarker,
      maxKeys,
      nextKeyMarker: next?.key,
      nextVersionIdMarker: next?.versionId,
      versions: page.versions.map((listed) => versionSummaryOf(listed, owner, nowMs)),
    }),
  };
};

function versionSummaryOf({ version, isLatest }: ListedVersion, owner: Owner, nowMs: number): VersionSummary {
  const { key, versionId, type } = version;
  if (type === "DeleteMarker") {
    return { key, versionId, isLatest, lastModified: lastModifiedOf(version), type, owner };
  }
  return { ...objectSummaryOf(version, owner, nowMs), versionId, isLatest, owner };
}
