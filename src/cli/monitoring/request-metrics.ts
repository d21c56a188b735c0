// What Prometheus is told of requests. Names and units follow its conventions: seconds, bytes, `_total` for counters.
import { Counter, collectDefaultMetrics, Histogram, type Registry } from "prom-client";
import type { ObserveRequest } from "../../server/index.ts";

/** From an answer out of memory to a part of some GiB over a slow line. */
const DURATION_BUCKETS_SECONDS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60, 600];
/** The event loop's delay is sampled this often; below it nothing is seen. */
const EVENT_LOOP_PRECISION_MS = 5;

/**
 * Registers the metrics of this process and of the requests that it serves.
 *
 * @returns what every request that is over is told to
 */
export function requestMetrics(registry: Registry): ObserveRequest {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS });
  const registers = [registry];
  const durations = new Histogram({
    name: "partwise_request_duration_seconds",
    help: "From the end of a request's headers until its answer was ready, or its body taken",
    labelNames: ["operation"],
    buckets: DURATION_BUCKETS_SECONDS,
    registers,
  });
  const requests = new Counter({
    name: "partwise_requests_total",
    help: "Requests that are over, by operation, status and error code",
    labelNames: ["operation", "status", "code"],
    registers,
  });
  const received = new Counter({
    name: "partwise_received_bytes_total",
    help: "Bytes of request bodies, as declared",
    labelNames: ["operation"],
    registers,
  });
  const sent = new Counter({
    name: "partwise_sent_bytes_total",
    help: "Bytes of the bodies of answers",
    labelNames: ["operation"],
    registers,
  });
  return ({ operation = "none", status, errorCode = "", tookMs, receivedBytes, sentBytes }) => {
    durations.observe({ operation }, tookMs / 1_000);
    requests.inc({ operation, status: String(status), code: errorCode });
    received.inc({ operation }, receivedBytes);
    sent.inc({ operation }, sentBytes);
  };
}
