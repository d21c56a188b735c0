// x-oss-copy-source: which object a copy reads.

import { percentDecode, percentEncode, percentEncodePath } from "../addressing/percent-encoding.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { invalidArgument } from "../errors/service-error.ts";
import type { Headers } from "../http-message.ts";
import { isBucketName, isObjectKey } from "../names.ts";
import { assertVersionId } from "./version-id.ts";

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  /** Undefined: the current version. */
  readonly versionId?: string;
}

/** `/bucket/percent-encoded-key[?versionId=…]`; the slashes of the key stay slashes. */
export function encodeCopySource({ bucket, key, versionId }: CopySource, dialect: Dialect): Headers {
  const query = versionId === undefined ? "" : `?versionId=${percentEncode(versionId)}`;
  return { [copySourceHeader(dialect)]: `/${bucket}/${percentEncodePath(key)}${query}` };
}

/**
 * The source that the header names. Slashes may be escaped, as oss2 and ali-oss do, and the first may be missing. A "+"
 * is a blank: the Go SDK v1 writes it so, and every client writes a plus as %2B.
 *
 * @throws {ServiceError} InvalidArgument
 */
export function decodeCopySource(headers: Headers, dialect: Dialect): CopySource {
  const text = headers[copySourceHeader(dialect)] ?? "";
  const [path = "", query = ""] = text.split(/\?(.*)/s);
  const name = percentDecode(path.replaceAll("+", "%20"))?.replace(/^\//, "") ?? "";
  const slashIndex = name.indexOf("/");
  const bucket = name.slice(0, Math.max(0, slashIndex));
  const key = name.slice(slashIndex + 1);
  if (!isBucketName(bucket) || !isObjectKey(key)) {
    throw invalidArgument(
      { name: copySourceHeader(dialect), value: text },
      "Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.",
    );
  }
  const versionId = /^versionId=([^&]*)/.exec(query)?.[1];
  if (versionId === undefined) {
    return { bucket, key };
  }
  const value = percentDecode(versionId) ?? versionId;
  assertVersionId({ name: "versionId", value });
  return { bucket, key, versionId: value };
}

/** The header in which an answer says which version of the source was read. */
export function sourceVersionIdHeader(dialect: Dialect): string {
  return `${copySourceHeader(dialect)}-version-id`;
}

function copySourceHeader(dialect: Dialect): string {
  return `${dialect.headerPrefix}copy-source`;
}
