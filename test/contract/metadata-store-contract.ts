// The laws of src/storage/metadata-store.ts, for every adapter.
import { describe } from "node:test";
import { bucketLaws } from "./metadata/bucket-laws.ts";
import { completionLaws } from "./metadata/completion-laws.ts";
import type { OpenMetadataStore } from "./metadata/contract-store.ts";
import { garbageLaws } from "./metadata/garbage-laws.ts";
import { listingLaws } from "./metadata/listing-laws.ts";
import { objectLaws } from "./metadata/object-laws.ts";
import { uploadLaws } from "./metadata/upload-laws.ts";

export function metadataStoreContract(name: string, open: OpenMetadataStore): void {
  describe(`${name} keeps the laws of MetadataStore:`, () => {
    bucketLaws(open);
    objectLaws(open);
    uploadLaws(open);
    completionLaws(open);
    listingLaws(open);
    garbageLaws(open);
  });
}
