// What `npm start -- FILE…` runs: `partwise try FILE…`, in the folder where the user typed it.
import { chdir, env, exit, stderr, versions } from "node:process";

const [major = 0, minor = 0] = versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  stderr.write(
    `Partwise needs Node 22.18 or newer; this is ${versions.node}, and no pinned Node exists for this platform.\n`,
  );
  exit(1);
}
chdir(env.INIT_CWD ?? ".");
const { runCommandLine } = await import("../../src/cli/command-line.ts");
await runCommandLine(["try", ...process.argv.slice(2)]);
