// The connections of one client, until it is closed. Then nothing is sent any more, and what is under way ends.
import { assertHeaders } from "./assert-headers.ts";
import { ClientError } from "./client-error.ts";
import type { Transport, TransportRequest, TransportResponse } from "./transport.ts";

export class ClientConnections implements Transport {
  readonly #inner: Transport;
  readonly #isOwn: boolean;
  #isClosed = false;

  /** @param isOwn  no other client uses `inner`, so that its connections end with this one */
  constructor(inner: Transport, { isOwn }: { readonly isOwn: boolean }) {
    this.#inner = inner;
    this.#isOwn = isOwn;
  }

  /** @throws {ClientError} client-closed, header-unusable; and what `Transport.send` throws */
  async send(request: TransportRequest): Promise<TransportResponse> {
    if (this.#isClosed) {
      throw closed();
    }
    assertHeaders(request.headers);
    try {
      return await this.#inner.send(request);
    } catch (error) {
      request.signal?.throwIfAborted();
      throw this.#isClosed ? closed(error) : error;
    }
  }

  /** For good. Called again it does nothing. */
  close(): void {
    this.#isClosed = true;
    if (this.#isOwn) {
      this.#inner.close();
    }
  }
}

function closed(cause?: unknown): ClientError {
  return new ClientError("client-closed", "this client was closed; make another one for further requests", {
    cause,
  });
}
