// What a command that ended early says last: the line to type to go on.
import { shellWord } from "../../client/node/resume-command.ts";
import { PartwiseError } from "../../protocol/errors/partwise-error.ts";
import { CommandError } from "../command-error.ts";
import { describeFailure } from "../failure.ts";
import { interruption } from "../interruption.ts";
import { commandName } from "../invocation.ts";

/** What to throw: after Ctrl-C, or when parts are left, the way on is told, beside the error or in it. */
export function withWayOn(error: unknown, { warn }: { warn(line: string): void }): unknown {
  const advice = `what was moved is kept; go on with: ${commandName()} ${typedLine()}`;
  if (interruption.aborted) {
    warn(advice);
    return error;
  }
  const hasLeftParts = error instanceof PartwiseError && error.uploadId !== undefined;
  return hasLeftParts ? new CommandError(`${describeFailure(error)}; ${advice}`, { cause: error }) : error;
}

const SECRET_FLAGS: ReadonlySet<string> = new Set(["--access-key-secret", "--security-token"]);

/** The command line as it was typed, to be typed again; but for secrets, which nobody's terminal shall show. */
function typedLine(): string {
  const words = process.argv.slice(2);
  return words.map((word, index) => (isSecret(word, words[index - 1]) ? "..." : shellWord(word))).join(" ");
}

function isSecret(word: string, before: string | undefined): boolean {
  return SECRET_FLAGS.has(before ?? "") || [...SECRET_FLAGS].some((flag) => word.startsWith(`${flag}=`));
}
