#!/usr/bin/env node
// The command `partwise`.
import { argv } from "node:process";
import { runCommandLine } from "./command-line.ts";

await runCommandLine(argv.slice(2));
