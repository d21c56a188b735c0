// What `npm start -- FILE…` runs: `partwise try FILE…`, in the folder where the user typed it.
import { argv, chdir, env } from "node:process";

chdir(env.INIT_CWD ?? ".");
const { runCommandLine } = await import("../../src/cli/command-line.ts");
await runCommandLine(["try", ...argv.slice(2)]);
