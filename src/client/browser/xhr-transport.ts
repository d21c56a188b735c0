// The transport of a page: XMLHttpRequest, which tells how much of a body has been sent, as fetch does not.
//
// The browser keeps the connections; it opens at most six to a host under HTTP/1.1, and none of them can be asked to be
// new.

import { formatAddress } from "../../protocol/addressing/endpoint.ts";
import type { Headers } from "../../protocol/http-message.ts";
import { ClientError } from "../client-error.ts";
import type { RequestBody } from "../request-body.ts";
import type { Transport, TransportRequest, TransportResponse } from "../transport.ts";
import { TransportError } from "../transport-error.ts";

/** What a page may keep of one answer; documents and ranges are far smaller. */
const ANSWER_SIZE_MAX_BYTES: number = 256 * 1024 * 1024;

export const xhrTransport: Transport = {
  async send(request) {
    request.signal?.throwIfAborted();
    const bytes = request.body && (await collect(request.body));
    request.signal?.throwIfAborted();
    return exchange(request, bytes);
  },
  close() {},
};

/** XMLHttpRequest takes a body whole. */
async function collect(body: RequestBody): Promise<Blob | Uint8Array<ArrayBuffer>> {
  const { sizeBytes } = body;
  if (sizeBytes === undefined) {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    for await (const chunk of body.chunks()) {
      chunks.push(new Uint8Array(chunk));
    }
    return new Blob(chunks);
  }
  const bytes = new Uint8Array(sizeBytes);
  let position = 0;
  for await (const chunk of body.chunks()) {
    // It throws a RangeError when the body has more than it announced.
    bytes.set(chunk, position);
    position += chunk.byteLength;
  }
  if (position < sizeBytes) {
    throw new RangeError(`the body ended after ${position} of the ${sizeBytes} bytes that it announced`);
  }
  return bytes;
}

function exchange(
  { method, address, headers, signal, timeoutMs, onSent }: TransportRequest,
  body: Blob | Uint8Array<ArrayBuffer> | undefined,
): Promise<TransportResponse> {
  const xhr = new XMLHttpRequest();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sentBytes = 0;
  const exchanged = new Promise<TransportResponse>((resolve, reject) => {
    const stop = (reason: unknown) => {
      reject(reason);
      xhr.abort();
    };
    const arm = () => {
      clearTimeout(timer);
      timer = setTimeout(() => stop(silence(address.host, timeoutMs)), timeoutMs);
    };
    const abort = () => stop(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    xhr.onloadend = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
    xhr.upload.onprogress = xhr.upload.onload = ({ loaded }) => {
      arm();
      const newBytes = loaded - sentBytes;
      sentBytes = loaded;
      if (newBytes > 0) {
        try {
          onSent?.(newBytes);
        } catch (error) {
          stop(error);
        }
      }
    };
    xhr.onprogress = ({ loaded }) => {
      arm();
      if (loaded > ANSWER_SIZE_MAX_BYTES) {
        stop(tooLong(ANSWER_SIZE_MAX_BYTES));
      }
    };
    xhr.onerror = () => reject(failure(address.host));
    xhr.onload = () => {
      const answer = readAnswer(xhr);
      if (method === "PUT" && answer.status === 200 && answer.headers.etag === undefined) {
        reject(hiddenEtag(address.host));
      }
      resolve(answer);
    };
    xhr.open(method, formatAddress(address));
    xhr.responseType = "arraybuffer";
    for (const [name, value] of Object.entries(headers)) {
      // The browser writes its own, and would complain.
      if (name !== "user-agent") {
        xhr.setRequestHeader(name, encodeHeader(value));
      }
    }
    arm();
    // A listener on `upload` makes the browser ask first whether it may, and the bucket's CORS rule answers.
    xhr.send(body ?? null);
  });
  return exchanged;
}

function readAnswer(xhr: XMLHttpRequest): TransportResponse {
  const bytes = new Uint8Array((xhr.response as ArrayBuffer | null) ?? []);
  return {
    status: xhr.status,
    headers: readHeaders(xhr.getAllResponseHeaders()),
    body: (async function* () {
      yield bytes;
    })(),
    async text(limitBytes) {
      if (bytes.byteLength > limitBytes) {
        throw tooLong(limitBytes);
      }
      return new TextDecoder().decode(bytes);
    },
    discard() {},
  };
}

function readHeaders(lines: string): Headers {
  const pairs = lines.matchAll(/^([^:\r\n]+): ?(.*)$/gm);
  return Object.fromEntries(
    Array.from(pairs, ([, name = "", value = ""]) => [name.toLowerCase(), decodeHeader(value.trim())]),
  );
}

// OSS's headers are UTF-8, and XMLHttpRequest's are one character a byte.

function encodeHeader(value: string): string {
  return Array.from(new TextEncoder().encode(value), (byte) => String.fromCharCode(byte)).join("");
}

function decodeHeader(value: string): string {
  return new TextDecoder().decode(Uint8Array.from(value, (character) => character.charCodeAt(0)));
}

function silence(host: string, timeoutMs: number): TransportError {
  const message = `${host}: no byte moved within ${timeoutMs} ms; check the network, or raise timeoutMs`;
  return new TransportError("timeout", message, { mayHaveArrived: true });
}

/** A browser says nothing of what failed, so that pages cannot look around in networks. */
function failure(host: string): TransportError {
  const message =
    `${host} did not answer, or its answer is kept from this page; ` +
    `check the network, and that a CORS rule of the bucket allows ${globalThis.location?.origin ?? "this origin"}`;
  return new TransportError("connection-lost", message, { mayHaveArrived: true });
}

function tooLong(limitBytes: number): TransportError {
  const message = `the answer is longer than ${limitBytes} bytes`;
  return new TransportError("answer-too-long", message, { mayHaveArrived: true });
}

function hiddenEtag(host: string): ClientError {
  return new ClientError(
    "answer-hidden",
    `${host} took the bytes, but this page may not see their ETag; ` +
      "add ETag, x-oss-hash-crc64ecma and x-oss-request-id to ExposeHeader in a CORS rule of the bucket",
  );
}
