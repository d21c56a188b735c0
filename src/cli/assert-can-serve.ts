// What would keep a server from coming up, found before it makes its keys: the account's is shown once, when all is well,
// and one that was made by a start that failed then would be nobody's.
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { parseCallbackHost } from "../server/callback/callback-hosts.ts";
import { ServerStartError } from "../server/index.ts";
import { assertAppendable } from "./monitoring/access-log.ts";
import { type MonitorAddress, parseMonitorAddress } from "./monitoring/monitor-address.ts";
import type { ServeOptions } from "./serve-options.ts";
import { readCertificate } from "./tls-files.ts";

/**
 * Tries everything that the options name: certificate, access log, the addresses of both doors, whom to call back.
 *
 * @throws {ServerStartError} @throws {CommandError} @throws {RangeError} as the start would
 */
export async function assertCanServe(options: ServeOptions): Promise<void> {
  const { host, port, tls, accessLog, monitor, callbackHosts = [] } = options;
  callbackHosts.forEach(parseCallbackHost);
  if (tls !== undefined) {
    await readCertificate(tls);
  }
  if (accessLog !== undefined) {
    await assertAppendable(accessLog);
  }
  await using _door = await tryListening({ host, port });
  const monitorAddress = monitor === undefined ? undefined : parseMonitorAddress(monitor);
  if (monitorAddress !== undefined) {
    await using _monitor = await tryListening(monitorAddress);
  }
}

/** @returns what listens there until it is disposed of */
async function tryListening(address: MonitorAddress): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  try {
    await once(server.listen(address), "listening");
    return server;
  } catch (cause) {
    throw new ServerStartError(address, cause as NodeJS.ErrnoException);
  }
}
