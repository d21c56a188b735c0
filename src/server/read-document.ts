// A body that is a document: small, and read whole before anything is done.
import { createHash } from "node:crypto";
import { serviceError } from "../protocol/errors/known-error.ts";
import { invalidPolicy } from "../protocol/fields/bucket-policy.ts";
import type { Headers } from "../protocol/http-message.ts";
import { XML_BODY_SIZE_MAX_BYTES } from "../protocol/limits.ts";
import { malformedXml } from "../protocol/xml/malformed-xml.ts";
import type { RequestBody } from "./service-context.ts";

/**
 * The document that is the body, of at most `XML_BODY_SIZE_MAX_BYTES`.
 *
 * @throws {ServiceError} InvalidDigest when it is not that of its Content-MD5; MalformedXML, or InvalidPolicyDocument for
 *   JSON, when it is too large or no UTF-8
 */
export async function readDocument(
  { body, headers }: { readonly body: RequestBody; readonly headers: Headers },
  kind: "json" | "xml",
): Promise<string> {
  const malformed = kind === "json" ? invalidPolicy : malformedXml;
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body.chunks) {
    sizeBytes += chunk.length;
    if (sizeBytes > XML_BODY_SIZE_MAX_BYTES) {
      throw malformed(`The document is larger than ${XML_BODY_SIZE_MAX_BYTES} bytes.`);
    }
    chunks.push(Uint8Array.from(chunk));
  }
  const bytes = Buffer.concat(chunks);
  const contentMd5 = headers["content-md5"];
  if (contentMd5 !== undefined && contentMd5 !== createHash("md5").update(bytes).digest("base64")) {
    throw serviceError("InvalidDigest", { fields: { "Content-MD5": contentMd5 } });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw malformed("The document is not UTF-8.", cause);
  }
}
