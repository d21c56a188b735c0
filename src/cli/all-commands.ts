// Every command of `partwise` but `completion`, in the order in which its help names them.
import { env } from "node:process";
import type { Command } from "commander";
import { backupCommand, restoreCommand } from "./commands/backup.ts";
import { catCommand, cpCommand } from "./commands/cp.ts";
import { fsckCommand } from "./commands/fsck.ts";
import { lsCommand } from "./commands/ls.ts";
import { mbCommand } from "./commands/mb.ts";
import { policyCommand } from "./commands/policy.ts";
import { rbCommand } from "./commands/rb.ts";
import { resumeCommand } from "./commands/resume.ts";
import { rmCommand } from "./commands/rm.ts";
import { roleCommand } from "./commands/role.ts";
import { scrubCommand } from "./commands/scrub.ts";
import { serveCommand } from "./commands/serve.ts";
import { signCommand } from "./commands/sign.ts";
import { statCommand } from "./commands/stat.ts";
import { syncCommand } from "./commands/sync.ts";
import { tokenCommand } from "./commands/token.ts";
import { tryCommand } from "./commands/try.ts";
import { uploadsCommand } from "./commands/uploads.ts";
import { userCommand } from "./commands/user.ts";

export function allCommands(): readonly Command[] {
  return [
    tryCommand(),
    serveCommand(),
    fsckCommand(),
    scrubCommand(),
    backupCommand(),
    restoreCommand(),
    cpCommand(env),
    catCommand(env),
    syncCommand(env),
    lsCommand(env),
    statCommand(env),
    rmCommand(env),
    mbCommand(env),
    rbCommand(env),
    resumeCommand(env),
    uploadsCommand(env),
    signCommand(env),
    tokenCommand(),
    userCommand(),
    roleCommand(),
    policyCommand(),
  ];
}
