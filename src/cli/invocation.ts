// How the command was started, so that the lines it suggests can be typed as they stand.
import { shellWord } from "../client/node/resume-command.ts";

/** Whether this is the source of a clone and not the published package. */
export function isFromSource(): boolean {
  return import.meta.url.endsWith(".ts");
}

/** `partwise`, or in a clone `npx partwise`. */
export function commandName(): string {
  return isFromSource() ? "npx partwise" : "partwise";
}

const CONNECTION_FLAGS: readonly string[] = ["--data", "--endpoint", "--region"];

/** The flags of this command line that say which service is meant, each with a space before it; no keys. */
export function typedConnection(words: readonly string[] = process.argv.slice(2)): string {
  const typed = words.flatMap((word, index) => {
    if (CONNECTION_FLAGS.some((flag) => word.startsWith(`${flag}=`))) {
      return [word];
    }
    const value = words[index + 1];
    return CONNECTION_FLAGS.includes(word) && value !== undefined ? [word, value] : [];
  });
  return typed.map((word) => ` ${shellWord(word)}`).join("");
}
