// Where the door for health and metrics is to stand, as operators write it.

export interface MonitorAddress {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
}

/** The address that `HOST:PORT` means, an IPv6 address in brackets; undefined when it means none. */
export function parseMonitorAddress(text: string): MonitorAddress | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  return host === undefined || port > 65_535 ? undefined : { host, port };
}
