/** What STS answers in place of a key. Source: STS API, error codes. */
export class StsError extends Error {
  override readonly name = "StsError";
  readonly code: string;
  /** Of HTTP. */
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
