// A body that is taken apart as it comes, held to what its request declares about the whole of it.
import { createHash } from "node:crypto";
import { serviceError } from "../protocol/errors/known-error.ts";
import type { RequestBody } from "./request-body.ts";

/**
 * Fails at its end when its bytes are not those of `contentMd5`.
 *
 * @param contentMd5  as the request declares it; undefined where it declares none
 */
export function verifiedBody(body: RequestBody, contentMd5: string | undefined): RequestBody {
  return contentMd5 === undefined
    ? body
    : { sizeBytes: body.sizeBytes, chunks: verifiedChunks(body.chunks, contentMd5) };
}

async function* verifiedChunks(
  chunks: AsyncIterable<Uint8Array>,
  contentMd5: string,
): AsyncGenerator<Uint8Array> {
  const digest = createHash("md5");
  for await (const chunk of chunks) {
    digest.update(chunk);
    yield chunk;
  }
  if (digest.digest("base64") !== contentMd5) {
    throw serviceError("InvalidDigest", { fields: { "Content-MD5": contentMd5 } });
  }
}
