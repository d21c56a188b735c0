// Every version that a bucket lists, read by its id, against what was acknowledged.
import assert from "node:assert/strict";
import { type Bucket, ServiceError } from "../../src/client/node/index.ts";
import { ABSENT, contentOf, describeStates, isRight, type ObjectState } from "./ledger.ts";
import type { VersionLedger } from "./version-ledger.ts";

/** Small, so that most pages end within a key. */
const PAGE_SIZE = 7;

/** @throws {AssertionError} when anything acknowledged is missing or changed, or the order is wrong */
export async function auditVersions(bucket: Bucket, ledger: VersionLedger): Promise<void> {
  const found = new Map<string, Map<string, ObjectState>>();
  for await (const { key, versionId, isLatest, isMarker } of listedVersions(bucket)) {
    const state = isMarker ? ABSENT : contentOf(await (await bucket.getObject(key, { versionId })).bytes());
    const versions = found.get(key) ?? new Map<string, ObjectState>();
    assert.equal(isLatest, versions.size === 0, `version ${versionId} of ${key} stands in the wrong place`);
    versions.set(versionId, state);
    found.set(key, versions);
  }
  for (const key of new Set([...ledger.keys, ...found.keys()])) {
    const versions = found.get(key) ?? new Map<string, ObjectState>();
    ledger.settle(key, versions);
    const [newest = ABSENT] = versions.values();
    const current = await currentState(bucket, key);
    assert.ok(isRight(current, [newest]), `${key} is ${describeStates([current])}, not its newest version`);
  }
}

interface FoundVersion {
  readonly key: string;
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly isMarker: boolean;
}

async function* listedVersions(bucket: Bucket): AsyncIterable<FoundVersion> {
  let markers: { readonly keyMarker: string; readonly versionIdMarker: string } | undefined = {
    keyMarker: "",
    versionIdMarker: "",
  };
  while (markers !== undefined) {
    const { versions, nextKeyMarker, nextVersionIdMarker, isTruncated }: ListedPage =
      await bucket.listObjectVersions({ maxKeys: PAGE_SIZE, ...markers });
    yield* versions.map(({ key, versionId, isLatest, type }) => ({
      ...{ key, versionId, isLatest },
      isMarker: type === "DeleteMarker",
    }));
    markers = isTruncated
      ? { keyMarker: nextKeyMarker ?? "", versionIdMarker: nextVersionIdMarker ?? "" }
      : undefined;
  }
}

type ListedPage = Awaited<ReturnType<Bucket["listObjectVersions"]>>;

export async function currentState(bucket: Bucket, key: string): Promise<ObjectState> {
  try {
    return contentOf(await (await bucket.getObject(key)).bytes());
  } catch (failure) {
    if (failure instanceof ServiceError && failure.code === "NoSuchKey") {
      return ABSENT;
    }
    // Of bytes that are not what was written the server breaks the connection off.
    throw new Error(`${key} is listed, but cannot be read: ${(failure as Error).message}`, {
      cause: failure,
    });
  }
}
