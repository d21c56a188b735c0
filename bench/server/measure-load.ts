// One load on one server: what the client saw, and what the server used meanwhile.
import { spawnSync } from "node:child_process";
import type { EventLoopDelay } from "./event-loop-delay.ts";
import type { Load, LoadClient, LoadResult } from "./load.ts";
import type { ServerProcess } from "./server-process.ts";

export interface Measurement extends LoadResult {
  readonly serverCpuSeconds: number;
  readonly serverWrittenBytes: number;
  readonly eventLoopDelay: EventLoopDelay;
}

export async function measureLoad(
  client: LoadClient,
  server: ServerProcess,
  load: Omit<Load, "endpoint">,
): Promise<Measurement> {
  // What others left to be written is on the disk before it begins, so that nobody pays for his predecessor.
  spawnSync("sync");
  await server.takeEventLoopDelay();
  const before = server.use();
  const result = await client.run({ endpoint: server.endpoint, ...load });
  const after = server.use();
  return {
    ...result,
    serverCpuSeconds: after.cpuSeconds - before.cpuSeconds,
    serverWrittenBytes: after.writtenBytes - before.writtenBytes,
    eventLoopDelay: await server.takeEventLoopDelay(),
  };
}
