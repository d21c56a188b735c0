// Where failures go when nobody has said otherwise.

export function reportOnStandardError(failure: unknown, requestId: string): void {
  const error = failure instanceof Error ? failure : new Error(String(failure));
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  process.stderr.write(`request ${requestId} failed: ${error.stack ?? error.message}${cause}\n`);
}
