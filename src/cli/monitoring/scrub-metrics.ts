// What Prometheus is told of scrubs.
import { Counter, Gauge, type Registry } from "prom-client";
import type { ScrubStatus } from "../scrubbing/scrub-schedule.ts";

export function scrubMetrics(registry: Registry, status: () => ScrubStatus): void {
  const registers = [registry];
  new Gauge({
    name: "partwise_damaged_blobs",
    help: "Blobs that the last scrub found to be damaged, and that still have an owner",
    registers,
    collect() {
      this.set(status().damagedBlobCount);
    },
  });
  new Gauge({
    name: "partwise_scrub_ended_timestamp_seconds",
    help: "When a scrub had read everything last; 0 before the first",
    registers,
    collect() {
      this.set((status().endedAtMs ?? 0) / 1_000);
    },
  });
  new Counter({
    name: "partwise_scrubbed_bytes_total",
    help: "Bytes that scrubs have read and compared",
    registers,
    collect() {
      this.reset();
      this.inc(status().verifiedBytes);
    },
  });
}
