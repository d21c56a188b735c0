// What a page loads for its first upload in parts, or when it holds back what it sends.
import * as multipart from "../multipart.ts";
import { watchTail } from "../upload/tail-watch.ts";

export { BandwidthLimit } from "../flow/bandwidth-limit.ts";
export { abortUpload, completeUpload } from "../multipart.ts";

/**
 * Sends the slowest of the last parts twice. A page cannot ask for a new connection, but the second sending has another
 * than the first, which is busy; but for HTTP/2, where all share one.
 */
export const uploadWithCheckpoint: typeof multipart.uploadWithCheckpoint = (task) =>
  multipart.uploadWithCheckpoint({ ...task, watchTail });

// What the page has already is named here too, so that bundlers leave it in one piece, instead of cutting it by which
// of the parts need what of it.
export { PageBucket } from "./page-bucket.ts";
