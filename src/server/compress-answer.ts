// Text compressed on its way, for clients that take gzip. The bytes that go out are not the object's, so the answer says
// neither how many they are nor the object's ETag and MD5.
// Source: OSS API, GetObject (usage notes on Accept-Encoding); oss2's test_gzip_get.
import { createGzip } from "node:zlib";
import type { Headers } from "../protocol/http-message.ts";
import type { OutgoingResponse } from "./outgoing-response.ts";

/** Smaller objects go as they are. */
const SIZE_MIN_BYTES = 1024;

const COMPRESSED_TYPES: ReadonlySet<string> = new Set([
  "text/cache-manifest",
  "text/xml",
  "text/plain",
  "text/css",
  "application/javascript",
  "application/x-javascript",
  "application/rss+xml",
  "application/json",
  "text/json",
]);

/** The answer to GetObject as it goes out: compressed when it is a whole object of text, not encoded yet, and asked for so. */
export function compressAnswer(answer: OutgoingResponse, requestHeaders: Headers): OutgoingResponse {
  const { message, body } = answer;
  const { "content-length": length, etag: _etag, "content-md5": _md5, ...headers } = message.headers;
  if (body === undefined || !isCompressible(message.status, message.headers) || !takesGzip(requestHeaders)) {
    return answer;
  }
  return {
    message: {
      ...message,
      headers: { ...headers, "content-encoding": "gzip", vary: withEncoding(headers.vary) },
    },
    body: { ...body, chunks: gzip(body.chunks), [Symbol.asyncDispose]: () => body[Symbol.asyncDispose]() },
  };
}

function isCompressible(status: number, headers: Headers): boolean {
  const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const encoding = headers["content-encoding"] ?? "";
  const sizeBytes = Number(headers["content-length"]);
  return status === 200 && encoding === "" && sizeBytes >= SIZE_MIN_BYTES && COMPRESSED_TYPES.has(type);
}

/** Source: RFC 9110, 12.5.3. A client that takes anything has not asked for gzip. */
function takesGzip({ "accept-encoding": accepted = "" }: Headers): boolean {
  return accepted.split(",").some((coding) => {
    const [name = "", ...parameters] = coding.split(";").map((text) => text.trim().toLowerCase());
    return name === "gzip" && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}

function withEncoding(vary: string | undefined): string {
  return vary === undefined ? "Accept-Encoding" : `${vary}, Accept-Encoding`;
}

/** A chunk is used again once the next is asked for, so each is compressed before that. */
async function* gzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const compressor = createGzip();
  const feed = async () => {
    for await (const chunk of chunks) {
      await new Promise<void>((resolve, reject) => {
        compressor.write(chunk, (error) => (error ? reject(error) : resolve()));
      });
    }
    compressor.end();
  };
  // A failure to read reaches whoever takes what is compressed.
  const fed = feed().catch((failure: unknown) => {
    compressor.destroy(failure as Error);
  });
  try {
    yield* compressor;
  } finally {
    compressor.destroy();
    await fed;
  }
}
