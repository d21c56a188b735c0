import { equal, match, ok, throws } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { CommandError } from "../../src/cli/command-error.ts";
import { completionScript, SHELLS } from "../../src/cli/completion-script.ts";

const commands = [
  { name: "cp", description: "Copy what's there.", flags: ["--part-size", "--force"] },
  { name: "ls", description: "List.", flags: ["--json"] },
];

describe("completionScript()", () => {
  it("names every command and flag in each shell's words", () => {
    for (const shell of SHELLS) {
      const script = completionScript(shell, commands);
      for (const word of ["cp", "ls", "part-size", "force", "json", "help"]) {
        ok(script.includes(word), `${shell}: ${word}`);
      }
    }
  });

  it("makes bash complete commands, then their flags", () => {
    const ask = (...words: string[]) => {
      const script = `${completionScript("bash", commands)}
COMP_WORDS=(${words.join(" ")}); COMP_CWORD=${words.length - 1}; _partwise; echo "\${COMPREPLY[@]}"`;
      const { stdout, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
      equal(stderr, "");
      return stdout.trim();
    };

    equal(ask("partwise", "c"), "cp");
    equal(ask("partwise", "cp", "--p"), "--part-size");
    equal(ask("partwise", "ls", "--"), "--json --help");
  });

  it("names the shells that it knows", () => {
    throws(
      () => completionScript("toString", commands),
      (error) => {
        ok(error instanceof CommandError);
        match(error.message, /bash, zsh, fish/);
        return true;
      },
    );
  });
});
