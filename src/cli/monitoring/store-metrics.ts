// What Prometheus is told of the store, measured when it asks.
import { statfs } from "node:fs/promises";
import { Gauge, type Registry } from "prom-client";
import type { Store } from "../../storage/index.ts";
import { measuredSeldom } from "./measured-seldom.ts";

/**
 * Registers the figures of a store.
 *
 * @param folder  in which it lies
 * @returns what measures them, to be called before they are told
 */
export function storeMetrics(registry: Registry, { metadata }: Store, folder: string): () => Promise<void> {
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge<Label>({ name, help, labelNames: [...labelNames], registers: [registry] });
  const uploads = gauge("partwise_open_uploads", "Uploads in parts that are open", ["bucket"]);
  const parts = gauge("partwise_open_upload_parts", "Parts of open uploads", ["bucket"]);
  const bytes = gauge("partwise_open_upload_bytes", "Bytes that open uploads hold", ["bucket"]);
  const free = gauge("partwise_disk_free_bytes", "Free on the disk of the data folder");
  const queued = gauge(
    "partwise_garbage_blobs",
    "Blobs that nobody owns any more and that are not deleted yet",
  );
  const queuedBytes = gauge("partwise_garbage_bytes", "Bytes of these blobs");
  const nowMs = () => performance.now();
  const everyUpload = { begunBeforeMs: Number.MAX_SAFE_INTEGER };
  const measureUploads = measuredSeldom(() => metadata.measureUploads(everyUpload), nowMs);
  const measureGarbage = measuredSeldom(() => metadata.measureGarbage(), nowMs);
  return async () => {
    const [held, garbage, { bavail, bsize }] = await Promise.all([
      measureUploads(),
      measureGarbage(),
      statfs(folder),
    ]);
    for (const each of [uploads, parts, bytes]) {
      each.reset();
    }
    for (const { bucket, uploadCount, partCount, heldBytes } of held) {
      uploads.set({ bucket }, uploadCount);
      parts.set({ bucket }, partCount);
      bytes.set({ bucket }, heldBytes);
    }
    queued.set(garbage.blobCount);
    queuedBytes.set(garbage.heldBytes);
    free.set(bavail * bsize);
  };
}
