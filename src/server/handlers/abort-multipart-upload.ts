// Ends an upload without an object. Its parts' blobs are garbage from this transaction on.
import type { abortMultipartUpload } from "../../protocol/operations/abort-multipart-upload.ts";
import type { Handler } from "../handler.ts";
import { requireUpload } from "../require-resources.ts";

export const handleAbortMultipartUpload: Handler<typeof abortMultipartUpload> = async (input, context) => {
  await requireUpload(input, context);
  await context.store.metadata.abortUpload(input);
  return { output: {} };
};
