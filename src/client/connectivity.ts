// The port through which a platform tells that it has no network at all. Then nothing is sent, and what failed for it
// counts as no attempt: it says nothing about the service.
import { TransportError } from "./transport-error.ts";

export interface Connectivity {
  readonly isOffline: boolean;
  /** Resolves when there is a network again; at the next such news if there is one now. @throws the signal's reason */
  untilOnline(signal: AbortSignal | undefined): Promise<void>;
}

/** A request that has lost its network so often is treated like any other that fails. */
export const OFFLINE_COUNT_MAX = 100;

/**
 * Whether a request, or the signing of it, failed for want of a network and may be sent again.
 *
 * @param isSigned  whether there was something to send
 */
export function isForWantOfNetwork(
  error: unknown,
  { isSigned, isRepeatable }: { readonly isSigned: boolean; readonly isRepeatable: boolean },
): boolean {
  return isSigned
    ? error instanceof TransportError && error.retryable && (isRepeatable || !error.mayHaveArrived)
    : true;
}

/** Waits, but no longer than until the network is back. @throws the signal's reason */
export async function waitOrOnline(
  wait: (signal: AbortSignal) => Promise<void>,
  connectivity: Connectivity,
  signal: AbortSignal | undefined,
): Promise<void> {
  const stopper = new AbortController();
  const stop = () => stopper.abort(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    await Promise.race([wait(stopper.signal), connectivity.untilOnline(stopper.signal)]);
  } finally {
    signal?.removeEventListener("abort", stop);
    stop();
  }
}
