// Answers out of the bytes of a connection, read as strictly as a careful client would.

export interface RawAnswer {
  readonly status: number;
  /** Lower-case names; a repeated one is joined with ",". */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export class MalformedAnswer extends Error {
  override readonly name = "MalformedAnswer";
}

const STATUS_LINE = /^HTTP\/1\.1 (\d{3}) [\x20-\x7e]*$/;
const HEADER_LINE = /^([A-Za-z0-9-]+): ?([^\r\n\0]*)$/;
const HEAD_MAX_BYTES = 64 * 1024;

/** The bytes that came and were not yet an answer. */
export class AnswerReader {
  #bytes: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
  }

  get restSizeBytes(): number {
    return this.#bytes.length;
  }

  /**
   * The next whole answer, or undefined until it is there. Interim answers (100 Continue) are skipped.
   *
   * @param method  of the request, for HEAD has no body
   * @throws {MalformedAnswer}
   */
  next(method: string): RawAnswer | undefined {
    for (;;) {
      const end = this.#bytes.indexOf("\r\n\r\n");
      if (end === -1) {
        if (this.#bytes.length > HEAD_MAX_BYTES) {
          throw new MalformedAnswer("the head of the answer does not end");
        }
        return undefined;
      }
      const { status, headers } = readHead(this.#bytes.toString("latin1", 0, end));
      const body = this.#bodyOf(end + 4, { status, headers, method });
      if (body === undefined) {
        return undefined;
      }
      this.#bytes = this.#bytes.subarray(body.endsAt);
      if (status >= 200) {
        return { status, headers, body: body.bytes };
      }
    }
  }

  #bodyOf(
    start: number,
    { status, headers, method }: Omit<RawAnswer, "body"> & { readonly method: string },
  ): { readonly bytes: Buffer; readonly endsAt: number } | undefined {
    if (status < 200 || status === 204 || status === 304 || this.#isHeadAnswer(start, method)) {
      return { bytes: Buffer.alloc(0), endsAt: start };
    }
    const length = headers.get("content-length");
    if (length === undefined || !/^\d+$/.test(length) || headers.has("transfer-encoding")) {
      throw new MalformedAnswer(`an answer ${status} without a clear length`);
    }
    const endsAt = start + Number(length);
    return this.#bytes.length < endsAt ? undefined : { bytes: this.#bytes.subarray(start, endsAt), endsAt };
  }

  /** What was meant as HEAD may have been read as something else; then a document stands where the next answer would. */
  #isHeadAnswer(start: number, method: string): boolean {
    return method === "HEAD" && this.#bytes[start] !== "<".charCodeAt(0);
  }
}

function readHead(head: string): Omit<RawAnswer, "body"> {
  const [statusLine = "", ...lines] = head.split("\r\n");
  const status = Number(STATUS_LINE.exec(statusLine)?.[1]);
  if (Number.isNaN(status)) {
    throw new MalformedAnswer(`the status line ${JSON.stringify(statusLine)}`);
  }
  const headers = new Map<string, string>();
  for (const line of lines) {
    const match = HEADER_LINE.exec(line);
    if (match === null) {
      throw new MalformedAnswer(`the header line ${JSON.stringify(line)}`);
    }
    const name = (match[1] ?? "").toLowerCase();
    const before = headers.get(name);
    headers.set(name, before === undefined ? (match[2] ?? "") : `${before},${match[2]}`);
  }
  return { status, headers };
}
