// What shells read to complete commands and flags; everything else they complete as files.
import { UsageError } from "./command-error.ts";

export interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  /** Long ones, with their dashes. */
  readonly flags: readonly string[];
}

const scripts: Readonly<Record<string, (commands: readonly CompletedCommand[]) => string>> = {
  bash,
  zsh,
  fish,
};

export const SHELLS: readonly string[] = Object.keys(scripts);

/** @throws {CommandError} for a shell that is none of SHELLS */
export function completionScript(shell: string, commands: readonly CompletedCommand[]): string {
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (script === undefined) {
    throw new UsageError(`there is no script for the shell "${shell}"; write one of ${SHELLS.join(", ")}`);
  }
  return script(commands);
}

function bash(commands: readonly CompletedCommand[]): string {
  const cases = commands.map(({ name, flags }) => `    ${name}) words="${flagsOf(flags)}" ;;`).join("\n");
  return `_partwise() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")}" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases}
  esac
  if [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
complete -o filenames -F _partwise partwise
`;
}

function zsh(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name, description }) => `    ${quoted(`${name}:${description}`)}`).join("\n");
  const cases = commands.map(({ name, flags }) => `    ${name}) compadd -- ${flagsOf(flags)} ;;`).join("\n");
  return `#compdef partwise
_partwise() {
  local -a commands
  commands=(
${names}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  if [[ "$PREFIX" != -* ]]; then
    _files
    return
  fi
  case "\${words[2]}" in
${cases}
  esac
}
compdef _partwise partwise
`;
}

function fish(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, description, flags }) => [
    `complete -c partwise -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`,
    ...[...flags, "--help"].map(
      (flag) => `complete -c partwise -n "__fish_seen_subcommand_from ${name}" -l ${flag.replace(/^--/, "")}`,
    ),
  ]);
  return `${lines.join("\n")}\n`;
}

function flagsOf(flags: readonly string[]): string {
  return [...flags, "--help"].join(" ");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
