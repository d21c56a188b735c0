// The port to the parts of a page's code that not every page needs.
import type { CallRecovery } from "../call.ts";
import type { Auth } from "../credentials-source.ts";
import type { BandwidthLimit } from "../flow/bandwidth-limit.ts";
import type * as multipart from "../multipart.ts";
import type { RequestSigner } from "../request-signer.ts";
import type { JournalTarget, UploadJournal } from "../upload/upload-journal.ts";
import type { UploadRecovery } from "../upload/upload-recovery.ts";

/** Each fetches its part once. @throws {TransportError} when it cannot be had */
export interface PageLoaders {
  /** For uploads in parts, and those that are held back. */
  multipart(): Promise<typeof multipart & { readonly BandwidthLimit: typeof BandwidthLimit }>;
  /** For uploads with a journal, and those that went wrong. */
  recovery(): Promise<CallRecovery & UploadRecovery & PageJournals>;
  /** For pages with an access key. */
  keySigner(): Promise<{
    createKeySigner(auth: Auth, region: string, now: () => number): RequestSigner;
  }>;
}

interface PageJournals {
  /** @see UploadJournals.open */
  openIndexedDbJournal(databaseName: string, target: JournalTarget): Promise<UploadJournal>;
}
