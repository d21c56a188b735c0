// `oss://bucket/key`: how the command line names a place in object storage.
import { isBucketName, isObjectKey } from "../protocol/names.ts";
import { UsageError } from "./command-error.ts";

export interface OssUrl {
  readonly bucket: string;
  /** "" when only the bucket is named. Taken literally: no percent-decoding. */
  readonly key: string;
}

const SCHEME = "oss://";

export function isOssUrl(text: string): boolean {
  return text.startsWith(SCHEME);
}

/** @throws {UsageError} when `text` is no such name */
export function parseOssUrl(text: string): OssUrl {
  const [bucket = "", ...rest] = isOssUrl(text) ? text.slice(SCHEME.length).split("/") : [];
  if (bucket === "") {
    throw new UsageError(`"${text}" does not name a bucket; write oss://BUCKET or oss://BUCKET/KEY`);
  }
  if (!isBucketName(bucket)) {
    throw new UsageError(
      `"${bucket}" is not a bucket name: use 3 to 63 lowercase letters, digits and hyphens, no hyphen first or last`,
    );
  }
  return { bucket, key: rest.join("/") };
}

/** An `oss://` name with a key. @throws {UsageError} */
export function parseObjectUrl(text: string): OssUrl {
  const url = parseOssUrl(text);
  if (!isObjectKey(url.key)) {
    throw new UsageError(
      `"${text}" does not name an object; write oss://${url.bucket}/KEY, with a key of 1 to 1,023 bytes that does not begin with "/" or "\\"`,
    );
  }
  return url;
}

export function formatOssUrl({ bucket, key }: OssUrl): string {
  return `${SCHEME}${bucket}/${key}`;
}

/** The bucket of `oss://BUCKET` or `oss://BUCKET/`, with no key. @throws {UsageError} */
export function parseBucketUrl(text: string): string {
  const { bucket, key } = parseOssUrl(text);
  if (key !== "") {
    throw new UsageError(`"${text}" names an object; write oss://${bucket}`);
  }
  return bucket;
}
