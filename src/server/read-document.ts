// A body that is a document: small, and read whole before anything is done.
import { createHash } from "node:crypto";
import { serviceError } from "../protocol/errors/known-error.ts";
import { invalidPolicy } from "../protocol/fields/bucket-policy.ts";
import type { Headers } from "../protocol/http-message.ts";
import { XML_BODY_SIZE_MAX_BYTES } from "../protocol/limits.ts";
import { malformedXml } from "../protocol/xml/malformed-xml.ts";
import { gatherBody } from "./gather-body.ts";
import { type GatheredBytes, gatheredBytes } from "./gathered-bytes.ts";
import type { RequestBody } from "./service-context.ts";

/** Disposing of it says that the text is needed no more. */
export interface ReceivedDocument extends Disposable {
  readonly text: string;
}

/**
 * The document that is the body, of at most `XML_BODY_SIZE_MAX_BYTES`.
 *
 * @throws {ServiceError} InvalidDigest when it is not that of its Content-MD5; MalformedXML, or InvalidPolicyDocument for
 *   JSON, when it is too large or no UTF-8; RequestTimeout when it is slow and others need its memory
 */
export async function readDocument(
  { body, headers }: { readonly body: RequestBody; readonly headers: Headers },
  kind: "json" | "xml",
  memory: GatheredBytes = gatheredBytes,
): Promise<ReceivedDocument> {
  const malformed = kind === "json" ? invalidPolicy : malformedXml;
  const tooLarge = () => malformed(`The document is larger than ${XML_BODY_SIZE_MAX_BYTES} bytes.`);
  const limit = { sizeMaxBytes: XML_BODY_SIZE_MAX_BYTES, tooLarge };
  const gathered = await gatherBody(body.chunks, limit, memory);
  try {
    const text = textOf(gathered.bytes, headers, malformed);
    return { text, [Symbol.dispose]: () => gathered[Symbol.dispose]() };
  } catch (failure) {
    gathered[Symbol.dispose]();
    throw failure;
  }
}

function textOf(bytes: Uint8Array, headers: Headers, malformed: typeof malformedXml): string {
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
