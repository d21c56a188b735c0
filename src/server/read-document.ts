// A body that is a document: small, and read whole before anything is done.
import { createHash } from "node:crypto";
import { serviceError } from "../protocol/errors/known-error.ts";
import type { ServiceError } from "../protocol/errors/service-error.ts";
import { invalidPolicy } from "../protocol/fields/bucket-policy.ts";
import type { Headers } from "../protocol/http-message.ts";
import { XML_BODY_SIZE_MAX_BYTES } from "../protocol/limits.ts";
import { malformedXml } from "../protocol/xml/malformed-xml.ts";
import { type GatheredBytes, type Gathering, gatheredBytes } from "./gathered-bytes.ts";
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
  const chunks: Uint8Array[] = [];
  let evict: (failure: ServiceError) => void = () => {};
  const eviction = new Promise<never>((_resolve, reject) => {
    evict = reject;
  });
  const gathering = memory.begin((failure) => {
    chunks.length = 0;
    evict(failure);
  });
  try {
    await Promise.race([gather(body, { chunks, gathering, malformed }), eviction]);
    const text = textOf(Buffer.concat(chunks), headers, malformed);
    gathering.settle();
    return { text, [Symbol.dispose]: () => gathering[Symbol.dispose]() };
  } catch (failure) {
    gathering[Symbol.dispose]();
    throw failure;
  }
}

type Malformed = typeof malformedXml;

interface Gathered {
  readonly chunks: Uint8Array[];
  readonly gathering: Gathering;
  readonly malformed: Malformed;
}

async function gather(body: RequestBody, { chunks, gathering, malformed }: Gathered): Promise<void> {
  let sizeBytes = 0;
  for await (const chunk of body.chunks) {
    sizeBytes += chunk.length;
    if (sizeBytes > XML_BODY_SIZE_MAX_BYTES) {
      throw malformed(`The document is larger than ${XML_BODY_SIZE_MAX_BYTES} bytes.`);
    }
    chunks.push(Uint8Array.from(chunk));
    gathering.add(chunk.length);
  }
}

function textOf(bytes: Uint8Array, headers: Headers, malformed: Malformed): string {
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
