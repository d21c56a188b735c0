// What to type to go on with an upload of a file that ended early.
import { fileURLToPath } from "node:url";
import type { UploadSource } from "./open-source.ts";

/** @returns undefined for what has no path, and so cannot be typed */
export function resumeCommand(
  source: UploadSource,
  { bucket, key }: { readonly bucket: string; readonly key: string },
): string | undefined {
  const path = source instanceof URL ? fileURLToPath(source) : source;
  return typeof path === "string"
    ? `partwise cp ${shellWord(path)} ${shellWord(`oss://${bucket}/${key}`)}`
    : undefined;
}

/** `text` as one word of a shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
