// Whether a client that has ended its side of the connection reads on, or has gone. Both look alike until something is sent:
// then the system of one that has gone says so, at the latest at the second time. `100 Continue` may be sent at any time
// before an answer, and clients pass it over (RFC 9110, 15.2).

/** Short enough that work for nobody ends soon; longer than most work takes, so that most clients see no probe. */
const PROBE_EVERY_MS = 1_000;

/** Sends probes until it is disposed of. Who has gone is found by the connection's own error. */
export function probeClient(sendContinue: () => void): Disposable {
  const timer = setInterval(sendContinue, PROBE_EVERY_MS).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
