// Journals of uploads in the browser's database; see indexed-db-journal.ts, which is loaded with the first of them.
import type { UploadJournals } from "../upload/upload-journal.ts";
import type { PageLoaders } from "./page-loaders.ts";

export function indexedDbJournals(loaders: PageLoaders, databaseName = "partwise"): UploadJournals {
  return {
    async open(target) {
      const { openIndexedDbJournal } = await loaders.recovery();
      return openIndexedDbJournal(databaseName, target);
    },
  };
}
