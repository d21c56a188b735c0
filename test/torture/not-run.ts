// A step that this machine cannot take. It is told beside those that passed and those that failed, as neither.

export class NotRun extends Error {
  /** @param reason  what is missing, in words */
  constructor(reason: string) {
    super(reason);
    this.name = "NotRun";
  }
}
