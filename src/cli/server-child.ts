// The process that server-process.ts starts: a server over one folder. It tells its parent where it listens, and ends
// when it is told to or when the parent is gone, so that no server outlives a command that was killed.
import { argv, exit, stderr } from "node:process";
import { DEFAULT_REGION } from "../server/index.ts";
import { describeFailure } from "./failure.ts";
import { aborted } from "./interruption.ts";
import { serveDataFolder } from "./serve.ts";

/** What the child tells its parent, once it listens. */
export interface ReadyMessage {
  readonly endpoint: string;
  readonly region: string;
}

const [data = ""] = argv.slice(2);
const region = DEFAULT_REGION;
const told = new AbortController();
for (const event of ["SIGTERM", "SIGINT", "disconnect"]) {
  process.on(event, () => told.abort());
}
try {
  await using server = await serveDataFolder({ data, region, host: "127.0.0.1", port: 0, baseHosts: [] });
  process.send?.({ endpoint: server.endpoint, region } satisfies ReadyMessage);
  await aborted(told.signal);
} catch (failure) {
  stderr.write(`${describeFailure(failure)}\n`);
  exit(1);
}
exit();
