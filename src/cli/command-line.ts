// The command `partwise`: its sub-commands, and what becomes of their failures. Exit status 0: done and verified;
// 1: failed; 2: typed wrongly; 130: stopped by Ctrl-C.
import { createRequire } from "node:module";
import { argv, exit, stderr, stdout } from "node:process";
import { Command, CommanderError, Option } from "commander";
import { UsageError } from "./command-error.ts";
import { completionCommand } from "./commands/completion.ts";
import { serveCommand } from "./commands/serve.ts";
import { describeFailure, explainFailure, failureFacts } from "./failure.ts";
import { interruption } from "./interruption.ts";

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

const EXAMPLES = `
Examples:
  partwise try big.iso                                  upload to a server of your own, verify, see how it works
  partwise serve --data ./partwise-data                 run an OSS-compatible server over a folder
  partwise cp big.iso oss://bucket/big.iso              upload in parts
  partwise cp oss://bucket/big.iso ./big.iso            download, checked
  partwise sync ./photos oss://bucket/photos/           what is missing or newer
  partwise ls oss://bucket/                             list

Endpoint and keys come from the flags, then from OSS_ENDPOINT, OSS_REGION, OSS_ACCESS_KEY_ID, OSS_ACCESS_KEY_SECRET
and OSS_SESSION_TOKEN, then from ~/.ossutilconfig. Use the keys of a RAM user, not those of the account.`;

/** Runs one command line, without `node` and the script's name, and ends the process with its exit status. */
export async function runCommandLine(words: readonly string[] = argv.slice(2)): Promise<never> {
  const program = await commandLine(words);
  stdout.on("error", endWithoutReader);
  // With the terminal gone nobody reads of it, and what runs has still to be ended in order.
  stderr.on("error", () => {});
  try {
    await program.parseAsync([...words], { from: "user" });
    // What could not be written is reported only now.
    await new Promise((resolve) => stdout.write("", resolve));
    return exit();
  } catch (failure) {
    if (failure instanceof CommanderError) {
      return exit(failure.exitCode === 0 ? 0 : EXIT_USAGE);
    }
    if (interruption.aborted) {
      stderr.write("stopped\n");
      return await endAfter(words, { message: "stopped", exitStatus: EXIT_INTERRUPTED });
    }
    const exitStatus = failure instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
    stderr.write(`partwise: ${describeFailure(failure)}\n`);
    if (words.includes("--verbose")) {
      stderr.write(`${explainFailure(failure)}\n`);
    }
    return await endAfter(words, { ...failureFacts(failure), exitStatus });
  }
}

/** A program that reads events gets the failure as the last of them. */
async function endAfter(
  words: readonly string[],
  facts: { readonly message: string; readonly exitStatus: number },
): Promise<never> {
  if (words.includes("--json")) {
    const line = `${JSON.stringify({ event: "error", ...facts })}\n`;
    await new Promise((resolve) => stdout.write(line, resolve));
  }
  return exit(facts.exitStatus);
}

// A reader that has seen enough, such as `head`, needs no message. The work may not be done, so it is no success.
function endWithoutReader(failure: NodeJS.ErrnoException): never {
  if (failure.code !== "EPIPE") {
    stderr.write(`partwise: cannot write the output: ${failure.message}\n`);
  }
  return exit(EXIT_FAILED);
}

async function commandLine(words: readonly string[]): Promise<Command> {
  const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };
  const program = new Command("partwise")
    .description(
      "Multipart upload for object storage: put files of any size into Alibaba Cloud OSS, or serve them.",
    )
    .version(version)
    .showHelpAfterError("(add --help for the options)")
    .addHelpText("after", EXAMPLES)
    .exitOverride();
  for (const command of await commandsFor(words)) {
    inherit(command, program);
    program.addCommand(command);
  }
  program.addCommand(completionCommand(program));
  return program;
}

/** A server starts without what the other commands load. */
async function commandsFor([name]: readonly string[]): Promise<readonly Command[]> {
  if (name === "serve") {
    return [serveCommand()];
  }
  const { allCommands } = await import("./all-commands.ts");
  return allCommands();
}

/** A command that was made by itself has no settings of the one that it is added to, and so have its own, at any depth. */
function inherit(command: Command, parent: Command): void {
  command
    .addOption(new Option("--verbose", "show everything that is known about a failure"))
    .copyInheritedSettings(parent);
  for (const below of command.commands) {
    inherit(below, command);
  }
}
