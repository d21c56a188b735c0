// What to do about a target that is there already: ask, overwrite, keep the newer, or refuse.
import { createInterface } from "node:readline/promises";

export interface OverwriteFlags {
  readonly force?: true;
  readonly update?: true;
  readonly forbidOverwrite?: true;
}

export interface Existing {
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
}

export type OverwriteDecision =
  | { readonly type: "write" }
  | { readonly type: "skip"; readonly reason: string }
  | { readonly type: "refuse"; readonly reason: string };

/** Asks a person a question that is answered by y, n or a for all. */
export type Ask = (question: string) => Promise<string>;

const write: OverwriteDecision = { type: "write" };

/** Object storage keeps whole seconds. */
const TIME_STEP_MS = 1000;

/** Decides for one target after the other; "all" once said holds for the rest. */
export class OverwritePolicy {
  readonly #flags: OverwriteFlags;
  readonly #ask: Ask | undefined;
  #isAllAllowed: boolean;
  /** One question at a time. */
  #lastQuestion: Promise<unknown> = Promise.resolve();

  /** @param ask  undefined where nobody can be asked */
  constructor(flags: OverwriteFlags, ask: Ask | undefined) {
    this.#flags = flags;
    this.#ask = ask;
    this.#isAllAllowed = flags.force === true;
  }

  /** Whether it matters what is there. */
  get needsExisting(): boolean {
    return !this.#isAllAllowed;
  }

  /** @param existing  what is at `target`; undefined if nothing is */
  async decide(
    target: string,
    source: { readonly sizeBytes: number | undefined; readonly modifiedMs: number | undefined },
    existing: Existing | undefined,
  ): Promise<OverwriteDecision> {
    if (existing === undefined || this.#isAllAllowed) {
      return write;
    }
    if (this.#flags.update) {
      return isNewer(source, existing) ? write : { type: "skip", reason: "it is as new there" };
    }
    if (this.#flags.forbidOverwrite || this.#ask === undefined) {
      const advice = this.#flags.forbidOverwrite ? "" : "; -f overwrites, -u only what is older";
      return { type: "refuse", reason: `${target} is there already${advice}` };
    }
    return this.#askAbout(target, this.#ask);
  }

  async #askAbout(target: string, ask: Ask): Promise<OverwriteDecision> {
    const before = this.#lastQuestion;
    const answering = before.then(() =>
      this.#isAllAllowed ? "y" : ask(`${target} is there already. Overwrite it? [y]es, [n]o, [a]ll: `),
    );
    this.#lastQuestion = answering.catch(() => {});
    const answer = (await answering).trim().toLowerCase();
    this.#isAllAllowed ||= answer === "a" || answer === "all";
    return this.#isAllAllowed || answer === "y" || answer === "yes"
      ? write
      : { type: "skip", reason: "it is there already" };
  }
}

function isNewer(
  source: { readonly sizeBytes: number | undefined; readonly modifiedMs: number | undefined },
  existing: Existing,
): boolean {
  if (source.sizeBytes === undefined || source.modifiedMs === undefined) {
    return true;
  }
  const isYounger =
    Math.floor(source.modifiedMs / TIME_STEP_MS) > Math.floor(existing.modifiedMs / TIME_STEP_MS);
  return source.sizeBytes !== existing.sizeBytes || isYounger;
}

/** On a terminal; undefined elsewhere. */
export function terminalAsk(signal: AbortSignal): Ask | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    return undefined;
  }
  return async (question) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await terminal.question(question, { signal });
    } finally {
      terminal.close();
    }
  };
}
