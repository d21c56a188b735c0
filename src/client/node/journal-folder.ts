// Where journals are kept unless somebody says otherwise: where each system keeps what programs remember.
import { posix, win32 } from "node:path";

export interface JournalFolderFacts {
  /** As in `process.platform`. */
  readonly platform: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
}

/**
 * The folder of a user's journals, which need not be there yet.
 *
 * Source: XDG Base Directory Specification, which says that a relative path in its variables is to be ignored; for
 * macOS and Windows what their vendors say of application support files.
 */
export function defaultJournalFolder({ platform, environment, homeFolder }: JournalFolderFacts): string {
  if (platform === "win32") {
    const local = environment.LOCALAPPDATA || win32.join(homeFolder, "AppData", "Local");
    return win32.join(local, "partwise", "uploads");
  }
  if (platform === "darwin") {
    return posix.join(homeFolder, "Library", "Application Support", "partwise", "uploads");
  }
  const state = environment.XDG_STATE_HOME ?? "";
  const folder = posix.isAbsolute(state) ? state : posix.join(homeFolder, ".local", "state");
  return posix.join(folder, "partwise", "uploads");
}
