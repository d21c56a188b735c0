// How many bytes live in a server: objects and buffers that a collection of garbage does not free, in all of its threads.
import assert from "node:assert/strict";
import { mkdir, readdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** As an address, for NODE_OPTIONS is split at spaces. */
const probe = new URL("./live-memory-probe.ts", import.meta.url).href;

export interface LiveMemory {
  /** For the server's start. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of the processes that were started so. */
  bytes(): Promise<number>;
}

/** @param folder  to be made, with a short path: a socket's address has at most a hundred bytes */
export async function watchLiveMemory(folder: string): Promise<LiveMemory> {
  await mkdir(folder);
  return {
    environment: { NODE_OPTIONS: `--import ${probe}`, PARTWISE_LIVE_MEMORY: folder },
    async bytes() {
      const sockets = await readdir(folder);
      assert.ok(sockets.length > 0, "the server says nothing of its memory");
      const sizes = await Promise.all(sockets.map((name) => text(connect(join(folder, name)))));
      return sizes.reduce((sum, size) => sum + Number(size), 0);
    },
  };
}
