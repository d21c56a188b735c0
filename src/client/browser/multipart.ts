// What a page loads for its first upload in parts.
export { abortUpload, completeUpload, uploadWithCheckpoint } from "../multipart.ts";

// What the page has already is named here too, so that bundlers leave it in one piece, instead of cutting it by which
// of the parts need what of it.
export { PageBucket } from "./page-bucket.ts";
