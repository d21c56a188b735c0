// Whether a source is still the one that an earlier run began to upload.
import type { SourceIdentity } from "./source-identity.ts";

/**
 * What has changed since `before`, in words; undefined if `now` is the same source.
 *
 * What a platform does not know of both is not compared. A file that was only renamed is the same one; without an inode
 * the name has to do.
 */
export function sourceChange(before: SourceIdentity, now: SourceIdentity): string | undefined {
  if (now.sizeBytes !== before.sizeBytes) {
    return `it had ${before.sizeBytes} bytes and now has ${now.sizeBytes}`;
  }
  if (differ(before.inode, now.inode) || differ(before.device, now.device)) {
    return "another file has taken its place";
  }
  if (differ(before.modifiedNs, now.modifiedNs)) {
    return `it was written to, its size still being ${now.sizeBytes} bytes`;
  }
  const isKnownByInode = before.inode !== undefined && now.inode !== undefined;
  return isKnownByInode || before.name === now.name
    ? undefined
    : `the earlier upload was of ${before.name}, this one is of ${now.name}`;
}

function differ(before: string | undefined, now: string | undefined): boolean {
  return before !== undefined && now !== undefined && before !== now;
}
