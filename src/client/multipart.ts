// What uploads in parts need, and those in one piece do not. One module, so that a page can load it when it needs it, as
// one piece.
export { abortUpload } from "./upload/abort-upload.ts";
export { completeUpload } from "./upload/complete-upload.ts";
export { uploadWithCheckpoint } from "./upload/upload-with-checkpoint.ts";
