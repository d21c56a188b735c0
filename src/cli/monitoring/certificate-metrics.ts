// What Prometheus is told of the server's certificate: of several processes, of the one that is worst off.
import { Gauge, type Registry } from "prom-client";

export interface CertificateStatus {
  /** When the certificate that is shown to clients ends; absent: as before. */
  readonly endsAtMs?: number;
  /** Whether the files have changed since, and cannot be used. */
  readonly isStale: boolean;
}

/** Registers the figures, for a server that has a certificate. @returns what is told of every change */
export function certificateMetrics(registry: Registry): (status: CertificateStatus) => void {
  const end = new Gauge({
    name: "partwise_certificate_end_timestamp_seconds",
    help: "When the certificate that is shown to clients ends",
    registers: [registry],
    aggregator: "min",
  });
  const stale = new Gauge({
    name: "partwise_certificate_stale",
    help: "1 while the certificate's files have changed and cannot be used, so that the one before is shown",
    registers: [registry],
    aggregator: "max",
  });
  return ({ endsAtMs, isStale }) => {
    if (endsAtMs !== undefined) {
      end.set(endsAtMs / 1_000);
    }
    stale.set(isStale ? 1 : 0);
  };
}
