// A worker that dies while connections are on their way to it.
import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { describe, it } from "node:test";
import { serveFolder } from "../e2e/server-process.ts";
import { makeTemporaryFolder } from "../storage/temporary-folder.ts";

const CONNECTION_COUNT = 4;
/** Node itself would close them at its end alone. */
const CLOSED_TIMEOUT_MS = 10_000;

describe("connections that were handed to workers which died before they took them", () => {
  it("are closed, so that their clients need not wait for nothing", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await serveFolder(folder.path, ["--workers", "2"], {}, { hasOwnGroup: true });
    const { hostname, port } = new URL(server.endpoint);
    const stopped = await server.workerPids();
    for (const pid of stopped) {
      process.kill(pid, "SIGSTOP");
    }
    const sockets: Socket[] = [];
    for (let index = 0; index < CONNECTION_COUNT; index += 1) {
      const socket = createConnection(Number(port), hostname);
      await once(socket, "connect");
      socket.on("error", () => undefined);
      sockets.push(socket);
    }

    const closed = sockets.map((socket) =>
      once(socket, "close", { signal: AbortSignal.timeout(CLOSED_TIMEOUT_MS) }),
    );
    for (const pid of stopped) {
      process.kill(pid, "SIGKILL");
    }

    await Promise.all(closed);
  });
});
