// How the command was started, so that the lines it suggests can be typed as they stand.

/** Whether this is the source of a clone and not the published package. */
export function isFromSource(): boolean {
  return import.meta.url.endsWith(".ts");
}

/** `partwise`, or in a clone `npx partwise`. */
export function commandName(): string {
  return isFromSource() ? "npx partwise" : "partwise";
}
