// How long the event loop of a process is held. Node's own figures, which prom-client passes on, count the measuring
// interval too, and of several processes they are means, in which one that hangs disappears.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Gauge, type Registry } from "prom-client";

const RESOLUTION_MS = 5;
const NANOSECONDS = 1e9;
const QUANTILES = [0.5, 0.99, 1];

/** Registers the figures since they were told last. @param prefix  before their names @returns what ends the measuring */
export function eventLoopMetrics(registry: Registry, prefix: string): Disposable {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  new Gauge({
    name: `${prefix}event_loop_delay_seconds`,
    help: "How long the event loop was held since this was asked last; of several processes the worst",
    labelNames: ["quantile"],
    registers: [registry],
    aggregator: "max",
    collect() {
      for (const quantile of QUANTILES) {
        this.set({ quantile: String(quantile) }, delaySeconds(histogram.percentile(100 * quantile)));
      }
      histogram.reset();
    },
  });
  return { [Symbol.dispose]: () => void histogram.disable() };
}

/** What goes beyond the interval in which the timer was to fire. */
function delaySeconds(nanoseconds: number): number {
  return Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS / 1_000);
}
