// The heads of requests as well-behaved clients send them, and no others. This parser never says that a request is wrong:
// what it does not know to be plain is another's to judge. So every doubt is "odd", for two parsers that see different
// requests in the same bytes are how requests are smuggled.
import type { Headers, Method } from "../../protocol/http-message.ts";

export interface PlainHead {
  readonly method: Method;
  /** Path and query as they came. */
  readonly target: string;
  /** By names in lower case; the values are UTF-8. */
  readonly headers: Headers;
  readonly bodySizeBytes: number;
  readonly isLastOfConnection: boolean;
  /** How many bytes the head has, with the empty line. */
  readonly sizeBytes: number;
}

/** A longer head is odd. */
export const PLAIN_HEAD_SIZE_MAX_BYTES: number = 16 * 1024;

const HEADER_COUNT_MAX = 100;

const END_OF_HEAD = "\r\n\r\n";

/** Which methods have a body, and so a Content-Length; of others none but 0 is plain. */
const HAS_BODY: ReadonlyMap<string, boolean> = new Map([
  ["PUT", true],
  ["POST", true],
  ["GET", false],
  ["HEAD", false],
  ["DELETE", false],
]);

/** Headers that change what the bytes behind the head are, or who reads them. */
const ODD_HEADERS: ReadonlySet<string> = new Set([
  "transfer-encoding",
  "expect",
  "upgrade",
  "te",
  "trailer",
  "proxy-connection",
  "http2-settings",
]);

// Source: RFC 9112, section 3, and RFC 9110, section 5. Of what these allow, white space other than single blanks, line
// ends without a carriage return, and folded lines are left out.
const REQUEST_LINE = /^([A-Z]{3,6}) (\/[\x21-\x7e]*) HTTP\/1\.1$/;
const HEADER_LINE =
  /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?((?:[\x21-\x7e\x80-\xff]+(?: +[\x21-\x7e\x80-\xff]+)*)?) ?$/;
/** As far as it goes: TLS, or another protocol that waits for an answer, shall not be waited for in turn. */
const METHOD_BEGUN = /^[A-Z]{0,6}(?: |$)/;
const METHOD_BEGUN_BYTES = 7;
const LENGTH = /^(?:0|[1-9][0-9]{0,15})$/;

/** @returns "incomplete" when more bytes could make a plain head of it */
export function parsePlainHead(bytes: Buffer): PlainHead | "incomplete" | "odd" {
  const searched = bytes.subarray(0, PLAIN_HEAD_SIZE_MAX_BYTES);
  const end = searched.indexOf(END_OF_HEAD, 0, "latin1");
  if (end === -1) {
    const isBegun = METHOD_BEGUN.test(searched.toString("latin1", 0, METHOD_BEGUN_BYTES));
    return isBegun && searched.length < PLAIN_HEAD_SIZE_MAX_BYTES ? "incomplete" : "odd";
  }
  const [requestLine = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const [, method = "", target = ""] = REQUEST_LINE.exec(requestLine) ?? [];
  const hasBody = HAS_BODY.get(method);
  const headers = lines.length <= HEADER_COUNT_MAX ? parseHeaders(lines) : undefined;
  if (hasBody === undefined || headers?.host === undefined) {
    return "odd";
  }
  const length = headers["content-length"] ?? (hasBody ? "" : "0");
  const connection = (headers.connection ?? "keep-alive").toLowerCase();
  const isPlain =
    LENGTH.test(length) &&
    (hasBody || length === "0") &&
    (connection === "keep-alive" || connection === "close");
  if (!isPlain) {
    return "odd";
  }
  return {
    method: method as Method,
    target,
    headers,
    bodySizeBytes: Number(length),
    isLastOfConnection: connection === "close",
    sizeBytes: end + END_OF_HEAD.length,
  };
}

/** @returns undefined when one is odd, or there twice */
function parseHeaders(lines: readonly string[]): Headers | undefined {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, rawName, value = ""] = HEADER_LINE.exec(line) ?? [];
    const name = rawName?.toLowerCase();
    if (name === undefined || headers.has(name) || ODD_HEADERS.has(name)) {
      return undefined;
    }
    headers.set(name, decodeUtf8(value));
  }
  return Object.fromEntries(headers);
}

/** `text` has one character for each byte. */
function decodeUtf8(text: string): string {
  return /[\x80-\xff]/.test(text) ? Buffer.from(text, "latin1").toString("utf8") : text;
}
