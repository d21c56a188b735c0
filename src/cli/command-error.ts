// A mistake of whoever typed the command, or a state of the world that they can change. Its message is the one line
// that is shown: what happened, to what, and what to do.

export class CommandError extends Error {
  override readonly name = "CommandError";
}
