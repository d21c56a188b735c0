// The connections of one client, until it is closed. Then nothing is sent any more, and what is under way ends, a wait for
// the next attempt too.
import { assertHeaders } from "./assert-headers.ts";
import { ClientError } from "./client-error.ts";
import type { Clock } from "./clock.ts";
import type { Transport, TransportRequest, TransportResponse } from "./transport.ts";

export class ClientConnections implements Transport {
  readonly #inner: Transport;
  readonly #isOwn: boolean;
  readonly #closing = new AbortController();

  /** @param isOwn  no other client uses `inner`, so that its connections end with this one */
  constructor(inner: Transport, { isOwn }: { readonly isOwn: boolean }) {
    this.#inner = inner;
    this.#isOwn = isOwn;
  }

  /** @throws {ClientError} client-closed, header-unusable; and what `Transport.send` throws */
  async send(request: TransportRequest): Promise<TransportResponse> {
    const { signal: closing } = this.#closing;
    if (closing.aborted) {
      throw closed();
    }
    assertHeaders(request.headers);
    try {
      return await this.#inner.send(
        this.#isOwn ? request : { ...request, signal: either(request.signal, closing) },
      );
    } catch (error) {
      request.signal?.throwIfAborted();
      throw closing.aborted ? closed(error === closing.reason ? undefined : error) : error;
    }
  }

  /** As `clock`, but its waits end with client-closed when the client is closed. */
  clockUntilClosed(clock: Clock): Clock {
    const { signal: closing } = this.#closing;
    return {
      now: () => clock.now(),
      wait: (durationMs, signal) => clock.wait(durationMs, either(signal, closing)),
    };
  }

  /** For good. Called again it does nothing. */
  close(): void {
    if (this.#closing.signal.aborted) {
      return;
    }
    const reason = closed();
    this.#closing.abort(reason);
    if (this.#isOwn) {
      this.#inner.close(reason);
    }
  }
}

/** To join two signals costs memory and time, so no request on connections of one's own does it. */
function either(signal: AbortSignal | undefined, closing: AbortSignal): AbortSignal {
  return signal === undefined ? closing : AbortSignal.any([signal, closing]);
}

function closed(cause?: unknown): ClientError {
  return new ClientError("client-closed", "this client was closed; make another one for further requests", {
    cause,
  });
}
