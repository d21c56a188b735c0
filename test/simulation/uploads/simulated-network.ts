// A client's transport that leads, through a network of faults, to the real server's handler.
import type { Transport, TransportRequest, TransportResponse } from "../../../src/client/transport.ts";
import { TransportError, type TransportErrorCode } from "../../../src/client/transport-error.ts";
import { serviceError } from "../../../src/protocol/errors/known-error.ts";
import { handleRequest, type Service } from "../../../src/server/handle-request.ts";
import type { OutgoingResponse } from "../../../src/server/outgoing-response.ts";
import type { RequestFault } from "./fault.ts";
import { type LoggedRequest, operationOf, queryOf } from "./request-log.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { VirtualTime } from "./virtual-time.ts";

export interface NetworkOptions {
  readonly time: VirtualTime;
  readonly service: Service;
  readonly random: () => number;
  /** What becomes of the next request; undefined: nothing bad. */
  readonly faultOf: (request: LoggedRequest, sizeBytes: number) => RequestFault | undefined;
  /** Called when a request begins; what comes of it is noted in it. */
  readonly note: (request: LoggedRequest) => void;
}

const LATENCY_MAX_MS = 60;
const SLOW_MS = 7_000;
const BYTES_PER_MS = 1_000;

export class SimulatedNetwork {
  readonly #options: NetworkOptions;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  transportFor(process: SimulatedProcess): Transport {
    return {
      send: (request) => process.deal(() => this.#send(process, request)),
      close() {},
    };
  }

  async #send(process: SimulatedProcess, request: TransportRequest): Promise<TransportResponse> {
    request.signal?.throwIfAborted();
    const { target } = request.address;
    const operation = operationOf(request.method, target);
    const partNumber = queryOf(target, "partNumber");
    const logged: LoggedRequest = {
      process,
      operation,
      uploadId: queryOf(target, "uploadId"),
      partNumber: partNumber === undefined ? undefined : Number(partNumber),
      isUnderWay: true,
      isConfirmed: false,
      isEffective: false,
      madeCrc64: undefined,
      newUploadId: undefined,
    };
    this.#options.note(logged);
    const fault = this.#options.faultOf(logged, request.body?.sizeBytes ?? 0);
    const exchange = new SimulatedExchange(request, { ...this.#options, fault, logged });
    const stop = () => exchange.end(request.signal?.reason);
    request.signal?.addEventListener("abort", stop, { once: true });
    const alive = process.onDeath(() => exchange.end(new Error("the process is gone")));
    try {
      const response = await exchange.run();
      logged.isConfirmed = logged.isEffective && response.status < 300 && fault !== "answer-corrupted";
      return response;
    } finally {
      logged.isUnderWay = false;
      alive();
      request.signal?.removeEventListener("abort", stop);
    }
  }
}

interface ExchangeOptions extends NetworkOptions {
  readonly fault: RequestFault | undefined;
  readonly logged: LoggedRequest;
}

class SimulatedExchange {
  readonly #request: TransportRequest;
  readonly #options: ExchangeOptions;
  readonly #serverSide = new AbortController();
  readonly #ended: Promise<never>;
  #end: (reason: unknown) => void = () => {};

