// The C of this bench: what is beside the clients must cost less than they do.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

/**
 * @param name  of the source beside this file, without its ending
 * @param buildFolder  where the program comes
 * @returns its path
 * @throws {Error} if it cannot be built
 */
export function buildProgram(name: string, buildFolder: string): string {
  const source = join(import.meta.dirname, `${name}.c`);
  const program = join(buildFolder, name);
  const { status, stderr, error } = spawnSync("cc", ["-O2", "-o", program, source], { encoding: "utf8" });
  if (status !== 0) {
    throw new Error(
      `cannot build ${source}: ${stderr || error?.message}; a C compiler is needed (Debian: gcc, libc6-dev)`,
    );
  }
  return program;
}
