// A key as the name of a file in a folder. Keys may hold anything; what would lead out of the folder, or cannot be a
// file's name, is refused.
import { join } from "node:path";

const WINDOWS_FORBIDDEN = /[<>:"|?*\\]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

export type FileOfKey =
  | { readonly path: string }
  /** Why there can be no such file. */
  | { readonly problem: string };

/**
 * @param name  a key, or what follows the prefix that the copying begins with
 * @param platform  as `process.platform`
 */
export function fileOfKey(folder: string, name: string, platform: NodeJS.Platform): FileOfKey {
  const parts = name.split("/");
  const isWindows = platform === "win32";
  if (name === "" || name.endsWith("/")) {
    return { problem: 'it ends in "/" and so stands for a folder' };
  }
  if (parts.some((part) => part === "" || part === "." || part === "..")) {
    return { problem: 'a part between its slashes is empty, "." or ".."' };
  }
  if (name.includes("\0")) {
    return { problem: "it holds a NUL character" };
  }
  if (isWindows && parts.some((part) => WINDOWS_FORBIDDEN.test(part))) {
    return { problem: "Windows has no files of such a name" };
  }
  return { path: join(folder, ...parts) };
}
