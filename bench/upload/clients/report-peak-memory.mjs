// Loaded before a client: prints the peak of its memory when it ends. `resourceUsage().maxRSS` would do, but that of
// a Linux process begins with its parent's.
import { readFileSync } from "node:fs";

process.on("exit", () => console.log(`peak-memory-mb ${peakMemoryMb()}`));

function peakMemoryMb() {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    return Number(kib) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}
