// Starts a thread for the database: the one that writes, or one that reads beside it.
import { MetadataChannel } from "./metadata-channel.ts";
import type { MetadataWorkerData } from "./metadata-messages.ts";

/** The compiler does not rewrite the ending of a worker's file: it is this file's own, .ts here and .js when built. */
const WORKER_URL = new URL(
  `./metadata-worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`,
  import.meta.url,
);

/** @throws {StorageError} format-unknown, folder-unusable */
export function openMetadataThread(workerData: MetadataWorkerData): Promise<MetadataChannel> {
  return MetadataChannel.open(WORKER_URL, workerData);
}
