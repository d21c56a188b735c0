// Listings by brute force: sort everything, fold it, cut out the page. The sentences of the port, as code.
import { commonPrefixOf, type Folding } from "../common-prefix.ts";
import { compareKeys } from "../key-order.ts";
import type {
  ListedVersion,
  ListPageRequest,
  ObjectPage,
  OpenedVersion,
  UploadPage,
  UploadPageRequest,
  VersionPage,
  VersionPageRequest,
} from "../metadata-store.ts";
import type { ListedUpload, UploadRecord, VersionRecord } from "../records.ts";
import { standsBehindGone } from "../version-ids.ts";
import type { OpenUpload } from "./memory-bucket.ts";

/** One line of a listing: an item, or the common prefix that stands for several. */
interface Entry<Item> {
  readonly key: string;
  /** Absent for a common prefix. */
  readonly item?: Item;
}

interface KeyedVersion extends ListedVersion {
  readonly key: string;
}

/** @param all  the versions of each key, newest first */
export function pageOfObjects(all: readonly (readonly OpenedVersion[])[], page: ListPageRequest): ObjectPage {
  const objects = all.flatMap(([current]) =>
    current === undefined || current.version.type === "DeleteMarker" ? [] : [current.version],
  );
  const left = foldEntries(sortByKey(objects), page).filter(
    ({ key }) => compareKeys(key, page.startAfter) > 0,
  );
  const entries = left.slice(0, page.limit);
  const last = entries.at(-1);
  return {
    objects: itemsOf(entries),
    commonPrefixes: commonPrefixesOf(entries),
    ...(last !== undefined && left.length > entries.length ? { nextMarker: last.key } : {}),
  };
}

/** @param all  the versions of each key, newest first */
export function pageOfVersions(
  all: readonly (readonly OpenedVersion[])[],
  page: VersionPageRequest,
): VersionPage {
  const versions = all.flatMap((ofKey) =>
    ofKey.map(({ version }, index): KeyedVersion => ({ key: version.key, version, isLatest: index === 0 })),
  );
  const marker = versions.find(
    ({ key, version }) => key === page.keyMarker && version.versionId === page.versionIdMarker,
  );
  const isBehind = (version: VersionRecord) =>
    marker === undefined
      ? standsBehindGone(version, page.versionIdMarker)
      : version.generation < marker.version.generation;
  const left = foldEntries(sortByKey(versions), page).filter(({ key, item }) => {
    const order = compareKeys(key, page.keyMarker);
    return order > 0 || (order === 0 && item !== undefined && isBehind(item.version));
  });
  const entries = left.slice(0, page.limit);
  const last = entries.at(-1);
  return {
    versions: itemsOf(entries).map(({ version, isLatest }) => ({ version, isLatest })),
    commonPrefixes: commonPrefixesOf(entries),
    ...(last !== undefined && left.length > entries.length
      ? { next: { key: last.key, versionId: last.item?.version.versionId ?? "" } }
      : {}),
  };
}

export function pageOfUploads(uploads: readonly OpenUpload[], page: UploadPageRequest): UploadPage {
  const byId = uploads
    .map(({ record, held }): ListedUpload => ({ ...record, ...held }))
    .sort((first, second) => compareKeys(first.uploadId, second.uploadId));
  const left = foldEntries(sortByKey(byId), page).filter(({ key, item }) => {
    const order = compareKeys(key, page.keyMarker);
    return order > 0 || (order === 0 && isAfterUpload(item, page.uploadIdMarker));
  });
  const entries = left.slice(0, page.limit);
  const last = entries.at(-1);
  return {
    uploads: itemsOf(entries),
    commonPrefixes: commonPrefixesOf(entries),
    ...(last === undefined ? {} : { last: { key: last.key, uploadId: last.item?.uploadId ?? "" } }),
    isTruncated: left.length > entries.length,
  };
}

/** The entries of all `items` that begin with the prefix. @param items  in the order of the listing */
function foldEntries<Item extends { readonly key: string }>(
  items: readonly Item[],
  folding: Folding,
): readonly Entry<Item>[] {
  const entries: Entry<Item>[] = [];
  for (const item of items) {
    const commonPrefix = commonPrefixOf(item.key, folding);
    if (!item.key.startsWith(folding.prefix) || isLastCommonPrefix(entries, commonPrefix)) {
      continue;
    }
    entries.push(commonPrefix === undefined ? { key: item.key, item } : { key: commonPrefix });
  }
  return entries;
}

/** What has the same key stays in the order that it has. */
function sortByKey<Item extends { readonly key: string }>(items: readonly Item[]): readonly Item[] {
  return items.toSorted((first, second) => compareKeys(first.key, second.key));
}

function itemsOf<Item>(entries: readonly Entry<Item>[]): readonly Item[] {
  return entries.flatMap(({ item }) => (item === undefined ? [] : [item]));
}

function commonPrefixesOf(entries: readonly Entry<unknown>[]): readonly string[] {
  return entries.flatMap(({ key, item }) => (item === undefined ? [key] : []));
}

function isLastCommonPrefix(entries: readonly Entry<unknown>[], commonPrefix: string | undefined): boolean {
  const last = entries.at(-1);
  return commonPrefix !== undefined && last?.key === commonPrefix && last.item === undefined;
}

function isAfterUpload(item: UploadRecord | undefined, uploadIdMarker: string): boolean {
  return item !== undefined && uploadIdMarker !== "" && compareKeys(item.uploadId, uploadIdMarker) > 0;
}
