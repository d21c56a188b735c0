// One HTTP/1.1 answer after another, read from a connection's bytes. Strict: what is not plainly an answer ends the
// connection, for a mistake about where one ends would make the rest of it the answer to another request.
// Source: RFC 9112, sections 2 to 7.

/** Node's own parser has the same limits for heads and for their lines together. */
const HEAD_SIZE_MAX_BYTES: number = 16 * 1024;
/** Of a chunk's size with its extensions, of which nobody makes use. */
const CHUNK_LINE_MAX_BYTES = 1024;

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const HEADER_LINE =
  /^([!#$%&'*+\-.^_`|~\w]+):[\t ]*((?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?)[\t ]*$/;
const CHUNK_LINE = /^([\da-fA-F]{1,13})[\t ]*(?:;.*)?$/;
const EMPTY: Buffer = Buffer.alloc(0);
const END_OF_HEAD = "\r\n\r\n";
const END_OF_LINE = "\r\n";

export interface AnswerHead {
  readonly status: number;
  /** Names in lower case, values as Latin-1. Of what may be there only once the first counts; the rest is joined. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface AnswerListener {
  onHead(head: AnswerHead): void;
  /** @param bytes  valid also after the call */
  onBody(bytes: Buffer): void;
}

type Place = "head" | "sized" | "chunk-line" | "chunk" | "chunk-end" | "trailer" | "until-close" | "done";

/** The answer cannot be told from something else. Its code begins as those of Node's parser do. */
export class NoHttpError extends Error {
  readonly code = "HPE_NO_ANSWER";
}

export class AnswerReader {
  readonly #listener: AnswerListener;
  /** The beginning of a head or a line whose end has not come. */
  #pending: Buffer = EMPTY;
  #place: Place = "head";
  /** Of the body, or of its chunk. */
  #leftBytes = 0;
  #trailerBytes = 0;
  #keepsOpen = false;
  #keepsOpenMs: number | undefined;

  constructor(listener: AnswerListener) {
    this.#listener = listener;
  }

  get isDone(): boolean {
    return this.#place === "done";
  }

  /** Whether the connection may serve another request, the answer being done. */
  get keepsOpen(): boolean {
    return this.#keepsOpen;
  }

  /** How long the service says that it keeps an idle connection open. */
  get keepsOpenMs(): number | undefined {
    return this.#keepsOpenMs;
  }

  /** @throws {NoHttpError} */
  push(bytes: Buffer): void {
    let rest = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    this.#pending = EMPTY;
    while (rest.length > 0 && this.#place !== "done") {
      const left = this.#step(rest);
      if (left === undefined) {
        this.#pending = rest;
        return;
      }
      rest = left;
    }
    // Nobody has asked for more.
    this.#keepsOpen &&= rest.length === 0;
  }

  /**
   * The connection has ended.
   *
   * @returns whether the answer is whole
   */
  end(): boolean {
    if (this.#place === "until-close") {
      this.#place = "done";
    }
    this.#keepsOpen = false;
    return this.#place === "done";
  }

  /** @returns what is left; undefined when more has to come first */
  #step(bytes: Buffer): Buffer | undefined {
    switch (this.#place) {
      case "head":
        return this.#readHead(bytes);
      case "chunk-line":
      case "chunk-end":
      case "trailer":
        return this.#readLine(bytes);
      case "until-close":
        this.#listener.onBody(bytes);
        return EMPTY;
      default:
        return this.#readBody(bytes);
    }
  }

  #readHead(bytes: Buffer): Buffer | undefined {
    const end = bytes.indexOf(END_OF_HEAD);
    if ((end === -1 ? bytes.length : end) > HEAD_SIZE_MAX_BYTES) {
      throw new NoHttpError(`the head of the answer is longer than ${HEAD_SIZE_MAX_BYTES} bytes`);
    }
    if (end === -1) {
      // Something else is found out at once, and not only after as many bytes as a head may have.
      if (!"HTTP/1.".startsWith(bytes.toString("latin1", 0, Math.min(7, bytes.length)))) {
        throw new NoHttpError("the answer does not begin as HTTP does");
      }
      return undefined;
    }
    const [statusLine = "", ...lines] = bytes.toString("latin1", 0, end).split(END_OF_LINE);
    const [, minor, digits] = STATUS_LINE.exec(statusLine) ?? [];
    if (digits === undefined) {
      throw new NoHttpError("the answer does not begin as HTTP does");
    }
    const status = Number(digits);
    // An interim answer is followed by another one. Nobody asks for a change of protocol.
    if (status >= 200) {
      this.#begin({ status, headers: headersOf(lines) }, minor === "1");
    } else if (status === 101) {
      throw new NoHttpError("the service goes on in another protocol, which nobody asked for");
    }
    return bytes.subarray(end + END_OF_HEAD.length);
  }

  #begin(head: AnswerHead, isVersion11: boolean): void {
    const { status, headers } = head;
    const connection = (headers.connection ?? "").toLowerCase().split(/[\t ]*,[\t ]*/);
    this.#keepsOpen = !connection.includes("close") && (isVersion11 || connection.includes("keep-alive"));
    const seconds = /(?:^|[,;\t ])timeout=(\d{1,6})/i.exec(headers["keep-alive"] ?? "")?.[1];
    this.#keepsOpenMs = seconds === undefined ? undefined : Number(seconds) * 1000;
    const length = headers["content-length"];
    const coding = headers["transfer-encoding"];
    if (length !== undefined && (coding !== undefined || !/^\d{1,15}$/.test(length))) {
      throw new NoHttpError("the answer does not say plainly how long it is");
    }
    const isChunked = coding?.toLowerCase() === "chunked";
    if (coding !== undefined && !isChunked && coding.toLowerCase() !== "identity") {
      throw new NoHttpError("the answer is coded in a way that nobody asked for");
    }
    this.#listener.onHead(head);
    if (status === 204 || status === 304) {
      this.#place = "done";
    } else if (isChunked) {
      this.#place = "chunk-line";
    } else if (length === undefined) {
      this.#place = "until-close";
      this.#keepsOpen = false;
    } else {
      this.#leftBytes = Number(length);
      this.#place = this.#leftBytes === 0 ? "done" : "sized";
    }
  }

  #readBody(bytes: Buffer): Buffer {
    const part = bytes.subarray(0, this.#leftBytes);
    this.#leftBytes -= part.length;
    if (this.#leftBytes === 0) {
      this.#place = this.#place === "chunk" ? "chunk-end" : "done";
    }
    this.#listener.onBody(part);
    return bytes.subarray(part.length);
  }

  #readLine(bytes: Buffer): Buffer | undefined {
    const end = bytes.indexOf(END_OF_LINE);
    if ((end === -1 ? bytes.length : end) > CHUNK_LINE_MAX_BYTES) {
      throw new NoHttpError(`a line between chunks is longer than ${CHUNK_LINE_MAX_BYTES} bytes`);
    }
    if (end === -1) {
      return undefined;
    }
    this.#takeLine(bytes.toString("latin1", 0, end));
    return bytes.subarray(end + END_OF_LINE.length);
  }

  #takeLine(line: string): void {
    if (this.#place === "trailer") {
      this.#trailerBytes += line.length;
      if (this.#trailerBytes > HEAD_SIZE_MAX_BYTES) {
        throw new NoHttpError(`the end of the answer is longer than ${HEAD_SIZE_MAX_BYTES} bytes`);
      }
      this.#place = line === "" ? "done" : "trailer";
      return;
    }
    if (this.#place === "chunk-end") {
      if (line !== "") {
        throw new NoHttpError("a chunk of the answer is longer than it said");
      }
      this.#place = "chunk-line";
      return;
    }
    const digits = CHUNK_LINE.exec(line)?.[1];
    if (digits === undefined) {
      throw new NoHttpError("a chunk of the answer does not say how long it is");
    }
    this.#leftBytes = Number.parseInt(digits, 16);
    this.#place = this.#leftBytes === 0 ? "trailer" : "chunk";
  }
}

/** Those of Node's list that services send: a second one is passed over. */
const ONLY_ONCE: ReadonlySet<string> = new Set([
  "age",
  "content-type",
  "etag",
  "expires",
  "last-modified",
  "location",
  "retry-after",
  "server",
]);

function headersOf(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (const line of lines) {
    const [, name, value] = HEADER_LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      throw new NoHttpError("a line of the answer's head is no header");
    }
    const key = name.toLowerCase();
    const before = headers[key];
    if (before === undefined) {
      headers[key] = value;
    } else if (key === "content-length" ? before !== value : !ONLY_ONCE.has(key)) {
      headers[key] = `${before}, ${value}`;
    }
  }
  return headers;
}
