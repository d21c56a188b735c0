// What most uploads never need: to go on with an earlier run, and to find out what has become of a request whose answer
// was lost. One module, so that a page can load it when it needs it, as one piece.
export { headObjectCall } from "../protocol/operations/head-object.ts";
export { listMultipartUploadsCall } from "../protocol/operations/list-multipart-uploads.ts";
export { listPartsCall } from "../protocol/operations/list-parts.ts";
export { findCompleted, findWritten } from "./lost-answers.ts";
export { findEarlierUpload } from "./upload/find-earlier-upload.ts";
export { settleCompletion } from "./upload/settle-completion.ts";
export { openCheckpoint } from "./upload/upload-checkpoint.ts";
export { warnOfHeaders } from "./upload/warn-of-headers.ts";
