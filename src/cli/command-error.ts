// A mistake of whoever typed the command, or a state of the world that they can change. Its message is the one line
// that is shown: what happened, to what, and what to do.

export class CommandError extends Error {
  override readonly name: string = "CommandError";
}

/** A line that makes no sense as it was typed, whatever the world is like: it ends with the status of wrong usage. */
export class UsageError extends CommandError {
  override readonly name = "UsageError";
}
