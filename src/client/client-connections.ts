// The connections of one client, until it is closed. Then nothing is sent any more, and what is under way ends.
import { assertHeaders } from "./assert-headers.ts";
import { ClientError } from "./client-error.ts";
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
      return await this.#inner.send(this.#isOwn ? request : endingWith(request, closing));
    } catch (error) {
      request.signal?.throwIfAborted();
      throw closing.aborted ? closed(error === closing.reason ? undefined : error) : error;
    }
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

/** Only where the transport cannot be closed instead: to join two signals costs each request memory and time. */
function endingWith(request: TransportRequest, closing: AbortSignal): TransportRequest {
  const signal = request.signal === undefined ? closing : AbortSignal.any([request.signal, closing]);
  return { ...request, signal };
}

function closed(cause?: unknown): ClientError {
  return new ClientError("client-closed", "this client was closed; make another one for further requests", {
    cause,
  });
}