  constructor(request: TransportRequest, options: ExchangeOptions) {
    this.#request = request;
    this.#options = options;
    this.#ended = new Promise<never>((_, reject) => {
      this.#end = reject;
    });
    this.#ended.catch(() => {});
  }

  /** Closes the connection; the client gets `reason`, the server a broken body. */
  end(reason: unknown): void {
    this.#end(reason);
    this.#serverSide.abort();
  }

  async run(): Promise<TransportResponse> {
    const { fault, random } = this.#options;
    await this.#wait(fault === "slow" ? SLOW_MS : this.#latencyMs);
    if (fault === "refused") {
      return this.#fail("connection-refused", { mayHaveArrived: false });
    }
    if (fault === "stalled") {
      return this.#timeout();
    }
    if (fault === "broken") {
      await this.#readSome(random());
      return this.#fail("connection-lost", { mayHaveArrived: true });
    }
    if (fault?.startsWith("status-")) {
      await this.#readSome(random());
      return responseOf(refusalOf(fault), this.#options);
    }
    if (fault === "late") {
      return this.#arriveLate();
    }
    const outgoing = await this.#orEnd(this.#handle(this.#pass()));
    await this.#wait(this.#latencyMs);
    if (fault === "answer-lost") {
      return this.#fail("connection-lost", { mayHaveArrived: true });
    }
    return responseOf(fault === "late-500" ? refusalOf("status-500") : outgoing, this.#options);
  }

  async #arriveLate(): Promise<never> {
    const { time, random } = this.#options;
    const { timeoutMs } = this.#request;
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#pass()) {
      chunks.push(Uint8Array.from(chunk));
    }
    time.after(timeoutMs * random() * 2, () => {
      void this.#handle(given(chunks));
    });
    return this.#timeout();
  }

  async #handle(chunks: AsyncIterable<Uint8Array>): Promise<OutgoingResponse> {
    const { service, logged } = this.#options;
    const { method, address, headers, body } = this.#request;
    const sizeBytes = body?.sizeBytes;
    const length = sizeBytes === undefined ? {} : { "content-length": String(sizeBytes) };
    const outgoing = await handleRequest(
      {
        method,
        target: address.target,
        headers: { ...headers, ...length, host: address.host },
        body: { sizeBytes, chunks },
        clientAddress: "127.0.0.1",
        signal: this.#serverSide.signal,
      },
      service,
    );
    const { status, headers: answered, text = "" } = outgoing.message;
    if (status < 300 && !text.includes("<Error>")) {
      logged.isEffective = true;
      logged.madeCrc64 = answered["x-oss-hash-crc64ecma"];
      if (logged.operation === "InitiateMultipartUpload") {
        logged.newUploadId = /<UploadId>(.*)<\/UploadId>/.exec(text)?.[1];
      }
    }
    return outgoing;
  }

  /** The body as the server gets it. */
  async *#pass(): AsyncGenerator<Uint8Array> {
    const { fault, random } = this.#options;
    const { body, onSent } = this.#request;
    if (body === undefined) {
      return;
    }
    let isToCorrupt = fault === "body-corrupted";
    const chunks = body.chunks()[Symbol.asyncIterator]();
    let isAtEnd = false;
    try {
      for (;;) {
        const next = await this.#orEnd(chunks.next());
        if (next.done) {
          isAtEnd = true;
          return;
        }
        const chunk = next.value;
        await this.#wait(chunk.byteLength / BYTES_PER_MS);
        onSent?.(chunk.byteLength);
        yield isToCorrupt ? corrupted(chunk, random()) : chunk;
        isToCorrupt = false;
      }
    } catch (cause) {
      // A source that cannot be read ends the exchange, as a broken connection does.
      this.end(cause);
      throw serviceError("IncompleteBody", { cause });
    } finally {
      if (!isAtEnd) {
        // A read that is under way ends first; nobody waits for it.
        void chunks.return?.();
      }
    }
  }

  async #readSome(share: number): Promise<void> {
    const enoughBytes = share * (this.#request.body?.sizeBytes ?? 0);
    let sizeBytes = 0;
    try {
      for await (const chunk of this.#pass()) {
        sizeBytes += chunk.byteLength;
        if (sizeBytes > enoughBytes) {
          return;
        }
      }
    } catch {
      await this.#ended;
    }
  }

  async #timeout(): Promise<never> {
    await this.#wait(this.#request.timeoutMs);
    return this.#fail("timeout", { mayHaveArrived: true });
  }

  #fail(code: TransportErrorCode, { mayHaveArrived }: { readonly mayHaveArrived: boolean }): never {
    this.#serverSide.abort();
    throw new TransportError(code, `the network: ${code}`, { mayHaveArrived });
  }

  get #latencyMs(): number {
    return 1 + this.#options.random() * LATENCY_MAX_MS;
  }

  #wait(durationMs: number): Promise<void> {
    return this.#orEnd(this.#options.time.wait(durationMs));
  }

  #orEnd<Value>(promise: Promise<Value>): Promise<Value> {
    return Promise.race([promise, this.#ended]);
  }
}

function refusalOf(fault: RequestFault): OutgoingResponse {
  const status = Number(/\d+/.exec(fault)?.[0] ?? 500);
  const code = status === 500 ? "InternalError" : "SlowDown";
  const headers = fault === "status-503-retry-after" ? { "retry-after": "3" } : {};
  return {
    message: {
      status,
      headers,
      text: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>simulated</Message><RequestId>R</RequestId></Error>`,
    },
  };
}

async function responseOf(
  { message, body }: OutgoingResponse,
  { time, fault, random }: ExchangeOptions,
): Promise<TransportResponse> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body?.chunks ?? []) {
    chunks.push(Uint8Array.from(chunk));
  }
  await body?.[Symbol.asyncDispose]();
  const isCorrupted = fault === "answer-corrupted";
  const text = message.text ?? "";
  const date = new Date(time.nowMs).toUTCString();
  const headers = { date, ...message.headers };
  return {
    status: message.status,
    headers: isCorrupted && text === "" ? withCorruptedHeader(headers, random()) : headers,
    body: text === "" ? given(chunks) : given([new TextEncoder().encode(text)]),
    text: async () => (isCorrupted ? corruptedText(text, random()) : text),
    discard() {},
  };
}

async function* given(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

function corrupted(chunk: Uint8Array, random: number): Uint8Array {
  const copy = Uint8Array.from(chunk);
  const index = Math.floor(random * copy.length);
  copy[index] = (copy[index] ?? 0) ^ 0x10;
  return copy;
}

function corruptedText(text: string, random: number): string {
  const index = Math.floor(random * text.length);
  return `${text.slice(0, index)}${text[index] === "7" ? "8" : "7"}${text.slice(index + 1)}`;
}

function withCorruptedHeader(
  headers: Readonly<Record<string, string>>,
  random: number,
): Readonly<Record<string, string>> {
  const names = Object.keys(headers);
  const name = names[Math.floor(random * names.length)] ?? "date";
  return { ...headers, [name]: corruptedText(headers[name] ?? "", random) };
}
