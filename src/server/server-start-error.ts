// Why a server could not begin to listen, in words that say what to do.

export class ServerStartError extends Error {
  override readonly name = "ServerStartError";
  /** Node's code, such as EADDRINUSE. */
  readonly code: string;

  constructor(address: { readonly host: string; readonly port: number }, cause: NodeJS.ErrnoException) {
    super(describe(address, cause), { cause });
    this.code = cause.code ?? "unknown";
  }
}

function describe(
  { host, port }: { readonly host: string; readonly port: number },
  cause: NodeJS.ErrnoException,
): string {
  switch (cause.code) {
    case "EADDRINUSE":
      return `port ${port} on ${host} is taken by another program; choose another with --port, or 0 for a free one`;
    case "EACCES":
      return `port ${port} on ${host} needs more rights than this user has; choose one above 1023 with --port`;
    case "EADDRNOTAVAIL":
      return `${host} is no address of this machine; choose one with --host, such as 127.0.0.1`;
    default:
      return `cannot listen on ${host}, port ${port}: ${cause.message}`;
  }
}
