// What a command that ended early says last: the line to type to go on.
import { shellWord } from "../../client/node/resume-command.ts";
import { PartwiseError } from "../../protocol/errors/partwise-error.ts";
import { CommandError } from "../command-error.ts";
import { describeFailure } from "../failure.ts";
import { interruption } from "../interruption.ts";
import { commandName, typedConnection } from "../invocation.ts";
import { formatOssUrl, type OssUrl } from "../oss-url.ts";

/** What to throw: after Ctrl-C, or when parts are left, the way on is told, beside the error or in it. */
export function withWayOn(
  error: unknown,
  { warn }: { warn(line: string): void },
  /** Flags that the line needs beside those that were typed. */
  added: readonly string[] = [],
): unknown {
  const advice = `what has arrived whole is kept; go on with: ${commandName()} ${typedLine(added)}`;
  if (interruption.aborted) {
    warn(advice);
    return error;
  }
  const hasLeftParts = error instanceof PartwiseError && error.uploadId !== undefined;
  return hasLeftParts ? new CommandError(`${describeFailure(error)}; ${advice}`, { cause: error }) : error;
}

const SECRET_FLAGS: ReadonlySet<string> = new Set(["--access-key-secret", "--security-token"]);

/** Of a stream nothing can be sent again; what was sent of it is kept all the same. */
export function streamLeft(target: OssUrl, uploadId: string): string {
  const abort = `${commandName()} uploads abort${typedConnection()} ${shellWord(formatOssUrl(target))} --upload-id ${shellWord(uploadId)}`;
  return `what was sent is kept as upload ${uploadId}, but a stream cannot be gone on with; remove it with: ${abort}`;
}

/**
 * The command line as it was typed, to be typed again; but for secrets, which nobody's terminal shall show, and for what
 * keeps it from going on.
 */
function typedLine(added: readonly string[]): string {
  const words = process.argv.slice(2).filter((word) => word !== "--no-resume");
  const [command = "", ...others] = words.map((word, index) =>
    isSecret(word, words[index - 1]) ? "..." : shellWord(word),
  );
  return [command, ...added, ...others].join(" ");
}

function isSecret(word: string, before: string | undefined): boolean {
  return SECRET_FLAGS.has(before ?? "") || [...SECRET_FLAGS].some((flag) => word.startsWith(`${flag}=`));
}
