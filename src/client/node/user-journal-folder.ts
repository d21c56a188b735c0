// Where this user's uploads are noted on this machine.
import { homedir } from "node:os";
import { defaultJournalFolder } from "./journal-folder.ts";

export function userJournalFolder(): string {
  const { env: environment, platform } = process;
  return defaultJournalFolder({ platform, environment, homeFolder: homeFolder() });
}

/** A container's user may have none. Then no journal can be made, which is worth a warning and no more. */
function homeFolder(): string {
  try {
    return homedir();
  } catch {
    return "/nonexistent";
  }
}
