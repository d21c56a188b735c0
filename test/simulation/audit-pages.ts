// Pages of one entry, joined by the markers of the answers, must give each listing without gap or repetition.
import { deepStrictEqual } from "node:assert/strict";
import { type Caller, call as callOperation } from "../../src/client/call.ts";
import { present } from "../../src/protocol/fields/present.ts";
import { listMultipartUploads } from "../../src/protocol/operations/list-multipart-uploads.ts";
import { listObjectVersions } from "../../src/protocol/operations/list-object-versions.ts";
import { listObjectsV2 } from "../../src/protocol/operations/list-objects-v2.ts";
import { encodingType } from "./service-inputs.ts";
import type { ServiceModel } from "./service-model.ts";

interface FollowedPage<Marker> {
  readonly names: readonly string[];
  /** Undefined behind the last page. */
  readonly next: Marker | undefined;
}

const allRows = { prefix: "", delimiter: "", after: "", limit: Number.POSITIVE_INFINITY };

/** @throws {AssertionError} */
export async function auditPages(caller: Caller, bucket: string, model: ServiceModel): Promise<void> {
  if (!model.isThere) {
    return;
  }
  const objects = model.listObjects(allRows).rows.map(({ key }) => key);
  const versions = model.listVersions(allRows, undefined).rows.map(({ version }) => nameOf(version));
  const uploads = model.listUploads(allRows, "").rows.map(({ uploadId }) => uploadId);
  const page = { bucket, encodingType } as const;

  const listedObjects = await follow(objects.length, async (marker: string | undefined) => {
    const input = present({ ...page, maxKeys: 1, continuationToken: marker });
    const { output } = await callOperation(caller, listObjectsV2, input);
    return { names: output.objects.map(({ key }) => key), next: output.nextContinuationToken };
  });
  const listedVersions = await follow(versions.length, async (marker: object | undefined) => {
    const { output } = await callOperation(caller, listObjectVersions, { ...page, maxKeys: 1, ...marker });
    const { nextKeyMarker: keyMarker, nextVersionIdMarker: versionIdMarker } = output;
    const next = output.isTruncated ? present({ keyMarker, versionIdMarker }) : undefined;
    return { names: output.versions.map(nameOf), next };
  });
  const listedUploads = await follow(uploads.length, async (marker: object | undefined) => {
    const { output } = await callOperation(caller, listMultipartUploads, {
      ...page,
      maxUploads: 1,
      ...marker,
    });
    const { nextKeyMarker: keyMarker, nextUploadIdMarker: uploadIdMarker } = output;
    const next = output.isTruncated ? { keyMarker, uploadIdMarker } : undefined;
    return { names: output.uploads.map(({ uploadId }) => uploadId), next };
  });

  deepStrictEqual(listedObjects, objects, "objects by pages of 1");
  deepStrictEqual(listedVersions, versions, "versions by pages of 1");
  deepStrictEqual(listedUploads, uploads, "uploads by pages of 1");
}

/** All names, or what came of it when there was no end within as many pages as there should be. */
async function follow<Marker>(
  pageCountMax: number,
  load: (marker: Marker | undefined) => Promise<FollowedPage<Marker>>,
): Promise<readonly string[]> {
  const names: string[] = [];
  let marker: Marker | undefined;
  for (let pageCount = 0; pageCount <= pageCountMax; pageCount += 1) {
    const page = await load(marker);
    names.push(...page.names);
    if (page.next === undefined) {
      return names;
    }
    marker = page.next;
  }
  return [...names, "and no end of it"];
}

function nameOf({ key, versionId }: { readonly key: string; readonly versionId: string }): string {
  return `${key} ${versionId}`;
}
