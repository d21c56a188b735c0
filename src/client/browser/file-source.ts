// What a page may upload: a File that someone picked, another Blob, or bytes. A File is a promise to read it later, which
// the browser breaks once the file has changed: the page then has to ask for it again.

import { ClientError } from "../client-error.ts";
import type { ByteSource } from "../upload/byte-source.ts";
import { bytesSource } from "../upload/memory-source.ts";
import type { SourceIdentity } from "../upload/source-identity.ts";

export type UploadSource = Blob | File | Uint8Array;

/** @throws {TypeError} if `source` is none of these */
export async function openSource(source: UploadSource): Promise<ByteSource> {
  if (source instanceof Uint8Array) {
    return bytesSource(source);
  }
  if (source instanceof Blob) {
    return fileSource(source);
  }
  throw new TypeError("the source must be a File, a Blob or a Uint8Array");
}

function fileSource(blob: Blob): ByteSource {
  const label = blob instanceof File ? blob.name : "the Blob";
  return {
    label,
    sizeBytes: blob.size,
    ...(blob instanceof File && { identity: identityOf(blob) }),
    async read(position, target) {
      const bytes = await readBytes(blob.slice(position, position + target.byteLength), label);
      target.set(bytes);
      return bytes.byteLength;
    },
    async assertUnchanged() {
      // A read of one byte makes the browser look whether the file is what was picked.
      await readBytes(blob.slice(0, 1), label);
    },
    async close() {},
  };
}

/** A path inside a picked folder tells files of one name apart. */
function identityOf({ name, webkitRelativePath, size, lastModified }: File): SourceIdentity {
  return { name: webkitRelativePath || name, sizeBytes: size, modifiedNs: `${lastModified}000000` };
}

async function readBytes(blob: Blob, label: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw new ClientError(
      "source-changed",
      `${label} cannot be read any more: since it was picked it was changed, moved or removed; pick the file again`,
      { cause },
    );
  }
}
