// The laws of src/storage/metadata-store.ts, for every adapter.
import { describe } from "node:test";
import { appendLaws } from "./metadata/append-laws.ts";
import { bucketLaws } from "./metadata/bucket-laws.ts";
import { changeLaws } from "./metadata/change-laws.ts";
import { completionLaws } from "./metadata/completion-laws.ts";
import type { OpenMetadataStore } from "./metadata/contract-store.ts";
import { garbageLaws } from "./metadata/garbage-laws.ts";
import { heldByBucketLaws } from "./metadata/held-by-bucket-laws.ts";
import { heldByUploadsLaws } from "./metadata/held-by-uploads-laws.ts";
import { listingLaws } from "./metadata/listing-laws.ts";
import { nonceLaws } from "./metadata/nonce-laws.ts";
import { objectLaws } from "./metadata/object-laws.ts";
import { openUploadLimitLaws } from "./metadata/open-upload-limit-laws.ts";
import { outcomeLaws } from "./metadata/outcome-laws.ts";
import { seenRightsLaws } from "./metadata/seen-rights-laws.ts";
import { sequentialUploadLaws } from "./metadata/sequential-upload-laws.ts";
import { uploadLaws } from "./metadata/upload-laws.ts";
import { versionDeletionLaws } from "./metadata/version-deletion-laws.ts";
import { versionLaws } from "./metadata/version-laws.ts";
import { versionListingLaws } from "./metadata/version-listing-laws.ts";
import { wantedBytesLaws } from "./metadata/wanted-bytes-laws.ts";

export function metadataStoreContract(name: string, open: OpenMetadataStore): void {
  describe(`${name} keeps the laws of MetadataStore:`, () => {
    bucketLaws(open);
    objectLaws(open);
    appendLaws(open);
    changeLaws(open);
    versionLaws(open);
    versionDeletionLaws(open);
    versionListingLaws(open);
    uploadLaws(open);
    sequentialUploadLaws(open);
    completionLaws(open);
    seenRightsLaws(open);
    openUploadLimitLaws(open);
    nonceLaws(open);
    outcomeLaws(open);
    heldByBucketLaws(open);
    heldByUploadsLaws(open);
    listingLaws(open);
    wantedBytesLaws(open);
    garbageLaws(open);
  });
}
