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

const CONNECTION_FLAGS: ReadonlySet<string> = new Set([
  ...["--data", "--endpoint", "--region", "--addressing", "--signature-version"],
  ...["--ca-file", "--proxy", "--credential-process", "--ecs-ram-role"],
]);

/** The flags of this command line that say which service is meant and how it is reached, each with a space before it; no keys. */
export function typedConnection(words: readonly string[] = process.argv.slice(2)): string {
  const typed = words.flatMap((word, index) => {
    const { flag = word, joined } = /^(?<flag>--[^=]+)=(?<joined>.*)$/s.exec(word)?.groups ?? {};
    const value = joined ?? words[index + 1];
    if (!CONNECTION_FLAGS.has(flag) || value === undefined || (flag === "--proxy" && hasPassword(value))) {
      return [];
    }
    return joined === undefined ? [word, value] : [word];
  });
  return typed.map((word) => ` ${shellWord(word)}`).join("");
}

function hasPassword(proxy: string): boolean {
  return proxy.includes("@");
}
