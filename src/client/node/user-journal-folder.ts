// Where this user's uploads are noted on this machine.
import { homedir } from "node:os";
import { defaultJournalFolder } from "./journal-folder.ts";

export function userJournalFolder(): string {
  const { env: environment, platform } = process;
  return defaultJournalFolder({ platform, environment, homeFolder: homedir() });
}
