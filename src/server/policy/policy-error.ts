/** A document that is no policy. Every problem names the statement and the field, and says what is expected there. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
  /** At least one; each is a sentence without its full stop. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("; "));
    this.problems = problems;
  }
}
