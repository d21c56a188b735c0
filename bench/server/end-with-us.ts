// Servers that a bench starts end with it, however it ends: an interruption must leave none running.
import type { ChildProcess } from "node:child_process";

const children = new Set<ChildProcess>();

process.on("exit", () => {
  for (const child of children) {
    child.kill("SIGKILL");
  }
});
for (const [signal, status] of [["SIGINT", 130] as const, ["SIGTERM", 143] as const]) {
  process.once(signal, () => process.exit(status));
}

/** @returns the child */
export function endWithUs<Child extends ChildProcess>(child: Child): Child {
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}
