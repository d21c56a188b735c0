// Loaded before a server by the torture alone, in each of its threads: whoever connects to the thread's socket is told how
// many bytes live in it after a collection. What V8 has not collected yet depends on its mood, what lives does not.
import { createServer } from "node:net";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { threadId } from "node:worker_threads";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const folder = process.env.PARTWISE_LIVE_MEMORY ?? "";
const server = createServer(async (socket) => {
  collect();
  // What a collected object held outside of the heap is given back in a turn of its own.
  await nextTurn();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  socket.end(String(heapUsed + external));
});
server.listen(join(folder, `${process.pid}-${threadId}.sock`));
server.unref();
