// An object of the service as the source of an upload whose parts the service copies itself.
import { quoteEtag } from "../../protocol/etag.ts";
import type { CopySource } from "../../protocol/fields/copy-source.ts";
import { present } from "../../protocol/fields/present.ts";
import type { GetObjectInput } from "../../protocol/operations/get-object.ts";
import type { HeadObjectOutput } from "../../protocol/operations/head-object.ts";
import type { DownloadedObject } from "../downloaded-object.ts";
import type { ByteSource } from "../upload/byte-source.ts";

export interface CopiedSourceOptions {
  readonly source: CopySource;
  readonly head: HeadObjectOutput;
  /** Only to say which bytes differ when the copy is not what it should be. */
  read(input: GetObjectInput): Promise<DownloadedObject>;
}

const VERSION = /\?versionId=([^?#]*)$/;

/** The object that a copy's journal names, by the name that `copiedSource` has given it; undefined of files. */
export function copiedObjectNamed(name: string): CopySource | undefined {
  const [, bucket, path] = /^oss:\/\/([^/]+)\/(.+)#[^#]*$/s.exec(name) ?? [];
  if (bucket === undefined || path === undefined) {
    return undefined;
  }
  const versionId = VERSION.exec(path)?.[1];
  return present({ bucket, key: path.replace(VERSION, ""), versionId });
}

/** Every part is copied on the condition that the object still has its ETag, so nothing else has to watch it. */
export function copiedSource({ source, head, read }: CopiedSourceOptions): ByteSource {
  const { bucket, key, versionId } = source;
  const { etag, sizeBytes, lastModified } = head;
  const name = `oss://${bucket}/${key}${versionId === undefined ? "" : `?versionId=${versionId}`}`;
  return {
    label: name,
    sizeBytes,
    isFarAway: true,
    identity: {
      name: `${name}#${etag}`,
      sizeBytes,
      modifiedNs: `${lastModified.getTime()}000000`,
    },
    async read(position, target) {
      const end = Math.min(sizeBytes, position + target.byteLength);
      if (end <= position) {
        return 0;
      }
      const object = await read({
        ...present({ bucket, key, versionId }),
        range: { start: position, end: end - 1 },
        conditions: { ifMatch: quoteEtag(etag) },
      });
      target.set(await object.bytes());
      return end - position;
    },
    async assertUnchanged() {},
    async close() {},
  };
}
