import { openMemoryStore } from "../../src/storage/index.ts";
import { blobStoreContract } from "../contract/blob-store-contract.ts";
import { metadataStoreContract } from "../contract/metadata-store-contract.ts";
import { storeContract } from "../contract/store-contract.ts";

const QUIET = { collectEveryMs: "never" } as const;

metadataStoreContract(
  "MemoryMetadataStore",
  async ({ now }) => (await openMemoryStore({ ...QUIET, now })).metadata,
);

blobStoreContract("MemoryBlobStore", async () => {
  const { blobs } = await openMemoryStore(QUIET);
  return { blobs, leaseId: "1", [Symbol.asyncDispose]: () => blobs[Symbol.asyncDispose]() };
});

storeContract("openMemoryStore()", (options) => openMemoryStore({ ...QUIET, ...options }));
