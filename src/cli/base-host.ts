// The names under which a server is known (`--base-host`). A URL or a port would be taken, and match no request.

export function isHostName(name: string): boolean {
  return /^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(name);
}
