// A program that the bench starts, talks to by lines and ends. Each of them ends by itself when its standard input
// does, so that none outlives the bench, however that ends.

import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** How much of what a program complains about goes into an error. */
const COMPLAINT_LENGTH_MAX = 1_000;

/** How long a program may take to end after it was told to. */
const END_MAX_MS = 5_000;

export class Program {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<unknown>;
  #complaint = "";

  /** @param words  the program and its arguments */
  constructor(
    [command = "", ...words]: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ) {
    this.#child = spawn(command, words, {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, ...environment },
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#ended = once(this.#child, "close");
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-COMPLAINT_LENGTH_MAX);
    });
    // A program that has ended does not read; its exit is what counts.
    this.#child.stdin.on("error", () => {});
    this.#ended.catch(() => {});
  }

  /** @throws {Error} with what the program complained about, if it ends without a further line */
  async nextLine(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) {
      await this.#ended;
      throw new Error(`${this.#child.spawnargs.join(" ")} ended: ${this.#complaint.trim() || "no word"}`);
    }
    return value;
  }

  /** Tells the program to end, waits until it has, and gets its last words, if any. */
  async end(): Promise<string | undefined> {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), END_MAX_MS);
    try {
      const { value } = await this.#lines.next();
      await this.#ended;
      return value;
    } finally {
      clearTimeout(timer);
    }
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }
}

/** Runs a program that has a short task. @throws {Error} with what it complained about, if it fails */
export async function runProgram(words: readonly string[], input = ""): Promise<string> {
  const [command = "", ...rest] = words;
  const child = spawn(command, rest, { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => {}).end(input);
  let output = "";
  let complaint = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  const [code] = await once(child, "close");
  if (code !== 0) {
    throw new Error(`${words.join(" ")} failed: ${complaint.trim()}`);
  }
  return output;
}
