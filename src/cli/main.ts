#!/usr/bin/env node
// The command `partwise`.
import { argv } from "node:process";
import { keepCompiledCode } from "./compiled-code.ts";

const words = argv.slice(2);
if (words[0] === "serve") {
  keepCompiledCode();
}
// Loaded here, so that what it loads is kept.
const { runCommandLine } = await import("./command-line.ts");
await runCommandLine(words);
