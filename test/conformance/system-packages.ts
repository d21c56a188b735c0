// What only the system's own packages have, for machines where this process may install them.
import { getuid } from "node:process";
import { runCommand } from "./run-command.ts";

const TIMEOUT_MS = 300_000;

/**
 * Tries to bring Debian's lists of packages up to date, and to install those named, if any; does nothing where that is
 * not possible. The caller looks for the result.
 */
export async function installDebianPackages(names: readonly string[], signal: AbortSignal): Promise<void> {
  if (getuid?.() !== 0) {
    return;
  }
  const install = ["install", "--yes", "--no-install-recommends", ...names];
  for (const words of names.length === 0 ? [["update"]] : [["update"], install]) {
    const environment = { DEBIAN_FRONTEND: "noninteractive" };
    const command = { file: "apt-get", arguments: ["-qq", ...words], environment, signal };
    try {
      await runCommand({ ...command, timeoutMs: TIMEOUT_MS, log: "install-system-packages" });
    } catch (cause) {
      if (signal.aborted) {
        throw cause;
      }
      // Another system than Debian: there is no apt-get.
      return;
    }
  }
}
