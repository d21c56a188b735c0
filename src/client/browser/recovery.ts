// What a page loads for uploads with a journal, and for those that went wrong.
export {
  findCompleted,
  findEarlierUpload,
  findWritten,
  headObjectCall,
  listMultipartUploadsCall,
  listPartsCall,
  openCheckpoint,
  settleCompletion,
  warnOfHeaders,
} from "../recovery.ts";
export { openIndexedDbJournal } from "./indexed-db-journal.ts";

// What the page has already is named here too, so that bundlers leave it in one piece, instead of cutting it by which
// of the parts need what of it.
export { PageBucket } from "./page-bucket.ts";
