#!/usr/bin/env node
// `npx partwise …` inside a clone: the command, from its source.
const { runCommandLine } = await import("../../src/cli/command-line.ts");
await runCommandLine(process.argv.slice(2));
