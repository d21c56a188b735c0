import { Command } from "commander";
import { completionScript, SHELLS } from "../completion-script.ts";

/** @param program  all commands, this one among them */
export function completionCommand(program: Command): Command {
  return new Command("completion")
    .description("Print the completion script of a shell.")
    .argument("<shell>", SHELLS.join(", "))
    .addHelpText(
      "after",
      `
  bash: partwise completion bash > ~/.local/share/bash-completion/completions/partwise
  zsh:  partwise completion zsh > "\${fpath[1]}/_partwise"
  fish: partwise completion fish > ~/.config/fish/completions/partwise.fish`,
    )
    .action((shell: string) => {
      process.stdout.write(completionScript(shell, wordsOf(program)));
    });
}

function wordsOf(
  program: Command,
): { readonly name: string; readonly description: string; readonly flags: readonly string[] }[] {
  return program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    flags: [...command.options, ...command.commands.flatMap((inner) => inner.options)]
      .filter(({ hidden }) => !hidden)
      .flatMap(({ long }) => (long == null ? [] : [long])),
  }));
}
